"""A road to the provider that delays, drops and repeats, and on which the worker dies: a proxy in front of the real stand-in."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import requests
from django.conf import settings
from django.db import connection, connections, transaction

from services.foundation.provider.models import Attempt

ROOT = Path(__file__).resolve().parent.parent.parent
CHARGE = ("POST", "/v1/payment_intents")


class Fault(StrEnum):
    """What happens to a worker's charge."""

    NONE = "goes well"
    DELAY = "is delayed"
    DROP = "never arrives"
    DEAF = "is done, and its answer lost"
    REPEAT = "arrives twice"
    LATE = "is lost for us, and arrives when nobody waits for it any more"
    NEVER = "the worker dies before it begins"
    BEFORE = "the worker dies as it asks"
    DURING = "the worker dies before the answer"
    AFTER = "the worker dies with the answer in hand, before it could write it"


class Road:
    """The proxy. ``faults``: what befalls the next charges; then the road is good. Answers ``url``."""

    def __init__(self, target: str):
        self.target, self.faults, self.late = target, deque[Fault](), []
        self.worker = 0
        self._known = threading.Event()
        road = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_said):
                pass

            def _any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = road.carry(self.command, self.path, dict(self.headers), body)
                if answer is None:
                    self.close_connection = True
                    return
                done, then = answer
                self.send_response(done.status_code)
                for name in ("Content-Type", "Request-Id", "Idempotent-Replayed"):
                    if name in done.headers:
                        self.send_header(name, done.headers[name])
                self.send_header("Content-Length", str(len(done.content)))
                self.end_headers()
                self.wfile.write(done.content)
                self.wfile.flush()
                then()

            do_GET = do_POST = _any

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def know(self, pid: int) -> None:
        """Whom to kill."""
        self.worker = pid
        self._known.set()

    def forget(self) -> None:
        self._known.clear()

    def _kill(self) -> None:
        assert self._known.wait(30)
        os.kill(self.worker, signal.SIGKILL)

    def _forward(self, method: str, path: str, headers: dict, body: bytes) -> requests.Response:
        passed = {name: value for name, value in headers.items() if name.lower() not in ("host", "content-length", "connection")}
        return requests.request(method, self.target + path, headers=passed, data=body, timeout=20)

    def carry(self, method: str, path: str, headers: dict, body: bytes) -> tuple[requests.Response, Callable[[], None]] | None:
        """The answer and what happens after it was given, or None to hang up."""
        fault = self.faults.popleft() if (method, path) == CHARGE and self.faults else Fault.NONE
        match fault:
            case Fault.DROP:
                return None
            case Fault.BEFORE:
                self._kill()
                return None
            case Fault.LATE:
                self.late.append((method, path, headers, body))
                return None
            case Fault.DELAY:
                time.sleep(0.05)
            case Fault.REPEAT | Fault.DEAF:
                self._forward(method, path, headers, body)
            case Fault.AFTER:
                return self._die_with_the_answer(method, path, headers, body)
        if fault is Fault.DEAF:
            return None
        done = self._forward(method, path, headers, body)
        if fault is Fault.DURING:
            self._kill()
            return None
        return done, lambda: None

    def _die_with_the_answer(self, method, path, headers, body):
        """The attempt's row is held, so that the worker cannot have written when it is killed, however fast it is."""
        key = parse_qs(body.decode())["metadata[attempt]"][0]
        held, dead = threading.Event(), threading.Event()

        def hold() -> None:
            try:
                with transaction.atomic():
                    Attempt.objects.select_for_update().get(idempotency_key=key)
                    held.set()
                    dead.wait(30)
            finally:
                connections.close_all()

        threading.Thread(target=hold, daemon=True).start()
        assert held.wait(30)
        done = self._forward(method, path, headers, body)

        def then() -> None:
            self._kill()
            dead.set()

        return done, then

    def deliver_late(self) -> None:
        """What was on its way arrives."""
        while self.late:
            self._forward(*self.late.pop())


class Workers:
    """Real processes that collect one part each: forked by a small parent that has the house loaded already."""

    def __init__(self, road: Road):
        self.road = road
        database = connection.settings_dict
        where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
        who = f"{database['USER']}:{database['PASSWORD']}@" if database["PASSWORD"] else f"{database['USER']}@"
        env = os.environ | {
            "DATABASE_URL": f"postgres://{who}{where}",
            "PAYMENT_API_BASE": road.url,
            "DJANGO_SETTINGS_MODULE": "flagship.settings.test",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.provider.worker"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._heard()["ready"] == database["NAME"], settings.DATABASES

    def _heard(self) -> dict:
        return json.loads(self.process.stdout.readline())

    def collect(self, part_id: int, now) -> int:
        """One worker collects a part. Answers its exit code: 0, 3 for an unknown outcome, -9 when it was killed."""
        self.road.forget()
        self.process.stdin.write(json.dumps({"part": part_id, "now": now.isoformat()}) + "\n")
        self.process.stdin.flush()
        self.road.know(self._heard()["pid"])
        return self._heard()["ended"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)

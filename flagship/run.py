"""`make run`: the whole flagship on this machine, in the foreground. Ctrl-C closes it and leaves nothing behind."""

import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from flagship.embedded.guard import Guard
from flagship.embedded.postgres import Postgres
from flagship.embedded.processes import CannotStart, die_with_parent, free_port, is_free
from flagship.embedded.redis import Redis
from flagship.settings.env import DEMO_HOUSE
from services.foundation import house as the_house

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("FLAGSHIP_VAR") or ROOT / "var").resolve()


class Part:
    """One process of the house and its log."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]):
        self.name = name
        self.log = VAR / "log" / f"{name.replace(' ', '-')}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def last_words(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def say(line: str) -> None:
    print(line, flush=True)


class House:
    """Servers, parts, and the order in which they start and stop."""

    def __init__(self, port: int):
        self.port = port
        self.servers: list[Postgres | Redis] = []
        self.parts: list[Part] = []
        self.environment = dict(os.environ)
        self.guard = Guard()

    def open(self) -> None:
        """Start everything. Raises CannotStart with one clear sentence."""
        self._lock()
        if not is_free(self.port):
            raise CannotStart(f"Port {self.port} is taken: close what uses it, or choose another with PORT=8001 make run.")
        env = self.environment
        env.setdefault("FLAGSHIP_DEMO", "1")
        env.setdefault("DJANGO_SETTINGS_MODULE", "flagship.settings.base")
        env["PYTHONPATH"] = str(ROOT)
        env["PYTHONUNBUFFERED"] = "1"
        env.setdefault("SITE_URL", f"http://127.0.0.1:{self.port}")
        if not env.get("DATABASE_URL"):
            say("PostgreSQL …")
            env["DATABASE_URL"] = self._serve(Postgres(VAR / "postgres"))
        if not env.get("REDIS_URL"):
            say("Redis …")
            env["REDIS_URL"] = self._serve(Redis(VAR / "redis"))
        standin_port = free_port()
        env.setdefault("PAYMENT_API_BASE", f"http://127.0.0.1:{standin_port}")
        say("Migrations, texts, static files, and the demo house if the database is empty …")
        self._prepare()
        self._start_parts(standin_port)
        self._wait_for_web()

    def _lock(self) -> None:
        """One house for one folder: a second would take the first one's database from under it."""
        VAR.mkdir(parents=True, exist_ok=True)
        self.lock = open(VAR / "lock", "w")  # noqa: SIM115 - held until we end
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"Flagship already runs from {VAR}: close it first, or open a second with FLAGSHIP_VAR=other PORT=8001."
            ) from None

    def _serve(self, server: Postgres | Redis) -> str:
        self.servers.append(server)
        url = server.start().url
        if server.process:
            self.guard.watch(server.process.pid)
        return url

    def _prepare(self) -> None:
        done = subprocess.run([sys.executable, "manage.py", "prepare"], env=self.environment, cwd=ROOT, check=False)
        if done.returncode:
            raise CannotStart("The house could not be prepared: the lines above say why.")

    def _start_parts(self, standin_port: int) -> None:
        env, python = self.environment, sys.executable
        celery = [python, "-m", "celery", "-A", "flagship"]
        if env["PAYMENT_API_BASE"].endswith(f":{standin_port}"):
            command = [python, "-m", "services.foundation.provider.standin", "--port", str(standin_port)]
            command += ["--state", str(VAR / "standin.sqlite3")]
            command += ["--webhook-url", f"http://127.0.0.1:{self.port}/provider/webhook"]
            self.parts.append(Part("payment stand-in", command, env))
        self.parts.append(Part("web", web_command(self.port), env))
        worker = [*celery, "worker", "-Q", "default,money", "--concurrency", "2", "--without-gossip", "--without-mingle"]
        self.parts.append(Part("worker", [*worker, "--loglevel", "INFO"], env))
        self.parts.append(Part("beat", [*celery, "beat", "--schedule", str(VAR / "beat"), "--loglevel", "INFO"], env))
        for part in self.parts:
            self.guard.watch(part.process.pid)

    def _wait_for_web(self) -> None:
        say("Web, worker, beat and the payment stand-in …")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.check_parts()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=2).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise CannotStart("The web server does not answer:\n" + self.parts[1].last_words())

    def check_parts(self) -> None:
        """Raises CannotStart naming the first part that died, with its last words."""
        for part in self.parts:
            if part.process.poll() is not None:
                raise CannotStart(f"The part '{part.name}' died. Its last words ({part.log}):\n{part.last_words()}")
        for server in self.servers:
            if server.process is not None and server.process.poll() is not None:
                raise CannotStart(f"{type(server).__name__} died. Its log: {server.home / 'log'}")

    def close(self) -> None:
        """Stop every part, then the servers; whoever does not listen within ten seconds is killed with its children."""
        for part in reversed(self.parts):
            _signal_group(part.process, signal.SIGTERM)
        deadline = time.monotonic() + 10
        for part in self.parts:
            try:
                part.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            _signal_group(part.process, signal.SIGKILL)
            part.process.wait()
        for server in reversed(self.servers):
            server.stop()
        self.guard.dismiss()


def web_command(port: int) -> list[str]:
    """The web server as it also runs in production (see docker-compose.yml)."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    return [*command, "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "flagship.wsgi:application"]


def _signal_group(process: "subprocess.Popen[bytes]", signum: int) -> None:
    try:
        os.killpg(process.pid, signum)
    except ProcessLookupError:
        pass


def main() -> int:
    def leave(_signum: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    try:
        house = House(int(os.environ.get("PORT") or 8000))
    except ValueError:
        say("PORT must be a number, for example PORT=8001 make run.")
        return 2
    code = 0
    try:
        house.open()
        say(f"\nFlagship is open at http://127.0.0.1:{house.port}/")
        if house.environment["FLAGSHIP_DEMO"] == "1":
            say(f"Staff: http://127.0.0.1:{house.port}/staff/   {staff_address(house.environment)} / {demo_password()}")
        logs = [part.log for part in house.parts] + [server.home / "log" for server in house.servers]
        say("Logs: " + "  ".join(os.path.relpath(log, ROOT) if log.is_relative_to(ROOT) else str(log) for log in logs))
        mail, sms = (os.path.relpath(VAR / name, ROOT) for name in ("mail", "sms"))
        say(f"Letters and text messages: {mail}, {sms}.   Ctrl-C closes the house.")
        while True:
            house.check_parts()
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("\nClosing …")
    except CannotStart as trouble:
        say(f"\n{trouble}")
        code = 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        house.close()
        say("Closed.")
    return code


def staff_address(environment: dict[str, str]) -> str:
    """The demo account that may do everything (see `opening.demo_staff`)."""
    return f"staff@{the_house.read(Path(environment.get('HOUSE') or DEMO_HOUSE)).domain}"


def demo_password() -> str:
    """The staff password that `open_house` made for this checkout."""
    kept = VAR / "staff-password"
    return kept.read_text().strip() if kept.exists() else "(set with manage.py changepassword)"


if __name__ == "__main__":
    sys.exit(main())

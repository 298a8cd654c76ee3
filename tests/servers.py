"""A pytest plugin (`-p tests.servers`): PostgreSQL and Redis for the tests, unless DATABASE_URL and REDIS_URL name others.

It must act before Django reads its settings, so it cannot live in conftest.py.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from flagship.embedded.postgres import Postgres
from flagship.embedded.processes import free_port
from flagship.embedded.redis import Redis
from flagship.messages import compile_all

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "test"
_running: list[Postgres | Redis] = []
_lock = None


def _home(name: str) -> tuple[Path, bool]:
    """A folder for a server, and whether it is kept for the next run; a second run at the same time gets its own."""
    global _lock
    VAR.mkdir(parents=True, exist_ok=True)
    if _lock is None:
        _lock = open(VAR / "lock", "w")  # noqa: SIM115 - held until the process ends
        try:
            fcntl.flock(_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _lock.kept = True
        except OSError:
            _lock.kept = False
    return (VAR / name, True) if _lock.kept else (VAR / f"{name}-{os.getpid()}", False)


def start() -> None:
    """Start what the environment does not name."""
    if not os.environ.get("DATABASE_URL"):
        home, kept = _home("postgres")
        server = Postgres(home, lasting=False).start()
        server.kept = kept
        _running.append(server)
        os.environ["DATABASE_URL"] = server.url
    if not os.environ.get("REDIS_URL"):
        home, kept = _home("redis")
        redis = Redis(home, lasting=False).start()
        redis.kept = kept
        _running.append(redis)
        os.environ["REDIS_URL"] = redis.url


def make_template() -> None:
    """A migrated database that every test database is copied from; made anew only when a migration changed."""
    digest = hashlib.sha256((ROOT / "requirements" / "runtime.txt").read_bytes())
    for file in sorted(ROOT.glob("*/**/migrations/*.py")):
        if ".venv" not in file.parts:
            digest.update(file.read_bytes())
    name = f"template_{digest.hexdigest()[:12]}"
    url = os.environ["DATABASE_URL"]
    os.environ["TEST_TEMPLATE"] = name
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}_part"')  # of a run that was interrupted
        cursor.execute(f'CREATE DATABASE "{name}_part"')
        print("Migrating the tests' database, once …", flush=True)
        env = os.environ | {"DATABASE_URL": url.rsplit("/", 1)[0] + f"/{name}_part", "FLAGSHIP_DEMO": "1"}
        env["DJANGO_SETTINGS_MODULE"] = "flagship.settings.base"
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
        cursor.execute(f'ALTER DATABASE "{name}_part" RENAME TO "{name}"')
    connection.close()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config, parser, args):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        compile_all()  # a fresh clone has no .mo yet
        start()
        make_template()
    # Each worker talks to a stand-in of its own (see conftest.standin).
    os.environ["PAYMENT_API_BASE"] = f"http://127.0.0.1:{free_port()}"
    os.environ["FLAGSHIP_VAR"] = str(VAR)
    return (yield)


def pytest_unconfigure(config):
    while _running:
        server = _running.pop()
        server.stop()
        if not server.kept and isinstance(server, Postgres):
            server.remove()

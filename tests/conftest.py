"""Fixtures of all tests: the demo house in the database, a stand-in of the payment provider, clients of the shop."""

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from services.foundation.memory import Kept
from services.foundation.provider import port
from services.foundation.regions import roster

ROOT = Path(__file__).resolve().parent.parent


def open_demo_house() -> None:
    """The demo house, opened from its own files."""
    from flagship import opening

    opening.open_house(Path(settings.HOUSE), now=timezone.now())
    roster.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The demo house stands in the test database; each test's changes are rolled back."""
    with django_db_blocker.unblock():
        open_demo_house()


@pytest.fixture(autouse=True)
def memory_that_lasts(monkeypatch):
    """Small tables are read once in a test: a slow machine must not let them grow old between two visits that are compared."""
    Kept.forget_everything()
    monkeypatch.setattr(Kept, "_is_old", lambda self, since: False)
    yield
    Kept.forget_everything()


@pytest.fixture
def house(db):
    """The open demo house."""
    from services.foundation.regions.models import Region

    if not Region.objects.exists():  # a transactional test emptied the tables before us
        open_demo_house()
    roster.forget()


@pytest.fixture
def committed_house(transactional_db):
    """The demo house, really committed: for tests with several connections."""
    open_demo_house()
    yield
    roster.forget()


class Standin:
    """The payment stand-in as a process, and the strings a test pulls."""

    def __init__(self, url: str):
        self.url = url

    def call(self, method: str, path: str, body: dict | None = None):
        import json

        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def fault(self, kind: str, **more) -> None:
        self.call("POST", "/_standin/faults", {"kind": kind, **more})

    def calm(self) -> None:
        self.call("DELETE", "/_standin/faults")

    def requests(self) -> list[dict]:
        return self.call("GET", "/_standin/requests")

    @staticmethod
    def pay(page_url: str, number: str = "4242 4242 4242 4242") -> tuple[int, str]:
        """Fill the hosted page as a client would; returns status and address of the answer (redirects not followed)."""
        import requests

        form = {"number": number, "expiry": "12/40", "cvc": "123", "name": "Anna Test"}
        answer = requests.post(page_url, data=form, allow_redirects=False, timeout=10)
        return answer.status_code, answer.headers.get("Location", "")


@pytest.fixture(scope="session")
def _standin(tmp_path_factory):
    url = settings.PAYMENT_API_BASE
    command = [sys.executable, "-m", "services.foundation.provider.standin", "--port", url.rsplit(":", 1)[1]]
    command += ["--state", str(tmp_path_factory.mktemp("standin") / "state.sqlite3")]
    process = subprocess.Popen([*command, "--webhook-url", "http://127.0.0.1:1/"], cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(f"{url}/_standin/health", timeout=1).close()
            break
        except OSError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.05)
    yield Standin(url)
    process.terminate()
    process.wait(10)


@pytest.fixture
def standin(_standin):
    """The payment provider's stand-in, without faults."""
    port._client.cache_clear()
    _standin.calm()
    yield _standin
    _standin.calm()

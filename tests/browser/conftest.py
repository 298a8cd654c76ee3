"""The whole flagship as `make run` opens it, in a folder and on a port of its own, and a real browser in front of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from flagship.embedded.processes import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
NO_BROWSER = (
    "The browser tests need Chromium: `apt install chromium fonts-noto-cjk` (Debian, Ubuntu), "
    "or `.venv/bin/playwright install chromium`."
)
#: Set by the tests' own servers; the flagship under test starts servers of its own.
OWN = ("DATABASE_URL", "REDIS_URL", "PAYMENT_API_BASE", "DJANGO_SETTINGS_MODULE", "TEST_TEMPLATE", "SITE_URL")

#: Addresses that are asked for to see the page that says there is nothing: the browser notes their 404 as an error.
NOWHERE = re.compile("/nowhere/|/nobody/")


class Flagship:
    """`make run`, as a process."""

    def __init__(self, var: Path, port: int | None = None, site_url: str = ""):
        self.var, self.port, self.site_url = var, port or free_port(), site_url
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = var.parent / f"{var.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Flagship":
        env = {k: v for k, v in os.environ.items() if k not in OWN}
        env |= {"FLAGSHIP_VAR": str(self.var), "PORT": str(self.port)} | ({"SITE_URL": self.site_url} if self.site_url else {})
        self.var.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flagship.run"], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, words: str, seconds: float = 180) -> str:
        deadline = time.monotonic() + seconds
        while words not in self.said():
            ended = self.process.poll() is not None
            if ended and words not in self.said():
                raise AssertionError(f"ended with {self.process.returncode}:\n{self.said()}")
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)
        return self.said()

    def children(self) -> dict[int, str]:
        """Every process that names this flagship's folder or descends from it, by pid."""
        found, parents = {}, {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                status = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            parents[int(entry.name)] = (int(status.rsplit(")", 1)[1].split()[1]), command)
        wanted = {self.process.pid}
        for _depth in range(6):
            wanted |= {pid for pid, (parent, _c) in parents.items() if parent in wanted}
        for pid in wanted - {self.process.pid}:
            if pid in parents:
                found[pid] = parents[pid][1]
        return found

    def stop(self, how: int = signal.SIGINT) -> int:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(60)

    def letters(self, to: str, kind: str = "plain") -> list[str]:
        """Letters written so far to an address, as plain text or as "html"."""
        import email
        from email import policy

        found = []
        folder = self.var / "mail"
        for file in sorted(folder.glob("*")) if folder.exists() else []:
            for part in re.split(rb"(?m)^-{70,}\n", file.read_bytes()):
                letter = email.message_from_bytes(part.strip(), policy=policy.default)
                if to in str(letter.get("To", "")):
                    body = letter.get_body((kind,))
                    found.append(f"{letter['Subject']}\n{body.get_content() if body else ''}")
        return found

    def wait_for_letter(self, to: str, words: str, seconds: float = 40) -> str:
        deadline = time.monotonic() + seconds
        while True:
            for letter in self.letters(to):
                if words in letter:
                    return letter
            assert time.monotonic() < deadline, (words, self.letters(to))
            time.sleep(0.2)

    def shell(self, code: str) -> str:
        """Python inside the running house."""
        env = {k: v for k, v in os.environ.items() if k not in OWN} | self.surroundings()
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    def surroundings(self) -> dict[str, str]:
        """The environment of its web process."""
        for pid, command in self.children().items():
            if "granian" in command:
                raw = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
                env = dict(line.split("=", 1) for line in raw if "=" in line)
                return {k: env[k] for k in (*OWN, "FLAGSHIP_VAR", "FLAGSHIP_DEMO") if k in env}
        raise AssertionError("no web process")

    def standin(self, path: str, body: dict | None = None) -> None:
        import json

        data = json.dumps(body or {}).encode()
        request = urllib.request.Request(
            self.surroundings()["PAYMENT_API_BASE"] + path, data=data, method="POST", headers={"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=10).close()


@pytest.fixture(scope="session")
def flagship():
    """One open flagship for all journeys."""
    var = ROOT / "var" / "test" / "flagship"
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True)
    modes = {parent: parent.stat().st_mode for parent in var.parents}
    house = Flagship(var).start()
    house.modes_before = modes
    try:
        house.wait_for("Flagship is open", 600)
        yield house
    finally:
        house.stop()
        shutil.rmtree(var, ignore_errors=True)


def browser_program(playwright) -> str | None:
    """The browser on this machine, or None for Playwright's own. Fails with the sentence that says what to install."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program and not Path(playwright.chromium.executable_path).exists():
        pytest.fail(NO_BROWSER, pytrace=False)
    return program


@pytest.fixture(scope="session")
def chromium():
    """A browser. Fails with what to install when there is none."""
    with sync_playwright() as playwright:
        program = browser_program(playwright)
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, flagship):
    """`open_page(width)` opens a fresh visitor's page; at the end no error may stand in any console."""
    contexts, errors = [], []

    def visit(width: int = 1440, script: bool = True):
        phone = width < 700
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if phone else 1000},
            is_mobile=phone,
            has_touch=phone,
            java_script_enabled=script,
            base_url=flagship.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on(
            "console",
            lambda m: (
                errors.append(f"console {page.url} {m.text}")
                if m.type == "error" and "422" not in m.text and "402" not in m.text and not NOWHERE.search(page.url)
                else None
            ),
        )
        # A crossing between two pages that the browser gives up (a page shown too late) is its own note, and no fault of ours.
        page.on(
            "pageerror",
            lambda e: errors.append(f"pageerror {page.url} {e}") if "Transition was aborted" not in str(e) else None,
        )
        return page

    yield visit
    for context in contexts:
        context.close()
    assert errors == []

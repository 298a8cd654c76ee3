"""Opens the house to be measured: as `make run` does, with a folder, a database and ports of its own, behind TLS and HTTP/2."""

import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from flagship.embedded.processes import free_port
from tests.audit.crawling import Answer
from tests.audit.guest import Guest
from tests.browser.conftest import ROOT, Flagship

FOLDER = ROOT / "var" / "audit"


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer here, not a thing to follow."""

    def redirect_request(self, *_about: object) -> None:
        return None


@dataclass
class Opened:
    """The open house from outside."""

    url: str
    guest: Guest
    trust: ssl.SSLContext

    def fetcher(self, cookie: str = ""):
        """Asks the house as a crawler does, as a guest or with a client's session."""
        asking = urllib.request.build_opener(urllib.request.HTTPSHandler(context=self.trust), _Stay())

        def fetch(address: str) -> Answer:
            headers = {"Cookie": cookie} if cookie else {}
            wanted = urllib.request.Request(self.url + urllib.parse.quote(address, safe="/?=&%:+,;'!*()~@"), headers=headers)
            try:
                found = asking.open(wanted, timeout=60)
            except urllib.error.HTTPError as told:
                found = told
            with found:
                kind, body = found.headers.get_content_type(), found.read()
                text = body.decode() if kind in ("text/html", "text/css") else ""
                return Answer(found.status, kind, text, found.headers.get("Location", ""))

        return fetch


@contextmanager
def open_house() -> Iterator[Opened]:
    """The house, its front, and a client in it; all of it is gone afterwards."""
    var, port, front_port = FOLDER / "house", free_port(), free_port()
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True)
    host = f"127.0.0.1:{front_port}"
    authority, house = trustme.CA(), Flagship(var, port, site_url=f"https://{host}")
    front = None
    try:
        house.start().wait_for("Flagship is open", 600)
        front = _start_front(authority, front_port, host, port)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        _wait_for(f"https://{host}/floor/", trust)
        guest = Guest(**json.loads(house.shell("from tests.audit import arriving; print(arriving.arrive_in_words())")))
        yield Opened(f"https://{host}", guest, trust)
    finally:
        if front:
            front.terminate()
            front.wait(20)
        house.stop()
        shutil.rmtree(var, ignore_errors=True)


def _start_front(authority: trustme.CA, port: int, host: str, house_port: int) -> "subprocess.Popen[bytes]":
    certificate = authority.issue_cert("127.0.0.1")
    key, chain = FOLDER / "front.key", FOLDER / "front.pem"
    certificate.private_key_pem.write_to_path(key)
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "16", "--http", "auto"]
    command += ["--ssl-certificate", str(chain), "--ssl-keyfile", str(key), "tests.audit.front:application"]
    env = os.environ | {"AUDIT_HOST": host, "AUDIT_HOUSE_PORT": str(house_port), "PYTHONPATH": str(ROOT)}
    with open(FOLDER / "front.log", "wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)


def _wait_for(url: str, trust: ssl.SSLContext) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, context=trust, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def node_tools() -> Path | None:
    """Where the two tools that npm holds are installed, once, at fixed versions; None without npm."""
    if not shutil.which("npm"):
        return None
    home = FOLDER / "node"
    tools = ("lighthouse@12.8.2", "vnu-jar@26.9.27")
    stamp = home / "installed"
    if not stamp.exists() or stamp.read_text() != " ".join(tools):
        home.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(home), "--ignore-scripts", "--no-audit", "--no-fund", *tools]
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
            return None
        stamp.write_text(" ".join(tools))
    return home / "node_modules"

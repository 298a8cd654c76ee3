"""What stands in front of the house while it is measured, as nginx does in production: TLS, HTTP/2, compressed answers.

Granian speaks TLS and HTTP/2; this application passes each request on and lays the floor page beside the house, so that both
come the same way.
"""

import gzip
import http.client
import os
import urllib.parse
from collections.abc import Callable, Iterable
from pathlib import Path

FLOOR = (Path(__file__).parent / "floor.html").read_bytes()
COMPRESSED = ("text/html", "application/json", "image/svg+xml", "text/plain")  # as in deploy/nginx.conf
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
    status, body = "200 OK", FLOOR
    if environ["PATH_INFO"] != "/floor/":
        status, headers, body = _ask_the_house(environ)
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    packed = any(name.lower() == "content-encoding" for name, _value in headers)
    if kind.startswith(COMPRESSED) and not packed and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and len(body) > 200:
        body = gzip.compress(body, 6)
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [body]


def _ask_the_house(environ: dict) -> tuple[str, list[tuple[str, str]], bytes]:
    headers = {name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers |= {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": environ.get("REMOTE_ADDR", "127.0.0.1"),
        "Accept-Encoding": "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else "identity",
    }
    headers["Host"] = os.environ["AUDIT_HOST"]
    headers.pop("Connection", None)
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or None
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8")
    question = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    house = http.client.HTTPConnection("127.0.0.1", int(os.environ["AUDIT_HOUSE_PORT"]), timeout=40)
    try:
        house.request(environ["REQUEST_METHOD"], urllib.parse.quote(path) + question, sent, headers)
        answer = house.getresponse()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP]
        return f"{answer.status} {answer.reason}", kept, answer.read()
    finally:
        house.close()

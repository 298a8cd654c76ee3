"""For those who watch: whether the process lives, and whether it can serve."""

import os
import sys
import urllib.error
import urllib.request

from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse


def live(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("live", content_type="text/plain")


def ready(_request: HttpRequest) -> HttpResponse:
    """The database answers; without it no page can be served. Redis is not asked: checkout works without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


def main() -> int:
    """`python -m flagship.health`: ask the web server on this machine, under a name it answers to."""
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0]
    question = urllib.request.Request(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/ready", headers={"Host": host})
    try:
        with urllib.request.urlopen(question, timeout=3) as answer:  # noqa: S310 - the address is our own
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, ConnectionError, TimeoutError) as away:
        print(away, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

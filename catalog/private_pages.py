"""Pages behind a link that cannot be guessed: kept by no cache, found by no search engine, told to nobody."""

from django.http import HttpResponse

#: How many such links one network may open in an hour.
OPENED = 240
AN_HOUR = 3600


def private(answer: HttpResponse, *, referrer: str = "same-origin") -> HttpResponse:
    """Neither kept by caches nor found by search engines; where it was read is told to nobody else.

    A page with a form tells it to our own house: a browser that may tell nobody sends a form without its origin, which the
    protection against forms from elsewhere then refuses. The link itself, whose address is the secret, tells nobody at all.
    """
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = referrer
    return answer

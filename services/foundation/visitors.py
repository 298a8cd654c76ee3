"""Who asks, without storing who it is: keyed digests of addresses and sessions, for caps and counters."""

import hashlib
import hmac

from django.conf import settings
from django.http import HttpRequest


def digest(kind: str, value: str) -> str:
    """A keyed digest, so that no address or session key is stored."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def network_key(request: HttpRequest) -> str:
    """A digest of the client's network (the proxy in front sets REMOTE_ADDR's successor header)."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip() if settings.SECURE else ""
    return digest("network", forwarded or request.META.get("REMOTE_ADDR", ""))

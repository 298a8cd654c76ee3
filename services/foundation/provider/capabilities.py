"""Which methods the configured account may use: asked of the provider every minute, kept as rows, read from memory.

No page waits for this question. What the account has lost is offered no longer; a page that is asked for all the same is
refused by the provider, and the order falls back to cards (`checkout.settling`).
"""

from datetime import datetime

from django.db import transaction

from services.foundation.memory import Kept

from . import port
from .methods import CARD, METHODS, takes
from .models import Capability


def ask(*, now: datetime) -> None:
    """Ask the provider and keep what it says. Raises port.Unknown; then what was known stands."""
    said = port.capabilities()
    with transaction.atomic():
        for method in METHODS.values():
            is_active = said.get(method.capability) == "active"
            Capability.objects.update_or_create(method=method.code, defaults={"is_active": is_active, "asked_at": now})
    active.forget()


def _active_codes() -> list[str]:
    return list(Capability.objects.filter(is_active=True).values_list("method", flat=True))


#: The codes of the methods that the account may use.
active: Kept[frozenset[str]] = Kept(lambda: frozenset({CARD, *_active_codes()}))


def offered(code: str, *, currency: str) -> bool:
    """Whether a method can be used for an amount in this currency: it exists, takes it, and the account may use it."""
    return takes(code, currency) and code in active()

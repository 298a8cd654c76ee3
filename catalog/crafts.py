"""Engraving and gift chosen on a piece's page, kept in the session until the piece enters the bag."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import HttpRequest

from services.engraving import commissioning
from services.gifting import wrapping

from . import word_appeals

SESSION_KEY = "kept"


@dataclass
class Kept:
    """What was kept for a piece; None where nothing was."""

    engraving: commissioning.Wish | None = None
    gift: wrapping.Wish | None = None
    raw: dict[str, Any] = field(default_factory=dict)


def kept(request: HttpRequest, slug: str) -> Kept:
    """What this session kept for a piece."""
    raw = request.session.get(SESSION_KEY, {}).get(slug, {})
    return Kept(
        engraving=commissioning.Wish(**raw["engraving"]) if "engraving" in raw else None,
        gift=wrapping.Wish(**raw["gift"]) if "gift" in raw else None,
        raw=raw,
    )


def keep(request: HttpRequest, slug: str, craft: str, wish: commissioning.Wish | wrapping.Wish | None) -> None:
    """Keep or (None) forget a craft for a piece."""
    everything = request.session.get(SESSION_KEY, {})
    mine = everything.get(slug, {})
    if wish is None:
        mine.pop(craft, None)
    else:
        mine[craft] = dict(wish.__dict__)
    everything[slug] = mine
    request.session[SESSION_KEY] = everything


def forget(request: HttpRequest, slug: str) -> None:
    """The piece is in the bag now, and its crafts with it."""
    everything = request.session.get(SESSION_KEY, {})
    if everything.pop(slug, None) is not None:
        request.session[SESSION_KEY] = everything


class EngravingKeeper(Protocol):
    """Where the engraving panel keeps what was chosen: with the piece in the session, with a bag's line, or with an order's.

    ``back`` is the page the panel was opened from; ``takes_sizer``: whether a sizer can still travel first. Keeping may raise
    a Refusal; ``None`` takes the craft off.
    """

    back: str
    takes_sizer: bool

    def kept(self) -> Kept: ...

    def keep_engraving(self, wish: commissioning.Wish | None) -> None: ...


class Keeper(EngravingKeeper, Protocol):
    """Keeps the gift packing too; an order's packing has a form of its own."""

    def keep_gift(self, wish: wrapping.Wish | None) -> None: ...


class SessionKeeper:
    """Keeps with the session, until the piece enters the bag."""

    takes_sizer = True

    def __init__(self, request: HttpRequest, slug: str, back: str):
        self.request, self.slug, self.back = request, slug, back

    def kept(self) -> Kept:
        return kept(self.request, self.slug)

    def keep_engraving(self, wish: commissioning.Wish | None) -> None:
        """Raises WordRefused."""
        if wish:
            word_appeals.check(self.request, wish.typed)
        keep(self.request, self.slug, "engraving", wish)

    def keep_gift(self, wish: wrapping.Wish | None) -> None:
        keep(self.request, self.slug, "gift", wish)

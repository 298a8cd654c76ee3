"""Engraving and gift chosen on a piece's page, kept in the session until the piece enters the bag."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import reverse

from services.engraving import commissioning
from services.engraving.models import Inscription
from services.gifting import wrapping

from . import word_appeals

SESSION_KEY = "kept"


@dataclass
class Kept:
    """What was kept for a piece; None where nothing was."""

    engraving: commissioning.Wish | None = None
    gift: wrapping.Wish | None = None
    #: The words on the lid of the gift's box.
    lid: commissioning.Wish | None = None
    raw: dict[str, Any] = field(default_factory=dict)


def kept(request: HttpRequest, slug: str) -> Kept:
    """What this session kept for a piece."""
    raw = request.session.get(SESSION_KEY, {}).get(slug, {})
    return Kept(
        engraving=commissioning.Wish(**raw["engraving"]) if "engraving" in raw else None,
        gift=wrapping.Wish(**raw["gift"]) if "gift" in raw else None,
        lid=commissioning.Wish(**raw["lid"]) if "lid" in raw and "gift" in raw else None,
        raw=raw,
    )


def wish_of(kept: Inscription | None, *, agreed: bool = True) -> commissioning.Wish | None:
    """What a kept inscription was wished like; ``agreed``: with both boxes ticked, as it was kept."""
    if kept is None:
        return None
    return commissioning.Wish(kept.zone_id, kept.face, kept.typed, agreed, agreed, waits_for_size=agreed and kept.waits_for_size)


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
    """Keeps the gift packing too, and the words on its lid; an order's packing has a form of its own.

    With another box, the words on the lid of the former are forgotten. ``lid_panel`` and ``gift_panel`` are addresses.
    """

    lid_panel: str
    gift_panel: str

    def keep_gift(self, wish: wrapping.Wish | None) -> None: ...

    def keep_lid(self, wish: commissioning.Wish | None) -> None: ...


class SessionKeeper:
    """Keeps with the session, until the piece enters the bag."""

    takes_sizer = True

    def __init__(self, request: HttpRequest, slug: str, back: str):
        self.request, self.slug, self.back = request, slug, back
        self.lid_panel, self.gift_panel = reverse("lid-panel", args=[slug]), reverse("gift-panel", args=[slug])

    def kept(self) -> Kept:
        return kept(self.request, self.slug)

    def keep_engraving(self, wish: commissioning.Wish | None) -> None:
        """Raises WordRefused."""
        if wish:
            word_appeals.check(self.request, wish.typed)
        keep(self.request, self.slug, "engraving", wish)

    def keep_gift(self, wish: wrapping.Wish | None) -> None:
        before = self.kept()
        if before.lid and (wish is None or before.gift is None or wish.box != before.gift.box):
            keep(self.request, self.slug, "lid", None)
        keep(self.request, self.slug, "gift", wish)

    def keep_lid(self, wish: commissioning.Wish | None) -> None:
        """Raises WordRefused."""
        if wish:
            word_appeals.check(self.request, wish.typed)
        keep(self.request, self.slug, "lid", wish)

"""What is not shown yet, or no longer, and may be looked at in a preview: by keys such as "piece:12"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Category, Metal, Occasion, Picture, Product, Tile
from services.delivery.models import Feast
from services.engraving.models import Zone
from services.foundation.scheduling import is_shown, shown_at
from services.launches.models import Launch

from .models import Section

#: A list longer than this is not looked through: a draft is opened from its own page.
MOST = 100


@dataclass(frozen=True)
class Room:
    """A model whose rows may be included, which of them, and the page on which one is seen (within a region's addresses)."""

    model: type[Model]
    page: Callable[[Any], str]
    which: Q = Q()

    @property
    def permission(self) -> str:
        return f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"


def _to(name: str, *args: str) -> str:
    """An address of the storefront, in the region and language in front."""
    return reverse(name, settings.STOREFRONT_URLCONF, args=args)


def _piece(piece: Product) -> str:
    """The page of a piece; of a variant, with its metal and size chosen."""
    chosen = f"?metal={piece.metal_id or ''}&size={piece.size}" if piece.is_child else ""
    return _to("piece", piece.piece.slug) + chosen


def _tile(tile: Tile) -> str:
    return _to("collection", tile.among.slug) if tile.among else _to("listing")


ROOMS = {
    "piece": Room(Product, _piece, Q(parent=None)),
    "collection": Room(Category, lambda found: _to("collection", found.slug), Q(depth=1)),
    "launch": Room(Launch, lambda found: _to("launch", found.slug)),
    "occasion": Room(Occasion, lambda found: f"{_to('gifts')}?occasion={found.slug}"),
    "section": Room(Section, lambda found: _to("home")),
    "tile": Room(Tile, _tile),
}


def key_of(thing: Any) -> str:
    """The key of a row; empty when its kind cannot be included, or it is shown as it stands."""
    for kind, room in ROOMS.items():
        if type(thing) is room.model:
            row = thing.piece if isinstance(thing, Product) else thing
            return "" if is_shown(row, timezone.now()) else f"{kind}:{row.pk}"
    return ""


def find(keys: Iterable[str], user: Any) -> dict[str, Any]:
    """The rows of these keys that this member of staff may see behind the shop, in this order. One query a row."""
    found: dict[str, Any] = {}
    for key in keys:
        kind, _colon, pk = str(key).partition(":")
        room = ROOMS.get(kind)
        if room and pk.isdecimal() and len(pk) < 19 and user.has_perm(room.permission):
            row = room.model._default_manager.filter(room.which, pk=int(pk)).first()
            found |= {key: row} if row else {}
    return found


def offered(user: Any) -> dict[str, str]:
    """What this member of staff may include, by key, with its kind and name: what is not shown now."""
    found: dict[str, str] = {}
    for kind, room in ROOMS.items():
        if user.has_perm(room.permission):
            rows = room.model._default_manager.filter(room.which).exclude(shown_at(timezone.now())).order_by("-pk")
            found |= {f"{kind}:{row.pk}": named(row) for row in rows[:MOST]}
    return found


def named(thing: Any) -> str:
    """What staff call a row: its kind and its name."""
    name = thing.get_title() if isinstance(thing, Product) else str(thing)
    return _("%(kind)s: %(name)s") % {"kind": str(thing._meta.verbose_name).capitalize(), "name": name or thing.pk}


def page_of(thing: Any) -> str:
    """Where a row is seen, in the region and language in front; the home page for what has no page."""
    room = next((room for room in ROOMS.values() if type(thing) is room.model), None)
    if room:
        return room.page(thing)
    if isinstance(thing, Picture | Zone):
        return _piece(thing.piece)
    named = {Metal: "listing", Feast: "gifts"}.get(type(thing), "home")
    return _to(named)


def lacking(thing: Any) -> str:
    """Why it could not be seen even so; empty when it can."""
    piece = thing.piece if isinstance(thing, Launch) else thing
    if isinstance(piece, Product) and not Picture.objects.filter(piece=piece, is_ready=True).exists():
        return _("This piece has no picture that is ready: nothing can be shown of it yet.")
    return ""


def include(thing: Any) -> None:
    """Make a row public now. Call within `pretending.pretended` only, which takes it back."""
    always = {"is_public": True, "publish_at": None, "withdraw_at": None}
    if isinstance(thing, Launch):
        include(thing.piece)
    type(thing)._default_manager.filter(pk=thing.pk).update(**always)
    if isinstance(thing, Product) and not thing.children.filter(is_public=True).exists():
        thing.children.update(is_public=True)

"""Editorial tiles between the pieces of a listing."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from services.foundation.scheduling import shown_at

from .models import Category, Tile
from .showing import Card, public_pieces

#: What stands in one place of the grid: a piece or a tile.
Cell = tuple[Card | None, Tile | None]


def tiles_of(collection: Category | None, *, now: datetime) -> list[Tile]:
    """The tiles of a collection's listing, or (None) of all pieces, shown at this moment. One query.

    A tile whose own target is not shown would lead nowhere, and is left out.
    """
    leads_somewhere = Q(to_piece=None) | Q(to_piece__in=public_pieces(now).values("pk"))
    leads_somewhere &= Q(to_collection=None) | shown_at(now, via="to_collection__")
    found = Tile.objects.filter(shown_at(now), leads_somewhere)
    return list(found.filter(among=collection).select_related("picture", "to_collection", "to_piece"))


def placed(cards: Sequence[Card], tiles: Sequence[Tile], *, first: int) -> list[Cell]:
    """The grid of a page that begins after `first` pieces: each tile behind the piece it follows. Pure.

    A tile whose place lies on another page, or behind the last piece, is not here.
    """
    cells: list[Cell] = [(None, tile) for tile in tiles if tile.after == first == 0]
    for number, card in enumerate(cards, start=first + 1):
        cells.append((card, None))
        cells += [(None, tile) for tile in tiles if tile.after == number]
    return cells

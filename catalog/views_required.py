"""Which views a piece still lacks before it may be shown. Pure: views, metals and wishes in, what is missing out.

A picture's view is called after what it shows and, where it shows one metal, after that metal: `front-yellow`. A view that shows
metals is asked for in every metal on sale; one that shows none counts for all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: In a list of required views: one further view, whichever.
ANOTHER = "another"


@dataclass(frozen=True)
class Missing:
    """A view without any picture, or without one in this metal (its code). ``view`` may be ANOTHER."""

    view: str
    metal: str | None = None


def base(view: str, metals: Iterable[str]) -> str:
    """What a view shows, without the metal: `front-yellow` is `front` where yellow is a metal."""
    head, dash, tail = view.rpartition("-")
    return head if dash and tail in metals else view


def named(view: str, metal: str, metals: Iterable[str]) -> str:
    """A view's name in a metal, whatever metal it was called after before; without a metal, as it is."""
    return f"{base(view, metals)}-{metal}" if metal else view


def missing(
    shown: Iterable[tuple[str, str | None]], *, metals: Sequence[str], required: Sequence[str], zone_views: Iterable[str]
) -> list[Missing]:
    """What a piece lacks, in the order it is asked for.

    ``shown`` are its pictures as (view, metal shown or None), ``metals`` those on sale, ``required`` the house's wish for this
    kind of piece, ``zone_views`` the views its engraving zones name. A zone's view counts as a further one.
    """
    found: dict[str, set[str | None]] = {}
    known = set(metals)
    for view, metal in shown:
        found.setdefault(base(view, {metal} if metal else ()), set()).add(metal)
        known |= {metal} if metal else set()
    wanted = [view for view in required if view != ANOTHER]
    lacking = []
    for view in dict.fromkeys([*wanted, *(base(view, known) for view in zone_views)]):
        if view not in found:
            lacking.append(Missing(view))
        elif None not in found[view]:
            lacking += [Missing(view, metal) for metal in metals if metal not in found[view]]
    further = len(set(found) - set(wanted))
    return lacking + [Missing(ANOTHER)] * max(0, required.count(ANOTHER) - further)

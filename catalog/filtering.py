"""The listing's filters and sorting, kept in its address."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict

from .showing import Card

SORTS = ("house", "price-up", "price-down")


@dataclass(frozen=True)
class Filters:
    """What a client asked to see. Several values of one filter widen it, several filters narrow it.

    ``least`` and ``most`` are amounts in the region's currency; ``typed`` what stands in their fields, ``unread`` the names of
    those that hold no amount and so filter nothing.
    """

    metals: frozenset[str] = field(default_factory=frozenset)
    kinds: frozenset[str] = field(default_factory=frozenset)
    stones: frozenset[str] = field(default_factory=frozenset)
    sizes: frozenset[str] = field(default_factory=frozenset)
    least: Decimal | None = None
    most: Decimal | None = None
    typed: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    engravable: bool = False
    in_stock: bool = False
    sort: str = "house"

    @property
    def count(self) -> int:
        """How many filters are set."""
        several = len(self.metals) + len(self.kinds) + len(self.stones) + len(self.sizes)
        return several + self.engravable + self.in_stock + any(self.typed.values())


#: Whole amount with or without thousands apart, then perhaps cents: 1500, 1,500, 1.500, 1 500,50.
_AMOUNT = re.compile(r"(\d{1,3}(?:[.,’']\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)


def _amount(typed: str) -> Decimal | None:
    """An amount as people type it, in whichever of our languages. None when it is none."""
    found = _AMOUNT.fullmatch("".join(typed.split()))
    if not found:
        return None
    amount = Decimal(re.sub(r"\D", "", found[1]) + "." + (found[2] or "0"))
    return amount if amount < 10**9 else None


def read(query: QueryDict) -> Filters:
    """Filters from an address; unknown values simply find nothing."""
    sort = query.get("sort", "house")
    typed = {name: query.get(name, "").strip()[:20] for name in ("from", "to")}
    amounts = {name: _amount(words) for name, words in typed.items() if words}
    return Filters(
        metals=frozenset(query.getlist("metal")),
        kinds=frozenset(query.getlist("kind")),
        stones=frozenset(query.getlist("stone")),
        sizes=frozenset(query.getlist("size")),
        least=amounts.get("from"),
        most=amounts.get("to"),
        typed=typed,
        unread=tuple(name for name, amount in amounts.items() if amount is None),
        engravable=query.get("engravable") == "yes",
        in_stock=query.get("available") == "yes",
        sort=sort if sort in SORTS else "house",
    )


def apply(cards: list[Card], filters: Filters) -> list[Card]:
    """The cards that pass, in the order asked for."""
    passed = [card for card in cards if _passes(card, filters)]
    if filters.sort != "house":
        priced = [card for card in passed if card.price is not None]
        priced.sort(key=lambda card: card.price or 0, reverse=filters.sort == "price-down")
        passed = priced + [card for card in passed if card.price is None]  # what is not offered here comes last
    return passed


def _passes(card: Card, filters: Filters) -> bool:
    kind = card.piece.product_class.slug if card.piece.product_class else ""
    return (
        (not filters.metals or bool(filters.metals & {m.family for m in card.metals}))
        and (not filters.kinds or kind in filters.kinds)
        and (not filters.stones or card.piece.stone in filters.stones)
        and (not filters.sizes or bool(filters.sizes & set(card.sizes)))
        and (filters.least is None or (card.price is not None and card.price >= filters.least))
        and (filters.most is None or (card.price is not None and card.price <= filters.most))
        and (not filters.engravable or card.can_be_engraved)
        and (not filters.in_stock or card.reason == "available")
    )

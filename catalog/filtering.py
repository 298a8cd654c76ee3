"""The listing's filters and sorting, kept in its address."""

from dataclasses import dataclass, field

from django.http import QueryDict

from .showing import Card

SORTS = ("house", "price-up", "price-down")


@dataclass(frozen=True)
class Filters:
    """What a client asked to see. Several values of one filter widen it, several filters narrow it."""

    metals: frozenset[str] = field(default_factory=frozenset)
    kinds: frozenset[str] = field(default_factory=frozenset)
    stones: frozenset[str] = field(default_factory=frozenset)
    engravable: bool = False
    in_stock: bool = False
    sort: str = "house"

    @property
    def count(self) -> int:
        return len(self.metals) + len(self.kinds) + len(self.stones) + self.engravable + self.in_stock


def read(query: QueryDict) -> Filters:
    """Filters from an address; unknown values simply find nothing."""
    sort = query.get("sort", "house")
    return Filters(
        metals=frozenset(query.getlist("metal")),
        kinds=frozenset(query.getlist("kind")),
        stones=frozenset(query.getlist("stone")),
        engravable=query.get("engravable") == "yes",
        in_stock=query.get("available") == "yes",
        sort=sort if sort in SORTS else "house",
    )


def apply(cards: list[Card], filters: Filters) -> list[Card]:
    """The cards that pass, in the order asked for."""
    passed = [
        card
        for card in cards
        if (not filters.metals or filters.metals & {m.family for m in card.metals})
        and (not filters.kinds or (card.piece.product_class and card.piece.product_class.slug in filters.kinds))
        and (not filters.stones or card.piece.stone in filters.stones)
        and (not filters.engravable or card.can_be_engraved)
        and (not filters.in_stock or card.reason == "available")
    ]
    if filters.sort != "house":
        passed.sort(key=lambda card: card.price or 0, reverse=filters.sort == "price-down")
    return passed

"""The listing's filters and sorting, kept in its address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import gettext as _

from services.foundation.units.availability import Reason

from .models import Metal
from .offering import Offer
from .showing import Card

SORTS = ("house", "price-up", "price-down")


@dataclass(frozen=True)
class Budget:
    """From how much to how much, in the region's currency. ``typed`` is what stands in the two fields.

    ``wrong`` names the fields that hold no amount, or both when the first is above the second; they narrow nothing.
    """

    least: Decimal | None = None
    most: Decimal | None = None
    typed: dict[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    error: str = ""

    @property
    def narrows(self) -> bool:
        return self.least is not None or self.most is not None

    def covers(self, price: Decimal | None) -> bool:
        """Whether a price lies within; what has none lies within no budget."""
        if not self.narrows:
            return True
        return price is not None and (self.least is None or price >= self.least) and (self.most is None or price <= self.most)


#: Whole amount with or without thousands apart, then perhaps cents: 1500, 1,500, 1.500, 1 500,50.
_AMOUNT = re.compile(r"(\d{1,3}(?:[.,’']\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)


def _amount(typed: str) -> Decimal | None:
    """An amount as people type it, in whichever of our languages. None when it is none."""
    found = _AMOUNT.fullmatch("".join(typed.split()))
    if not found:
        return None
    amount = Decimal(re.sub(r"\D", "", found[1]) + "." + (found[2] or "0"))
    return amount if amount < 10**9 else None


def budget(query: QueryDict) -> Budget:
    """The budget of an address, with a sentence for what cannot be read."""
    typed = {name: query.get(name, "").strip()[:20] for name in ("from", "to")}
    amounts = {name: _amount(words) for name, words in typed.items() if words}
    least, most = amounts.get("from"), amounts.get("to")
    unread = tuple(name for name, amount in amounts.items() if amount is None)
    if unread:
        return Budget(least, most, typed, unread, _("Please write an amount in figures, for example 5000."))
    if least is not None and most is not None and least > most:
        crossed = _("The first amount is above the second. Please change one of them.")
        return Budget(typed=typed, wrong=("from", "to"), error=crossed)
    return Budget(least, most, typed)


@dataclass(frozen=True)
class Filters:
    """What a client asked to see. Several values of one filter widen it, several filters narrow it."""

    metals: frozenset[str] = field(default_factory=frozenset)
    kinds: frozenset[str] = field(default_factory=frozenset)
    stones: frozenset[str] = field(default_factory=frozenset)
    sizes: frozenset[str] = field(default_factory=frozenset)
    budget: Budget = field(default_factory=Budget)
    engravable: bool = False
    in_stock: bool = False
    sort: str = "house"

    @property
    def count(self) -> int:
        """How many filters narrow the page."""
        several = len(self.metals) + len(self.kinds) + len(self.stones) + len(self.sizes)
        return several + self.engravable + self.in_stock + self.budget.narrows

    def with_metals_of(self, metals: Iterable[Metal]) -> "Filters":
        """The same with each family of metals in the address (all gold) as the metals it stands for."""
        known = list(metals)
        codes = {metal.code for metal in known}
        families = {metal.family for metal in known} & self.metals - codes
        return replace(self, metals=self.metals - families | {metal.code for metal in known if metal.family in families})


def read(query: QueryDict) -> Filters:
    """Filters from an address; unknown values simply find nothing."""
    sort = query.get("sort", "house")
    return Filters(
        metals=frozenset(query.getlist("metal")),
        kinds=frozenset(query.getlist("kind")),
        stones=frozenset(query.getlist("stone")),
        sizes=frozenset(query.getlist("size")),
        budget=budget(query),
        engravable=query.get("engravable") == "yes",
        in_stock=query.get("available") == "yes",
        sort=sort if sort in SORTS else "house",
    )


def apply(cards: Iterable[Card], filters: Filters) -> list[Card]:
    """The cards that pass, each with those of its offers that answer every filter at once. Pure."""
    of_piece = (card for card in cards if _suits(card, filters))
    narrowed = (card.narrowed(lambda offer: _answers(offer, filters)) for card in of_piece)
    return [card for card in narrowed if card]


def _suits(card: Card, filters: Filters) -> bool:
    """What is said of a whole piece."""
    kind = card.piece.product_class.slug if card.piece.product_class else ""
    return (
        (not filters.kinds or kind in filters.kinds)
        and (not filters.stones or card.piece.stone in filters.stones)
        and (not filters.engravable or card.can_be_engraved)
    )


def _answers(offer: Offer, filters: Filters) -> bool:
    """What is said of one variant: it must answer metal, size, price and "ready to send" together."""
    return (
        (not filters.metals or (offer.metal is not None and offer.metal.code in filters.metals))
        and (not filters.sizes or offer.size in filters.sizes)
        and filters.budget.covers(offer.price)
        and (not filters.in_stock or (offer.price is not None and offer.reason == Reason.AVAILABLE))
    )


def sorted_by(cards: list[Card], sort: str) -> list[Card]:
    """In the order asked for; what is not offered here comes last. Pure."""
    if sort == "house":
        return cards
    priced = [card for card in cards if card.price is not None]
    priced.sort(key=lambda card: card.price or 0, reverse=sort == "price-down")
    return priced + [card for card in cards if card.price is None]

"""Choosing a gift, pure: which pieces answer a wish, in what order, and what to loosen when none does.

Amounts are in the region's currency, as listed there. A piece answers a budget by those of its offers that lie within it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from catalog.offering import Offer
from catalog.showing import Card
from services.foundation.units.availability import Reason

#: What can be given, the soonest first. What is sold out or closed cannot.
_READY = (Reason.AVAILABLE, Reason.MADE_TO_ORDER, Reason.NOT_YET_OPEN, Reason.HELD_BY_OTHERS)
#: The figures a budget is rounded to.
_ROUND = tuple(Decimal(figure) for figure in ("1", "1.5", "2", "3", "4", "5", "6", "8", "10"))

Range = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Wish:
    """``pieces``: ids that suit the occasion, None for any. ``kinds``: codes that suit the person, none for any."""

    pieces: frozenset[int] | None = None
    kinds: frozenset[str] = frozenset()
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True)
class Loosened:
    """One thing given up, so that something is found: the wish without it, and how many pieces that finds.

    ``nearest``: the price that lies next to the budget, when that is what gives way.
    """

    what: Literal["most", "least", "kinds", "pieces", "all"]
    wish: Wish
    count: int
    nearest: Decimal | None = None


def can_be_given(offer: Offer) -> bool:
    """Whether a variant has a price here and can still be had."""
    return offer.price is not None and offer.reason in _READY


def fitting(cards: Iterable[Card], wish: Wish) -> list[Card]:
    """The pieces that answer a wish: ready ones first, then those that use the budget best, then in the house's order.

    Each with those of its offers that answer it.
    """
    suiting = (card for card in cards if _suits(card, wish))
    narrowed = (card.narrowed(lambda offer: can_be_given(offer) and _affordable(_price(offer), wish)) for card in suiting)
    found = [card for card in narrowed if card]
    return sorted(found, key=lambda card: (_READY.index(card.reason), -_price(card) if wish.most else 0, card.piece.position))


def ranges(cards: Iterable[Card], *, parts: int = 4) -> list[Range]:
    """Budgets worth offering: about as many pieces in each, parted at round amounts, none empty. None when there is no choice."""
    prices = sorted(_price(card) for card in fitting(cards, Wish()))
    cuts = sorted({rounded(prices[len(prices) * part // parts]) for part in range(1, parts)}) if prices else []
    edges = [None, *cuts, None]
    found: list[Range] = []
    least: Decimal | None = None
    for most in edges[1:]:
        inside = [price for price in prices if (least is None or price > least) and (most is None or price <= most)]
        if inside:
            found.append((least, most))
            least = most
        elif found and most is None:
            found[-1] = (found[-1][0], None)
    return found if len(found) > 1 else []


def rounded(amount: Decimal) -> Decimal:
    """The round amount that is nearest: 1,520 is 1,500; 8,600 is 8,000."""
    size = Decimal(10) ** (len(str(int(amount))) - 1)
    return min((figure * size for figure in _ROUND), key=lambda near: abs(near - amount)).quantize(Decimal(1))


def loosened(cards: Iterable[Card], wish: Wish) -> Loosened | None:
    """What to give up when nothing fits: the budget, else for whom, else the occasion, else all. None when there is nothing."""
    everything = list(cards)
    suiting = fitting(everything, replace(wish, least=None, most=None))
    if suiting and (wish.least is not None or wish.most is not None):
        return _nearest(suiting, wish)
    for what, without in (("kinds", replace(wish, kinds=frozenset())), ("pieces", replace(wish, pieces=None)), ("all", Wish())):
        found = fitting(everything, without)
        if found:
            return Loosened(what, without, len(found))  # type: ignore[arg-type]
    return None


def _nearest(suiting: list[Card], wish: Wish) -> Loosened:
    """The budget, widened to the price that lies next to it."""
    prices = sorted({_price(offer) for card in suiting for offer in card.offers})
    above = next((price for price in prices if wish.most is not None and price > wish.most), None)
    below = next((price for price in reversed(prices) if wish.least is not None and price < wish.least), None)
    up = above is not None and (below is None or above - (wish.most or 0) <= (wish.least or 0) - below)
    wider = replace(wish, most=above) if up else replace(wish, least=below)
    count = len(fitting(suiting, wider))
    return Loosened("most" if up else "least", wider, count, above if up else below)


def _price(priced: Card | Offer) -> Decimal:
    return priced.price or Decimal(0)


def _suits(card: Card, wish: Wish) -> bool:
    kind = card.piece.product_class.slug if card.piece.product_class else ""
    return (wish.pieces is None or card.piece.pk in wish.pieces) and (not wish.kinds or kind in wish.kinds)


def _affordable(price: Decimal, wish: Wish) -> bool:
    return (wish.least is None or price >= wish.least) and (wish.most is None or price <= wish.most)

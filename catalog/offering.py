"""What the house offers of a variant, here and now: its price, whether it can be had, and when it is there.

A card, a filter and the piece's page all judge these offers, never a price of one variant beside the stock of another.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.foundation.regions.models import Region
from services.foundation.units import availability
from services.foundation.units.availability import Availability, Reason
from services.launches.models import Launch

from .models import Metal, Product
from .partner.pricing import reductions_of, standing_of

#: The best first. A launch that is not open, or has closed, says the same of every variant of its piece.
_BEST_FIRST = (
    Reason.AVAILABLE,
    Reason.MADE_TO_ORDER,
    Reason.NOT_YET_OPEN,
    Reason.HELD_BY_OTHERS,
    Reason.SOLD_OUT,
    Reason.CLOSED,
)


@dataclass(frozen=True)
class Offer:
    """One variant in one region. ``price`` is None where it is not offered; ``price_before`` stands beside a reduction.

    ``arrives`` is set once somebody said where and when (see `reaching`).
    """

    variant_id: int
    metal: Metal | None
    size: str
    price: Decimal | None
    price_before: Decimal | None
    availability: Availability
    reason: Reason
    arrives: date | None = None

    @property
    def can_be_had(self) -> bool:
        """Whether it has a price here and can be ordered now."""
        return self.price is not None and self.reason in (Reason.AVAILABLE, Reason.MADE_TO_ORDER)


def of_variants(
    variants: Collection[Product], *, to_order: frozenset[int], launches: Mapping[int, Launch], region: Region, now: datetime
) -> dict[int, Offer]:
    """The offer of each variant, by its id. Two queries, and one more when a price is a reduction.

    ``to_order``: ids of the variants the atelier makes when none lies ready. ``launches``: by piece id.
    """
    ids = [variant.pk for variant in variants]
    standing = standing_of(ids, region_code=region.code, now=now)
    before = reductions_of(standing, region_code=region.code, now=now)
    units = availability.of_variants(ids, made_to_order=to_order)
    return {
        variant.pk: Offer(
            variant_id=variant.pk,
            metal=variant.metal,
            size=variant.size,
            price=standing[variant.pk].amount if variant.pk in standing else None,
            price_before=before.get(variant.pk),
            availability=units[variant.pk],
            reason=_reason(units[variant.pk], launches.get(variant.parent_id or variant.pk), now),
        )
        for variant in variants
    }


def _reason(units: Availability, launch: Launch | None, now: datetime) -> Reason:
    if launch and now < launch.opens_at:
        return Reason.NOT_YET_OPEN
    if launch and launch.closes_at and now >= launch.closes_at:
        return Reason.CLOSED
    return units.reason


def best(offers: Sequence[Offer]) -> Offer | None:
    """The offer a piece is shown by: one with a price, the soonest to be had, then the lowest, then the house's first. Pure."""
    return min(offers, key=lambda o: (o.price is None, _BEST_FIRST.index(o.reason), o.price or 0), default=None)


def begins_at_its_price(offer: Offer, offers: Iterable[Offer]) -> bool:
    """Whether this is the lowest of several prices for which these can be had, so that a card may say "from". Pure."""
    others = {other.price for other in offers if other.price is not None and (other.can_be_had or other.reason == offer.reason)}
    return len(others) > 1 and offer.price == min(others)


def named(offers: Sequence[Offer], *, metal: str, size: str | None) -> Offer | None:
    """The offer an address names by metal and size; where it names only one of them, or none that is, the best of the rest.

    Pure.
    """
    of_metal = [offer for offer in offers if metal and offer.metal and offer.metal.code == metal] or list(offers)
    of_size = [offer for offer in of_metal if size and offer.size == size]
    return best(of_size or of_metal)

"""The days that the checkout tells of what waits for an answer: until when it waits, and when all is there once it has come.

A gift by link waits for its recipient, an engraving for its size. Nobody knows when the answer comes: the page says the day for
the first moment at which it can, and for the last. Nothing of it is promised before the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.delivery import promising
from services.foundation.regions.models import Region
from services.gifting import links

from .basket.contents import Item
from .totals import Destination, foreseen


@dataclass(frozen=True)
class GiftDays:
    """Paid now, the link waits ``until``; the gift arrives on the first day if it is accepted at once, on the last at the end."""

    until: datetime
    first: date
    last: date


@dataclass(frozen=True)
class SizerDays:
    """By when the sizer leaves and is there; the piece comes on the day ``then`` if its size is confirmed as it comes."""

    leaves: date
    arrives: date
    then: date


def way_to(region: Region, to: Destination, *, now: datetime) -> promising.Way:
    """The way to a place, in two queries."""
    return promising.way_to(
        region_code=region.code, zone=region.time_zone, country=to.country, subdivision=to.subdivision, now=now
    )


def of_gift(items: Sequence[Item], way: promising.Way, *, now: datetime) -> GiftDays:
    """The days of a bag that goes as a gift by link."""
    until = now + links.waits()
    return GiftDays(until.astimezone(way.zone), foreseen(items, way, now=now), foreseen(items, way, now=until))


def of_sizer(items: Sequence[Item], way: promising.Way, *, now: datetime) -> SizerDays:
    """The days of a bag of which a piece waits for its size, if that is confirmed on the day the sizer comes, at this hour."""
    leaves = promising.working_days_after(way.bench_done(bench_days=0, now=now), promising.PACKING_DAYS, way.holidays)
    arrives = promising.working_days_after(leaves, way.transit_days, way.holidays)
    here = now.astimezone(way.zone)
    answered = here.replace(year=arrives.year, month=arrives.month, day=arrives.day)
    return SizerDays(leaves, arrives, foreseen(items, way, now=answered))

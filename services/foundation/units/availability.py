"""Whether a variant can be had, and if not, why: a reason the page can put in words. Never a stock figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q

from .models import Unit


class Reason(StrEnum):
    AVAILABLE = "available"
    HELD_BY_OTHERS = "held-by-others"
    SOLD_OUT = "sold-out"
    NOT_YET_OPEN = "not-yet-open"
    CLOSED = "closed"
    MADE_TO_ORDER = "made-to-order"


@dataclass(frozen=True)
class Availability:
    """What one variant's units allow. `free` is for the house, not for the page."""

    reason: Reason
    free: int = 0

    @property
    def can_be_bought(self) -> bool:
        return self.reason in (Reason.AVAILABLE, Reason.MADE_TO_ORDER)


def of_variants(variant_ids: Iterable[int], *, made_to_order: frozenset[int] = frozenset()) -> dict[int, Availability]:
    """Availability by variant id, in one query whatever their number.

    A hold that has lapsed but was not yet swept counts as held: it is freed within seconds.
    ``made_to_order``: variants the atelier makes when none lies ready.
    """
    wanted = list(variant_ids)
    rows = (
        Unit.objects.filter(variant_id__in=wanted, withdrawn_at=None)
        .values("variant_id")
        .annotate(free=Count("id", filter=Q(hold=None, order_line=None)), held=Count("id", filter=~Q(hold=None)))
    )
    counted = {row["variant_id"]: row for row in rows}
    found = {}
    for variant_id in wanted:
        row = counted.get(variant_id, {"free": 0, "held": 0})
        if row["free"]:
            found[variant_id] = Availability(Reason.AVAILABLE, row["free"])
        elif variant_id in made_to_order:
            found[variant_id] = Availability(Reason.MADE_TO_ORDER)
        elif row["held"]:
            found[variant_id] = Availability(Reason.HELD_BY_OTHERS)
        else:
            found[variant_id] = Availability(Reason.SOLD_OUT)
    return found

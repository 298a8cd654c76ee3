"""What a variant costs, here and now; and for a reduction, what it cost before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .models import Price

#: Directive 98/6/EC, art. 6a: a reduction is announced beside the lowest price of at least this time before it.
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Standing:
    """One price: its amount in the region's currency, since when, and whether it is announced as a reduction."""

    amount: Decimal
    starts_at: datetime
    is_reduction: bool = False


def standing_of(variant_ids: Iterable[int], *, region_code: str, now: datetime) -> dict[int, Standing]:
    """Prices in force by variant id, in one query. A variant without a price is absent."""
    rows = (
        Price.objects.filter(variant_id__in=list(variant_ids), region_id=region_code, starts_at__lte=now)
        .order_by("variant_id", "-starts_at")
        .distinct("variant_id")
        .values_list("variant_id", "amount", "starts_at", "is_reduction")
    )
    return {variant_id: Standing(*rest) for variant_id, *rest in rows}


def prices_of(variant_ids: Iterable[int], *, region_code: str, now: datetime) -> dict[int, Decimal]:
    """Amounts in force by variant id, in the region's currency, in one query. A variant without a price is absent."""
    return {pk: found.amount for pk, found in standing_of(variant_ids, region_code=region_code, now=now).items()}


def reductions_of(standing: dict[int, Standing], *, region_code: str, now: datetime) -> dict[int, Decimal]:
    """For each of these prices that is a reduction, the lowest of the 30 days before it began, by variant id.

    One query, and none when no price is a reduction.
    """
    reduced = [variant_id for variant_id, found in standing.items() if found.is_reduction]
    if not reduced:
        return {}
    histories = _histories(reduced, region_code=region_code, until=now)
    found = {variant_id: lowest_before(histories[variant_id]) for variant_id in reduced}
    return {variant_id: amount for variant_id, amount in found.items() if amount is not None}


def _histories(variant_ids: list[int], *, region_code: str, until: datetime) -> dict[int, list[Standing]]:
    rows = Price.objects.filter(variant_id__in=variant_ids, region_id=region_code, starts_at__lte=until).order_by("starts_at")
    found: dict[int, list[Standing]] = {variant_id: [] for variant_id in variant_ids}
    for variant_id, *rest in rows.values_list("variant_id", "amount", "starts_at", "is_reduction"):
        found[variant_id].append(Standing(*rest))
    return found


def lowest_before(history: Sequence[Standing]) -> Decimal | None:
    """The lowest price of the 30 days before the last price of a history (oldest first) began. None when there was none.

    Pure. A reduction that follows another without a break and goes further is the same reduction (art. 6a, paragraph 5): the
    30 days are those before its first step.
    """
    first = len(history) - 1
    while first > 0 and history[first - 1].is_reduction and history[first - 1].amount > history[first].amount:
        first -= 1
    earlier = history[:first]
    since = history[first].starts_at - LOOKED_BACK
    # What was in force when the 30 days began counts too, however long it had stood.
    in_force = [found for found, after in zip(earlier, history[1:], strict=False) if after.starts_at > since]
    return min((found.amount for found in in_force), default=None)


def earlier_price(variant_id: int, *, region_code: str, amount: Decimal, starts_at: datetime) -> Decimal | None:
    """What a reduction to this amount from this moment would be announced beside; None when there was no price before."""
    history = _histories([variant_id], region_code=region_code, until=starts_at)[variant_id]
    return lowest_before([*history, Standing(amount, starts_at, is_reduction=True)])

"""What a variant costs, here and now."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from .models import Price


def prices_of(variant_ids: Iterable[int], *, region_code: str, now: datetime) -> dict[int, Decimal]:
    """Amounts in force by variant id, in the region's currency, in one query. A variant without a price is absent."""
    rows = (
        Price.objects.filter(variant_id__in=list(variant_ids), region_id=region_code, starts_at__lte=now)
        .order_by("variant_id", "-starts_at")
        .distinct("variant_id")
        .values_list("variant_id", "amount")
    )
    return dict(rows)

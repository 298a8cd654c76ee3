"""Numbers without gaps: each is taken in the transaction that writes its document (see docs/decisions/0030)."""

from django.db import transaction
from django.db.models import F

from .models import DocumentKind, Series

#: What stands between region and year of a credit note, so that nobody takes it for an invoice.
_MARK = {DocumentKind.INVOICE: "", DocumentKind.CREDIT_NOTE: "C-"}


def take(*, region_code: str, kind: str, year: int) -> tuple[Series, int]:
    """The next number of a series. Its row stays locked until the caller's transaction ends, and goes back when that fails.

    Raises TransactionManagementError outside a transaction: a number without its document would be a gap.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a number is taken in the transaction that writes its document")
    series, _fresh = Series.objects.get_or_create(region_code=region_code, kind=kind, year=year)
    return series, _step(series)


def _step(series: Series) -> int:
    Series.objects.filter(pk=series.pk).update(last=F("last") + 1)
    return Series.objects.values_list("last", flat=True).get(pk=series.pk)


def name(series: Series, number: int) -> str:
    """How a number is written: EU-2026-000012, of a credit note EU-C-2026-000003."""
    return f"{series.region_code.upper()}-{_MARK[DocumentKind(series.kind)]}{series.year}-{number:06d}"

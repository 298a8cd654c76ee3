"""What clients owe and since when, and what is expected week by week, each currency for itself. Days are UTC's."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce, Greatest

from checkout.order.states import STANDING
from services.deferred.models import Part
from services.deferred.states import OWED, PlanState
from services.foundation.provider.models import Attempt, AttemptState

#: Days overdue at which each bucket ends; what is older falls into the last one, which has no end.
BUCKETS = (0, 7, 30, 60)
WEEKS = 13
PARTS, HELD = "parts", "held"


@dataclass(frozen=True)
class Expected:
    """So much is expected on a day: of plans (`PARTS`), or held by banks until the order leaves (`HELD`)."""

    currency: str
    kind: str
    day: date
    amount: Decimal
    count: int


@dataclass(frozen=True)
class Bucket:
    """What is overdue by more than ``above`` and at most ``to`` days. ``to`` 0: not due yet; None: without end."""

    above: int
    to: int | None
    amount: Decimal
    count: int


@dataclass(frozen=True)
class Week:
    """What is expected in the week that begins on ``monday``. What was promised before today falls into the first."""

    monday: date
    parts: Decimal
    held: Decimal

    @property
    def total(self) -> Decimal:
        return self.parts + self.held


@dataclass(frozen=True)
class Outlook:
    """One currency: buckets by age, weeks to come, and what comes after them."""

    currency: str
    ageing: list[Bucket]
    weeks: list[Week]
    later: Decimal

    @property
    def owed(self) -> Decimal:
        return sum((bucket.amount for bucket in self.ageing), Decimal(0))

    @property
    def overdue(self) -> Decimal:
        return self.owed - self.ageing[0].amount


def read(*, now: datetime) -> list[Outlook]:
    """The outlook of every currency in which anything is owed or held. Two queries, and as many rows as there are days."""
    return outlooks([*_parts(), *_held()], today=now.date())


def _parts() -> Iterable[Expected]:
    rows = Part.objects.filter(state__in=OWED, plan__state__in=(PlanState.AGREED, PlanState.RUNNING, PlanState.PAUSED))
    for row in rows.values("plan__currency", "due_on").annotate(amount=Sum("amount"), count=Count("pk")):
        yield Expected(row["plan__currency"], PARTS, row["due_on"], row["amount"], row["count"])


def _held() -> Iterable[Expected]:
    rows = Attempt.objects.filter(state=AttemptState.AUTHORISED, order__status__in=STANDING)
    leaves = Greatest(Coalesce("order__promised_anew_on", "order__promised_on"), F("order__requested_on"))
    day = Coalesce(leaves, "order__bench_done_on", "created_at__date")
    for row in rows.annotate(day=day).values("currency", "day").annotate(amount=Sum("amount"), count=Count("pk")):
        yield Expected(row["currency"], HELD, row["day"], row["amount"], row["count"])


def outlooks(expected: Iterable[Expected], *, today: date) -> list[Outlook]:
    """Sort what is expected into ages and weeks. Nothing is left out: buckets sum to all that is owed. Pure."""
    by_currency: dict[str, list[Expected]] = defaultdict(list)
    for each in expected:
        by_currency[each.currency].append(each)
    return [Outlook(currency, _ageing(rows, today), *_weeks(rows, today)) for currency, rows in sorted(by_currency.items())]


def _ageing(rows: list[Expected], today: date) -> list[Bucket]:
    found = []
    edges: list[tuple[int, int | None]] = [(-1, 0), *zip(BUCKETS, (*BUCKETS[1:], None), strict=True)]
    for above, to in edges:
        inside = [each for each in rows if each.kind == PARTS and _is_in((today - each.day).days, above, to)]
        amount, count = sum((each.amount for each in inside), Decimal(0)), sum(each.count for each in inside)
        found.append(Bucket(above, to, amount, count))
    return found


def _is_in(days: int, above: int, to: int | None) -> bool:
    return days <= 0 if to == 0 else days > above and (to is None or days <= to)


def _weeks(rows: list[Expected], today: date) -> tuple[list[Week], Decimal]:
    """Overdue parts are no forecast and stand in the ageing alone; a hold whose day has passed is expected at once."""
    monday = today - timedelta(days=today.weekday())
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for each in rows:
        if each.kind == HELD or each.day >= today:
            day = max(each.day, today)
            sums[day - timedelta(days=day.weekday()), each.kind] += each.amount
    mondays = [monday + timedelta(weeks=n) for n in range(WEEKS)]
    weeks = [Week(each, sums.pop((each, PARTS), Decimal(0)), sums.pop((each, HELD), Decimal(0))) for each in mondays]
    return weeks, sum(sums.values(), Decimal(0))

"""Comparing a day with the provider: its movements are kept, fees go into the book, every difference becomes a row.

The provider is asked first and whole; what it said is written afterwards, in one transaction. When it does not answer, the day
stays without its report and is compared later. Comparing a day again changes nothing that stands.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Min, Q, QuerySet

from checkout.refunds.models import Repayment
from checkout.refunds.states import OPEN
from services.foundation.book import writing
from services.foundation.book.models import Account, Posting
from services.foundation.provider import port, statements
from services.foundation.provider.models import Attempt, AttemptState

from . import comparing
from .comparing import Finding, Held, Ours
from .models import Difference, DifferenceKind, DifferenceState, Movement, Payout, Report

#: Clocks and late answers: what is of the day for one of the two may be of its neighbour for the other.
MARGIN = timedelta(days=1)
#: What was begun so shortly before is still under way.
SETTLES_IN = timedelta(hours=1)
#: The provider tells of failed payouts up to this late (docs.stripe.com/payouts: within five business days).
PAYOUTS_CHANGE = timedelta(days=10)
#: No bank keeps a hold longer than a month (docs.stripe.com/payments/extended-authorization).
HOLDS_LAST = timedelta(days=31)
#: When a day is compared, after its end: by then its movements are listed.
READY_AT = timedelta(hours=3)
#: How far back days are made up for when nobody compared them.
AT_MOST = 31


def days_to_compare(*, now: datetime) -> list[date]:
    """The days (UTC) that are over and not compared, oldest first: since the last report, or since the first payment."""
    last_over = (now - READY_AT).astimezone(UTC).date() - timedelta(days=1)
    last = Report.objects.order_by("day").values_list("day", flat=True).last()
    begun = Attempt.objects.aggregate(first=Min("created_at"))["first"]
    if last is None and begun is None:
        return []
    first = last + timedelta(days=1) if last else begun.astimezone(UTC).date()
    first = max(first, last_over - timedelta(days=AT_MOST - 1))
    return [first + timedelta(days=n) for n in range((last_over - first).days + 1)]


def compare(day: date, *, now: datetime) -> Report:
    """Compare one day (UTC). Raises port.Unknown when the provider does not answer; then nothing is written."""
    since = datetime.combine(day, time(0), UTC)
    until = since + timedelta(days=1)
    theirs = list(statements.movements(since=since - MARGIN, until=until + MARGIN))
    payouts = {
        each: list(statements.movements_of(each.id))
        for each in statements.payouts(since=since - PAYOUTS_CHANGE, until=until + MARGIN)
    }
    oldest = Attempt.objects.filter(state=AttemptState.AUTHORISED).aggregate(first=Min("created_at"))["first"] or now
    held = list(statements.holds(since=min(oldest, now - HOLDS_LAST), until=now + SETTLES_IN))
    elsewhere = _asked_about(_of_day(since, until), theirs)
    with transaction.atomic():
        orders = _orders(
            {m.intent for m in theirs} | {h.intent for h in held} | {m.intent for ms in payouts.values() for m in ms}
        )
        _keep(payouts, theirs, orders)
        found = _money(since, until, theirs, elsewhere, orders)
        found += [finding for moved in theirs for finding in comparing.fees(moved)]
        found += _payouts(payouts)
        found += _holds(held, orders, now=now)
        _post_fees(moved for moved in theirs if since <= moved.created < until)
        fresh = _write(found, day)
        _close_what_agrees(found, now=now)
        report, _made = Report.objects.update_or_create(
            day=day,
            defaults={
                "movements": sum(since <= moved.created < until for moved in theirs),
                "payouts": sum(since <= payout.created < until for payout in payouts),
                "found": fresh,
            },
        )
    return report


#: What went through the provider: kinds of entries, and the account that says how much.
_TOLD = {"captured": Account.CAPTURED, "refunded": Account.REFUNDED, "refund failed": Account.REFUNDED}


def _ours(postings: QuerySet[Posting]) -> list[Ours]:
    """Captures, refunds and failed refunds among postings. One payment may be captured in parts, each with its own key."""
    found = postings.filter(entry__kind__in=_TOLD).values_list(
        "entry__order_id", "entry__kind", "entry__key", "account", "amount", "currency"
    )
    return [
        Ours(order_id, key.removeprefix(f"{kind}:").partition(":")[0], amount, currency)
        for order_id, kind, key, account, amount, currency in found
        if account == _TOLD[kind]
    ]


def _of_day(since: datetime, until: datetime) -> list[Ours]:
    return _ours(Posting.objects.filter(entry__at__gte=since, entry__at__lt=until).order_by("entry_id"))


def _asked_about(ours: Sequence[Ours], theirs: Sequence[statements.Movement]) -> set[str]:
    """Payments of ours that the provider's list of these days has not, and of which it says the same when asked."""
    listed = {moved.intent for moved in theirs if moved.kind == "charge"}
    known: set[str] = set()
    for mine in ours:
        if mine.amount > 0 and mine.thing not in listed | known:
            payment = port.payment_or_none(mine.thing, currency=mine.currency)
            if payment and payment.received == _said_of(mine):
                known.add(mine.thing)
    return known


def _said_of(mine: Ours) -> Decimal:
    """All that the book says of one payment or refund, whenever it was written."""
    every = _ours(Posting.objects.filter(entry__order_id=mine.order_id))
    return sum((each.amount for each in every if each.thing == mine.thing), Decimal(0))


def _orders(intents: Iterable[str]) -> dict[str, int]:
    return dict(Attempt.objects.filter(intent__in=[intent for intent in intents if intent]).values_list("intent", "order_id"))


def _money(
    since: datetime, until: datetime, theirs: Sequence[statements.Movement], elsewhere: set[str], orders: dict[str, int]
) -> list[Finding]:
    """Each of the two is judged by its own day, and laid beside all that the other ever said of the same payment or refund."""
    today = {comparing.thing_of(moved) for moved in theirs if since <= moved.created < until}
    mine_today = _of_day(since, until)
    wanted = today | {each.thing for each in mine_today}
    involved = {each.order_id for each in mine_today} | {orders[moved.intent] for moved in theirs if moved.intent in orders}
    ours = [each for each in _ours(Posting.objects.filter(entry__order_id__in=involved)) if each.thing in wanted]
    kept = Movement.objects.filter(Q(intent__in=wanted, kind="charge") | Q(source__in=wanted)).exclude(
        pk__in=[moved.id for moved in theirs]
    )
    there = [moved for moved in (*theirs, *kept) if comparing.thing_of(moved) in wanted]
    pending = set(Repayment.objects.filter(state__in=OPEN, provider_id__in=wanted).values_list("provider_id", flat=True))
    return [found for found in comparing.money(ours, there, orders) if found.thing not in pending | elsewhere]


def _holds(held: Sequence[statements.Hold], orders: dict[str, int], *, now: datetime) -> list[Finding]:
    """As both stand now. A hold so young that we may not have heard of it yet is looked at tomorrow."""
    standing = Attempt.objects.filter(state=AttemptState.AUTHORISED, created_at__lt=now - SETTLES_IN)
    ours = [Held(each.order_id, each.intent, each.amount, each.currency) for each in standing]
    known = set(Attempt.objects.filter(state=AttemptState.AUTHORISED).values_list("intent", flat=True))
    mine = {each.intent for each in ours}
    unknown = [hold for hold in held if hold.intent not in known and hold.created < now - SETTLES_IN]
    return comparing.holds(ours, [hold for hold in held if hold.intent in mine] + unknown, orders)


def _payouts(payouts: dict[statements.Payout, list[statements.Movement]]) -> list[Finding]:
    """A payout is the sum of what it pays out, and arrives."""
    found = []
    for payout, moved in payouts.items():
        summed = sum((each.net for each in moved), Decimal(0))
        if summed != payout.amount:
            found.append(Finding(str(DifferenceKind.PAYOUT), payout.id, None, summed, payout.amount, payout.currency))
        if payout.status in ("failed", "canceled"):
            found.append(Finding(str(DifferenceKind.STATE), payout.id, None, None, payout.amount, payout.currency, payout.status))
    return found


def _keep(
    payouts: dict[statements.Payout, list[statements.Movement]], theirs: Sequence[statements.Movement], orders: dict[str, int]
) -> None:
    for payout in payouts:
        facts = {"amount": payout.amount, "currency": payout.currency, "status": payout.status}
        facts |= {"created_at": payout.created, "arrives_on": payout.arrives_on}
        Payout.objects.update_or_create(id=payout.id, defaults=facts)
    of_payout = {moved.id: payout.id for payout, each in payouts.items() for moved in each}
    every = {moved.id: moved for moved in (*theirs, *(moved for each in payouts.values() for moved in each))}
    rows = [
        Movement(
            id=moved.id,
            order_id=orders.get(moved.intent),
            payout_id=of_payout.get(moved.id),
            kind=moved.kind,
            source=moved.source,
            intent=moved.intent,
            amount=moved.amount,
            currency=moved.currency,
            fee=moved.fee,
            net=moved.net,
            settled_in=moved.settled_in,
            created_at=moved.created,
        )
        for moved in every.values()
    ]
    Movement.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["order", "payout"], batch_size=500
    )


def _post_fees(moved: Iterable[statements.Movement]) -> None:
    """The fee of every payment that we know, into its order's book, once."""
    found = {each.id: each for each in moved if each.fee}
    orders = dict(Movement.objects.filter(pk__in=found, order__isnull=False).values_list("pk", "order_id"))
    for id_, order_id in orders.items():
        each = found[id_]
        writing.fee(order_id=order_id, key=id_, currency=each.currency, amount=each.fee_as_paid)


def _write(found: Iterable[Finding], day: date) -> int:
    """Keep what was not found before; returns how many. What somebody resolved stays so while its facts are the same."""
    every = {finding.key: finding for finding in found}
    known = dict(Difference.objects.filter(key__in=every).values_list("key", "state"))
    Difference.objects.filter(key__in=[key for key, state in known.items() if state == DifferenceState.AGREES]).update(
        state=DifferenceState.OPEN, closed_at=None
    )
    fresh = [
        Difference(
            key=key,
            kind=finding.kind,
            day=day,
            order_id=finding.order_id,
            thing=finding.thing,
            ours=finding.ours,
            theirs=finding.theirs,
            currency=finding.currency,
            facts=finding.facts[:200],
        )
        for key, finding in every.items()
        if key not in known
    ]
    Difference.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _close_what_agrees(found: Iterable[Finding], *, now: datetime) -> None:
    """What was open and is true no more: a lost answer came, a hold was settled, a payout arrived after all."""
    still = {finding.key for finding in found}
    agreeing = [
        each.pk for each in Difference.objects.filter(state=DifferenceState.OPEN) if each.key not in still and _agrees(each)
    ]
    Difference.objects.filter(pk__in=agreeing, state=DifferenceState.OPEN).update(state=DifferenceState.AGREES, closed_at=now)


def _agrees(difference: Difference) -> bool:
    thing, kind = difference.thing, difference.kind
    payout = Payout.objects.filter(pk=thing).first()
    if payout:
        summed = sum((each.net for each in payout.movements.all()), Decimal(0))
        return summed == payout.amount if kind == DifferenceKind.PAYOUT else payout.status not in ("failed", "canceled")
    if kind == str(DifferenceKind.FEE):
        return False  # the provider's own statement: somebody looks at it
    if kind == DifferenceKind.STATE or difference.facts == "authorised":
        return True  # every run compares all holds, so that one that is not found again is settled
    mine = [each for each in _ours(Posting.objects.filter(entry__key__contains=f":{thing}")) if each.thing == thing]
    moved = Movement.objects.filter(Q(intent=thing, kind="charge") | Q(source=thing, kind__in=("refund", "refund_failure")))
    return bool(mine) and moved.exists() and not comparing.money(mine, moved, {})

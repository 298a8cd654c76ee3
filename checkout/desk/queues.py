"""What waits for the payments desk, list by list: two queries each, however many rows there are.

Each list says who may see it. Whoever brings another kind of work registers its list with `queue`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from checkout.invoicing.models import Fapiao, FapiaoKind
from checkout.order.states import STANDING, OrderState
from checkout.reconciling.models import Difference, DifferenceState
from checkout.refunds.models import Refund
from checkout.refunds.states import RefundState
from checkout.transfers import showing
from services.deferred import arrears
from services.deferred.models import Part
from services.deferred.states import WITH_PROVIDER, PartState, PlanState
from services.foundation.provider.models import Attempt, AttemptState

#: How many rows of a list are shown; the count says how many there are.
SHOWN = 50
#: Banks keep an authorised amount for about a week (docs.stripe.com/payments/place-a-hold-on-a-payment-method).
HOLD_DAYS, WARN_DAYS = 7, 2
#: What the provider has not answered for so long is looked at by somebody.
STUCK = timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """One line of a list. ``day``: the day or moment that matters; ``address``: where it is dealt with.

    Without an address of its own it is the order's money, or for those who may not see that its page.
    """

    number: str
    words: str
    amount: Decimal | None
    currency: str
    day: date | datetime | None
    address: str = ""
    order_id: int | None = None


@dataclass(frozen=True)
class Queue:
    """One list: its title, what it holds, how many there are in all, and the first of them."""

    code: str
    title: str
    help: str
    count: int
    rows: list[Row]

    @property
    def left_out(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class _Kind:
    code: str
    permission: str
    read: Callable[[datetime], tuple[str, str, QuerySet, Callable[[Any], Row]]]


_kinds: list[_Kind] = []


def queue(code: str, *, permission: str) -> Callable[[Callable[[datetime], Any]], Callable[[datetime], Any]]:
    """Register a list: a function of now that answers title, help, rows as a query, and how one of them is shown."""

    def register(read: Callable[[datetime], Any]) -> Callable[[datetime], Any]:
        _kinds[:] = [kind for kind in _kinds if kind.code != code] + [_Kind(code, permission, read)]
        return read

    return register


def may_see(user: AbstractBaseUser) -> bool:
    """Whether any list is for this person."""
    return any(user.has_perm(kind.permission) for kind in _kinds)  # type: ignore[attr-defined]


def of(user: AbstractBaseUser, *, now: datetime) -> list[Queue]:
    """The lists this person may see, in the order in which they press."""
    return list(_read(user, now))


def _read(user: AbstractBaseUser, now: datetime) -> Iterable[Queue]:
    for kind in _kinds:
        if user.has_perm(kind.permission):  # type: ignore[attr-defined]
            title, words, rows, shown = kind.read(now)
            yield Queue(kind.code, title, words, rows.count(), [_led(user, shown(row)) for row in rows[:SHOWN]])


def _led(user: AbstractBaseUser, row: Row) -> Row:
    if row.address:
        return row
    if user.has_perm("book.view_entry"):  # type: ignore[attr-defined]
        return replace(row, address=reverse("order-money", args=[row.number]))
    return replace(row, address=reverse("admin:order_order_change", args=[row.order_id]))


def _part(part: Part) -> Row:
    order = part.plan.order
    words = _("part %(number)s, %(state)s") % {"number": part.number, "state": part.get_state_display()}
    said = f"{part.plan.get_kind_display()} · {words}"
    return Row(order.number, said, part.amount, part.plan.currency, part.due_on, order_id=order.pk)


def _parts() -> QuerySet[Part]:
    return Part.objects.select_related("plan__order").filter(plan__state__in=(PlanState.RUNNING, PlanState.PAUSED))


@queue("due", permission="deferred.view_part")
def _due(now: datetime) -> Any:
    rows = _parts().filter(state=PartState.DUE, due_on__lte=now.date())
    words = _("Parts of plans that are due today or before and not yet collected.")
    return _("Due today"), words, rows.order_by("due_on", "pk"), _part


@queue("failed", permission="deferred.view_part")
def _failed(now: datetime) -> Any:
    words = _("Parts that were declined or are overdue, until they are paid. Goods that have not left wait.")
    rows = _parts().filter(arrears.FAILED | Q(state=PartState.DECLINED))
    return _("Failed payments"), words, rows.order_by("due_on", "pk"), _part


@queue("holds", permission="provider.view_attempt")
def _holds(now: datetime) -> Any:
    before = now - timedelta(days=HOLD_DAYS - WARN_DAYS)
    rows = Attempt.objects.select_related("order").filter(state=AttemptState.AUTHORISED, order__status__in=STANDING)
    rows = rows.filter(created_at__lt=before).order_by("created_at")
    words = _("Authorised five days ago or more: the bank may let it lapse before the order leaves the house.")

    def shown(attempt: Attempt) -> Row:
        lapses = attempt.created_at + timedelta(days=HOLD_DAYS)
        said = _("authorised, in state “%(state)s”") % {"state": OrderState(attempt.order.status).label}
        return Row(attempt.order.number, said, attempt.amount, attempt.currency, lapses, order_id=attempt.order_id)

    return _("At risk: authorisations"), words, rows, shown


@queue("stuck", permission="deferred.view_part")
def _stuck(now: datetime) -> Any:
    rows = _parts().filter(state__in=WITH_PROVIDER).annotate(begun=Max("shares__attempt__created_at"))
    words = _("With the provider for more than an hour, and no answer yet. It is asked again by itself and never charged twice.")
    return _("At risk: no answer"), words, rows.filter(begun__lt=now - STUCK).order_by("begun"), _part


@queue("transfer", permission="deferred.view_plan")
def _transfer(now: datetime) -> Any:
    def shown(transfer: Any) -> Row:
        order = transfer.order
        return Row(order.number, transfer.reference, transfer.owed, order.currency, order.pay_until, order_id=order.pk)

    words = _("Orders that are paid by bank transfer, and what has not arrived yet.")
    return _("Waiting for a transfer"), words, showing.awaiting(), shown


def _refund(refund: Refund) -> Row:
    words = " · ".join(filter(None, (str(refund.get_kind_display()), refund.reason)))
    address = reverse("admin:refunds_refund_change", args=[refund.pk])
    return Row(refund.order.number, words, refund.amount, refund.currency, refund.at, address)


@queue("to-approve", permission="refunds.view_refund")
def _to_approve(now: datetime) -> Any:
    rows = Refund.objects.select_related("order").filter(state=RefundState.WAITING).order_by("at", "pk")
    return _("Refunds to approve"), _("Above the limit of one person: a second one agrees or declines."), rows, _refund


@queue("refused", permission="refunds.view_refund")
def _refused(now: datetime) -> Any:
    rows = Refund.objects.select_related("order").filter(state=RefundState.FAILED).order_by("at", "pk")
    return _("Refunds that came back"), _("The client's bank refused them: once more, or by transfer."), rows, _refund


@queue("differences", permission="reconciling.view_difference")
def _differences(now: datetime) -> Any:
    rows = Difference.objects.select_related("order").filter(state=DifferenceState.OPEN).order_by("found_at", "pk")

    def shown(difference: Difference) -> Row:
        address = reverse("admin:reconciling_difference_change", args=[difference.pk])
        number = difference.order.number if difference.order else "–"
        said = f"{difference.get_kind_display()} · {difference.thing}"
        amount = difference.ours if difference.theirs is None else difference.theirs
        return Row(number, said, amount, difference.currency, difference.found_at, address)

    return _("Differences to resolve"), _("Where the provider and our book do not say the same."), rows, shown


@queue("fapiao", permission="invoicing.issue_fapiao")
def _fapiao(now: datetime) -> Any:
    rows = Fapiao.objects.select_related("order").filter(issued_at=None).exclude(kind=FapiaoKind.NONE)
    rows = rows.filter(order__status__in=(OrderState.DISPATCHED, OrderState.HANDED_OVER)).order_by("changed_at")

    def shown(row: Fapiao) -> Row:
        address = reverse("admin:invoicing_fapiao_change", args=[row.pk])
        return Row(row.order.number, str(row), row.order.total_incl_tax, row.order.currency, row.changed_at, address)

    return _("Fapiao to issue"), _("Of orders that have left the house."), rows, shown

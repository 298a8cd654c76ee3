"""An order's money on one screen: what happened in time, what each account says, what is owed and what comes next.

Everything is read from the rows that others write; nothing is written here. Of a parcel it is the money of its whole.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checkout.invoicing.models import Document
from checkout.order.models import Order, OrderStatusChange
from checkout.order.states import STANDING, OrderState
from checkout.reconciling.models import Difference
from checkout.refunds.models import Refund
from checkout.refunds.states import RefundState
from services.deferred.models import Part, Plan
from services.deferred.states import OWED, PlanState
from services.foundation.book.models import Account, Entry
from services.foundation.formats import day_words
from services.foundation.provider.models import Attempt, AttemptState

#: What the kinds of entries are called; a kind that is not here is shown as it is written.
KINDS = {
    "placed": gettext_lazy("Order placed: the price is owed"),
    "cost agreed": gettext_lazy("Cost of paying in instalments agreed"),
    "authorised": gettext_lazy("Authorised by the client's bank"),
    "captured": gettext_lazy("Charged"),
    "voided": gettext_lazy("Authorisation given back"),
    "refunded": gettext_lazy("Given back"),
    "refund failed": gettext_lazy("A refund came back from the client's bank"),
    "fee": gettext_lazy("Fee of the provider"),
    "cancelled": gettext_lazy("Cancelled: the price is owed no more"),
    "cancelled in part": gettext_lazy("Taken off the price"),
    "paid back by transfer": gettext_lazy("Given back by bank transfer"),
    "deposit held": gettext_lazy("Deposit held for the client"),
    "deposit released": gettext_lazy("Deposit counts towards the price"),
    "deposit forfeited": gettext_lazy("Deposit kept by the house"),
    "compensation owed": gettext_lazy("Compensation owed to the client"),
    "compensation paid": gettext_lazy("Compensation transferred"),
}


@dataclass(frozen=True)
class Event:
    """Something that happened, with its amount where it has one; ``postings`` by account where it stands in the book."""

    at: datetime
    words: str
    details: str = ""
    amount: Decimal | None = None
    postings: tuple[tuple[str, Decimal], ...] = ()
    address: str = ""


@dataclass(frozen=True)
class OrderMoney:
    """All that the screen shows. Amounts in the order's currency."""

    order: Order
    events: list[Event]
    balances: list[tuple[str, Decimal]]
    attempts: list[Attempt]
    plan: Plan | None
    parts: list[Part]
    refunds: list[Refund]
    documents: list[Document]
    differences: list[Difference]
    owed: Decimal
    due_from_provider: Decimal
    next_steps: list[str] = field(default_factory=list)


def read(order: Order) -> OrderMoney:
    """The money of an order (of a parcel: of its whole), in a number of queries that does not grow with its rows."""
    order = order.payer
    entries = list(Entry.objects.filter(order=order).prefetch_related("postings").order_by("at", "pk"))
    attempts = list(Attempt.objects.filter(order=order).order_by("pk"))
    plan = Plan.objects.filter(order=order).prefetch_related("parts").first()
    parts = list(plan.parts.all()) if plan else []
    refunds = list(Refund.objects.filter(order=order).select_related("by", "decided_by").order_by("pk"))
    documents = list(Document.objects.filter(order=order).order_by("pk"))
    differences = list(Difference.objects.filter(order=order).order_by("found_at", "pk"))
    moves = list(OrderStatusChange.objects.filter(order=order).select_related("by").order_by("date_created", "pk"))
    sums = _sums(entries)
    events = [
        *(_entry(entry) for entry in entries),
        *(event for attempt in attempts for event in _attempt(attempt)),
        *(_refund(refund) for refund in refunds),
        *(_document(document) for document in documents),
        *(_difference(difference) for difference in differences),
        *(_move(move) for move in moves),
    ]
    due = sum(
        (sums.get(str(account), Decimal(0)) for account in (Account.CAPTURED, Account.REFUNDED, Account.WITHHELD)), Decimal(0)
    )
    return OrderMoney(
        order=order,
        events=sorted(events, key=lambda event: event.at),
        balances=[(str(Account(account).label), amount) for account, amount in sums.items() if amount],
        attempts=attempts,
        plan=plan,
        parts=parts,
        refunds=refunds,
        documents=documents,
        differences=differences,
        owed=sums.get(str(Account.RECEIVABLE), Decimal(0)),
        due_from_provider=due,
        next_steps=list(_next(order, attempts, plan, parts, refunds, differences)),
    )


def _sums(entries: Iterable[Entry]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings.all():
            found[posting.account] += posting.amount
    order = list(Account.values)
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])))


def _entry(entry: Entry) -> Event:
    postings = tuple((str(Account(each.account).label), each.amount) for each in entry.postings.all())
    moved = max((amount for _account, amount in postings), default=None)
    return Event(entry.at, str(KINDS.get(entry.kind, entry.kind)), entry.key, moved, postings)


def _attempt(attempt: Attempt) -> Iterable[Event]:
    details = " · ".join(filter(None, (attempt.purpose, attempt.intent)))
    yield Event(attempt.created_at, _("Payment begun"), details, attempt.amount)
    if attempt.state == AttemptState.DECLINED or attempt.decline_code:
        yield Event(attempt.asked_at or attempt.created_at, _("Declined"), f"{details} · {attempt.decline_code}", attempt.amount)


def _refund(refund: Refund) -> Event:
    by = str(refund.by) if refund.by else refund.by_words
    details = " · ".join(filter(None, (str(refund.get_kind_display()), str(refund.get_state_display()), refund.reason, by)))
    address = reverse("admin:refunds_refund_change", args=[refund.pk])
    return Event(refund.at, _("Money back decided"), details, refund.amount, address=address)


def _document(document: Document) -> Event:
    address = reverse("admin:invoicing_document_change", args=[document.pk])
    return Event(document.issued_at, str(document.get_kind_display()), document.name, document.gross, address=address)


def _difference(difference: Difference) -> Event:
    address = reverse("admin:reconciling_difference_change", args=[difference.pk])
    words = str(difference.get_kind_display()), str(difference.get_state_display()), difference.reason
    amount = difference.ours if difference.theirs is None else difference.theirs
    return Event(difference.found_at, _("Differs from the provider"), " · ".join(filter(None, words)), amount, address=address)


def _move(move: OrderStatusChange) -> Event:
    who = str(move.by) if move.by else move.by_words
    return Event(move.date_created, str(OrderState(move.new_status).label), " · ".join(filter(None, (who, move.reason))))


def _next(
    order: Order,
    attempts: list[Attempt],
    plan: Plan | None,
    parts: list[Part],
    refunds: list[Refund],
    differences: list[Difference],
) -> Iterable[str]:
    """What is awaited, in sentences, the most pressing first."""
    if any(difference.state == "open" for difference in differences):
        yield _("The provider says something else: somebody looks at the difference.")
    if any(refund.state == RefundState.FAILED for refund in refunds):
        yield _("The client's bank refused a refund: decide how it goes back.")
    if any(refund.state == RefundState.WAITING for refund in refunds):
        yield _("Money back waits for a second person.")
    if plan and plan.state == PlanState.PAUSED:
        yield _("The plan is paused: nothing is collected until it goes on.")
    owed = [part for part in parts if part.state in OWED]
    if owed and plan and plan.state in (PlanState.AGREED, PlanState.RUNNING):
        facts = {"number": owed[0].number, "state": owed[0].get_state_display(), "day": day_words(owed[0].due_on)}
        yield _("Part %(number)s of the plan: %(state)s, due on %(day)s.") % facts
    held = any(attempt.state == AttemptState.AUTHORISED for attempt in attempts)
    if held and order.status in STANDING:
        yield _("What is authorised is charged when the order leaves the house.")
    if order.status == OrderState.AWAITING_PAYMENT:
        yield _("The client has yet to pay; unpaid, the order lapses by itself.")

"""The table of docs/cancelling.md, row by row, and that what was foretold is what happens."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from checkout import cancelling, ending, fulfilling, part_payments, refusals
from checkout.order.models import Order
from checkout.order.moving import move
from checkout.order.states import OrderState
from checkout.refunds import asking
from checkout.refunds.models import Refund, RefundLimit, RegionRule
from checkout.refunds.reckoning import Wish
from checkout.refunds.states import RefundKind, RefundState, Waterfall
from services.deferred import collecting
from services.deferred.models import Part, Plan
from services.deferred.states import PartState, PlanState
from services.engraving import commissioning
from services.engraving.models import Job, JobState
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import fill, pay, place, variant, work_off
from tests.orders.test_deposits import open_window, with_deposit
from tests.parcels import paid, parcels_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
TABLE = Path(__file__).resolve().parents[2] / "docs" / "cancelling.md"
MONTH = timedelta(days=32)


@pytest.fixture(autouse=True)
def rules():
    RefundLimit.objects.update(amount=Decimal(10**9))
    RegionRule.objects.update_or_create(region_id="eu", defaults={"waterfall": Waterfall.OWED_FIRST})


def rows() -> list[dict[str, str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    head, _rule, *rest = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, row, strict=True)) for row in rest]


def sent(order: Order) -> Order:
    makers.pack(order)
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    order.refresh_from_db()
    return order


def in_plan(standin) -> Order:
    return pay(place(fill(variant()), payment="instalments"), standin)


def made_to_order(standin) -> Order:
    piece = variant("halo-ring", metal="platinum")
    makers.keep_units(piece, 0)
    return pay(place(fill(piece)), standin)


def collected(standin) -> Order:
    """The second part is charged, and its answer was lost."""
    order = in_plan(standin)
    [part] = collecting.claim_due(now=timezone.now() + MONTH)
    standin.fault("answer_lost", method="POST", prefix="/v1/payment_intents")
    with pytest.raises(port.Unknown):
        collecting.collect(part, now=timezone.now() + MONTH)
    return order


def paying(standin) -> Order:
    order = in_plan(standin)
    plan = Plan.objects.get()
    part_payments.open_page(plan, plan.parts.filter(number=2).values_list("pk", flat=True), now=timezone.now())
    return order


def reviewed(standin) -> Order:
    order = pay(place(fill(variant())), standin)
    move(order, OrderState.UNDER_REVIEW, by_words="staff")
    return order


def packed(standin) -> Order:
    order = pay(place(fill(variant(), gift=makers.GIFT)), standin)
    makers.pack(order)
    order.refresh_from_db()
    return order


def engraved(standin) -> Order:
    order = pay(place(fill(variant(), engraved="A & P")), standin)
    commissioning.move(Job.objects.get(), JobState.TAKEN_UP, by_id=makers.packer())
    order.refresh_from_db()
    return order


def bound(standin) -> Order:
    plan = with_deposit(standin)
    open_window(plan)
    return plan.order


def handed_over(standin) -> Order:
    order = sent(in_plan(standin))
    fulfilling.hand_over(order, by_id=makers.packer(), now=timezone.now())
    order.refresh_from_db()
    return order


def of_two(standin, **how) -> Order:
    return parcels_of(paid(standin, **how))[1]


BEFORE: dict[str, Callable[..., Order]] = {
    "not paid yet": lambda standin: place(fill(variant())),
    "authorised": lambda standin: pay(place(fill(variant())), standin),
    "charged when ordered": made_to_order,
    "after part one": in_plan,
    "a deposit, before the balance can be paid": lambda standin: with_deposit(standin).order,
    "a binding deposit, once the balance can be paid": bound,
    "a part is being collected": collected,
    "a page for parts is open": paying,
    "under review": reviewed,
    "packed": packed,
    "one parcel of two, authorised": of_two,
    "one parcel of two, in a plan": lambda standin: of_two(standin, payment="instalments"),
    "being engraved": engraved,
    "on its way": lambda standin: sent(pay(place(fill(variant())), standin)),
    "handed over, in a plan": handed_over,
    "handed over, in a plan: the pieces come back": handed_over,
}


def cancel(order: Order, who: str) -> None:
    ending.cancel(order, by_id=makers.packer() if who == "staff" else None, by_words=who)


def settle() -> None:
    """Worker and beat, until nothing is open."""
    work_off()
    for part in collecting.unsettled():
        collecting.collect(part, now=timezone.now() + MONTH)
    for attempt in Attempt.objects.filter(purpose=part_payments.PURPOSE):
        from checkout import settling

        settling.settle(attempt.pk, now=timezone.now())
    work_off()


def test_the_table_names_every_moment_that_the_test_knows():
    assert [row["moment"] for row in rows()] == list(BEFORE)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["moment"])
def test_each_row_of_the_table_is_true(standin, row):
    order = BEFORE[row["moment"]](standin)
    payer, foretold = order.payer, cancelling.outcome(order, now=timezone.now())
    price, held = writing.price(payer.pk)[Account.RECEIVABLE], writing.balance(payer.pk, Account.AUTHORISED)
    taken = sum(a.captured_amount - a.refunded_amount for a in payer.attempts.all())
    owed = sum(Part.objects.filter(state=PartState.DUE).values_list("amount", flat=True))
    if "come back" in row["moment"]:
        assert not foretold.by_staff
        asking.ask(order, Wish(RefundKind.WHOLE, reason="Returned"), by_id=None, by_words="staff", now=timezone.now())
    elif row["who"] == "nobody":
        assert not foretold.by_client and not foretold.by_staff
        for who in ("client", "staff"):
            with pytest.raises(refusals.CannotCancel):
                cancel(order, who)
    else:
        assert (foretold.by_client, foretold.by_staff) == (row["who"] == "client", True)
        if row["who"] == "staff":
            with pytest.raises((refusals.CannotCancel, refusals.DepositBinds)):
                cancel(order, "client")
        cancel(order, row["who"])
    settle()
    payer.refresh_from_db()
    order.refresh_from_db()
    attempts = list(payer.attempts.all())
    kept, ever = sum(a.captured_amount - a.refunded_amount for a in attempts), sum(a.captured_amount for a in attempts)
    plan = Plan.objects.filter(order=payer).first()
    cancelled = payer.status == OrderState.CANCELLED
    assert {"cancelled": cancelled, "goes on": not cancelled}[row["order"]]
    assert {
        "–": not held,
        "released": bool(held) and any(a.state == AttemptState.VOIDED for a in attempts) and foretold.released == held,
        "less is charged": foretold.released == price - writing.price(payer.pk)[Account.RECEIVABLE] == order.total_incl_tax,
        "kept": writing.balance(payer.pk, Account.AUTHORISED) == held > 0,
    }[row["authorised"]]
    assert {
        "–": not taken,
        "given back": bool(taken) and kept == 0 and ("come back" in row["moment"] or foretold.given_back == taken),
        "given back, that part too": kept == 0 and foretold.part_with_provider and ever > taken,
        "what is more than was owed": taken - kept == max(0, order.total_incl_tax - owed) == foretold.given_back,
        "kept": kept == taken > 0,
    }[row["paid"]]
    due = sum(Part.objects.filter(state=PartState.DUE).values_list("amount", flat=True))
    assert {
        "–": plan is None,
        "ended": plan is not None and plan.state == PlanState.CANCELLED and due == 0,
        "agreed anew": plan is not None and taken - kept + owed - due == order.total_incl_tax,
        "goes on": plan is not None and plan.state == PlanState.RUNNING and due == owed > 0,
    }[row["plan"]]
    assert {"free": False, "kept": True}[row["pieces"]] == Unit.objects.filter(order_line__order=order).exists()
    assert writing.balance(payer.pk, Account.CAPTURED) + writing.balance(payer.pk, Account.REFUNDED) == kept
    assert collecting.claim_due(now=timezone.now() + 9 * MONTH) == [] or row["plan"] in ("agreed anew", "goes on")


def test_where_the_house_says_so_an_adviser_cancels_what_is_paid(standin):
    RegionRule.objects.update_or_create(region_id="eu", defaults={"client_cancels": False})
    paid, unpaid = pay(place(fill(variant())), standin), place(fill(variant()))
    assert not cancelling.outcome(paid, now=timezone.now()).by_client and cancelling.outcome(paid, now=timezone.now()).by_staff
    with pytest.raises(refusals.AdviserCancels) as no:
        cancel(paid, "client")
    assert no.value.sentence()
    cancel(paid, "staff")
    cancel(unpaid, "client")


def test_what_staff_cancel_above_the_limit_ends_at_once_and_its_money_waits_for_a_colleague(standin):
    RefundLimit.objects.update(amount=Decimal(1))
    order, colleague = made_to_order(standin), makers.client_of("berta")
    assert cancelling.outcome(order, now=timezone.now()).needs_two
    cancel(order, "staff")
    refund = Refund.objects.get()
    order.refresh_from_db()
    assert (order.status, refund.state) == (OrderState.CANCELLED, RefundState.WAITING)
    work_off()
    assert order.attempts.get().refunded_amount == 0
    asking.approve(refund, by_id=colleague.pk, now=timezone.now())
    work_off()
    assert order.attempts.get().refunded_amount == order.total_incl_tax
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0


def test_a_parcel_that_staff_cancel_above_the_limit_is_paid_back_once_a_colleague_agrees(standin):
    RefundLimit.objects.update(amount=Decimal(1))
    parcel, colleague = of_two(standin), makers.client_of("berta")
    whole = parcel.payer
    first = whole.parcels.order_by("pk")[0]
    makers.pack(first)
    fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    taken = sum(a.captured_amount for a in whole.attempts.all())
    parcel.refresh_from_db()
    cancel(parcel, "staff")
    refund = Refund.objects.get()
    assert refund.state == (RefundState.WAITING if refund.to_pay_back else RefundState.DONE)
    if refund.to_pay_back:
        asking.approve(refund, by_id=colleague.pk, now=timezone.now())
    work_off()
    assert sum(a.captured_amount - a.refunded_amount for a in whole.attempts.all()) == first.total_incl_tax
    assert taken in (whole.total_incl_tax, first.total_incl_tax)

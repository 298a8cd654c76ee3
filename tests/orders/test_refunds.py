"""Money back: whole, by piece, by amount; through the last payment first, never more than was taken, and known to the cent."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone

from checkout import ending, fulfilling, parcels, receipts
from checkout.order.models import Order
from checkout.order.reading import read
from checkout.refunds import asking, reckoning, repaying
from checkout.refunds.models import Refund, RefundLimit, RegionRule, Repayment
from checkout.refunds.reckoning import Wish
from checkout.refunds.refusals import (
    ChangedSince,
    DecidedAlready,
    MoreThanTaken,
    NoRefundYet,
    OwnRefund,
    PartWithProvider,
    PiecesGone,
    ReasonNeeded,
)
from checkout.refunds.states import RefundKind, RefundState, RepaymentState, Resolved, Waterfall
from services.deferred import collecting
from services.deferred.models import Part, Plan
from services.deferred.states import PartState, PlanState
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider import port
from services.foundation.provider.models import Attempt
from services.foundation.regions.links import storefront
from tests import makers
from tests.makers import attempt_of, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
MONTH = timedelta(days=32)


def staff(name: str) -> int:
    return makers.User.objects.create_user(f"{name}@house.example", is_staff=True).pk


@pytest.fixture(autouse=True)
def wide_limits():
    """One person may give back what these tests give back, unless a test narrows it."""
    RefundLimit.objects.update(amount=Decimal(10**9))


def sent(order: Order) -> Order:
    """The order on its way, and so captured."""
    makers.pack(order)
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    order.refresh_from_db()
    return order


def pair() -> object:
    """A bag with two pieces of one kind and one of another."""
    bag = fill(variant(), quantity=2)
    makers.add(bag, variant("arc-bangle"))
    return bag


def rule(waterfall: str) -> None:
    RegionRule.objects.update_or_create(region_id="eu", defaults={"waterfall": waterfall})


def give(order: Order, kind: str, **more) -> Refund:
    wish = Wish(kind, reason="The clasp", **more)
    return asking.ask(order, wish, by_id=None, by_words="staff", now=timezone.now())


def balanced(order: Order) -> None:
    """The book says what the payments say, and nothing is owed either way but what the plan still asks for."""
    taken = sum(a.captured_amount for a in Attempt.objects.filter(order=order))
    back = sum(a.refunded_amount for a in Attempt.objects.filter(order=order))
    assert writing.balance(order.pk, Account.CAPTURED) == taken
    assert writing.balance(order.pk, Account.REFUNDED) == -back
    plan = Plan.objects.filter(order=order).first()
    owed = sum((p.amount for p in plan.parts.filter(state__in=(PartState.DUE, PartState.DECLINED))), Decimal(0)) if plan else 0
    assert writing.balance(order.pk, Account.RECEIVABLE) == owed


def test_pieces_come_back_with_their_exact_share_tax_and_delivery(standin):
    order = sent(pay(place(pair()), standin))
    two, one = order.lines.order_by("-quantity")
    first = give(order, RefundKind.LINES, lines={two.pk: 1})
    assert first.amount == (two.line_price_incl_tax / 2).quantize(Decimal("0.01"))
    rest = give(order, RefundKind.LINES, lines={two.pk: 1, one.pk: 1}, with_delivery=True)
    assert first.amount + rest.amount == order.total_incl_tax
    assert first.tax + rest.tax == order.total_incl_tax - order.total_excl_tax
    work_off()
    balanced(order)
    assert attempt_of(order).refunded_amount == order.total_incl_tax
    assert parcels.owed(order) == 0
    assert all(writing.balance(order.pk, each) == 0 for each in (Account.SALES, Account.TAX, Account.SHIPPING))
    with pytest.raises(PiecesGone):
        give(order, RefundKind.LINES, lines={two.pk: 1})
    assert set(Refund.objects.values_list("state", flat=True)) == {RefundState.DONE}


def test_an_amount_takes_its_tax_with_it_and_the_client_is_told_once(standin):
    order = sent(pay(place(fill(variant())), standin))
    mail.outbox.clear()
    refund = give(order, RefundKind.AMOUNT, amount=Decimal("120.50"))
    assert refund.tax == (Decimal("120.50") / 6).quantize(Decimal("0.01"))
    done = work_off()
    assert done.count("refund.repay") == done.count("letter.money_back") == 1
    letter = next(each for each in mail.outbox if "Money back" in each.subject)
    assert "€120.50" in letter.body and "goes back the way it was paid" in letter.body
    assert Repayment.objects.get().provider_id.startswith("re_")
    balanced(order)


def test_never_more_than_was_taken(standin):
    order = sent(pay(place(fill(variant())), standin))
    give(order, RefundKind.AMOUNT, amount=order.total_incl_tax - 1)
    with pytest.raises(MoreThanTaken) as no:
        give(order, RefundKind.AMOUNT, amount=Decimal("1.01"))
    assert no.value.facts["most"] == 1
    give(order, RefundKind.AMOUNT, amount=Decimal(1))
    with pytest.raises(MoreThanTaken):
        give(order, RefundKind.AMOUNT, amount=Decimal("0.01"))
    work_off()
    balanced(order)


def test_a_plan_loses_its_last_parts_first_and_is_agreed_anew(standin):
    rule(Waterfall.OWED_FIRST)
    order = sent(pay(place(pair(), payment="instalments"), standin))
    one = order.lines.get(quantity=1)
    before = [p.amount for p in Part.objects.order_by("number")]
    refund = give(order, RefundKind.LINES, lines={one.pk: 1})
    left = refund.amount
    expected = list(before)
    for n in (2, 1):
        cut = min(left, expected[n])
        expected[n] -= cut
        left -= cut
    parts = list(Part.objects.order_by("number"))
    assert [p.amount for p in parts if p.state == PartState.DUE] == [a for a in expected[1:] if a]
    assert [p.state == PartState.CANCELLED for p in parts[1:]] == [a == 0 for a in expected[1:]]
    assert Plan.objects.get().total == order.total_incl_tax - refund.less_owed
    assert refund.to_pay_back == left
    assert [Decimal(row["amount"]) for row in refund.schedule] == [a for a in expected[1:] if a]
    mail.outbox.clear()
    work_off()
    letter = next(each for each in mail.outbox if "Money back" in each.subject)
    assert "taken off what is still to be paid" in letter.body
    balanced(order)
    for months in (1, 2):
        now = timezone.now() + months * MONTH
        for part in collecting.claim_due(now=now):
            collecting.collect(part, now=now)
    assert Plan.objects.get().state == PlanState.DONE
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    balanced(order)


def test_where_the_law_wants_it_what_was_paid_comes_back_and_the_plan_goes_on(standin):
    rule(Waterfall.PAID_FIRST)
    order = sent(pay(place(fill(variant()), payment="instalments"), standin))
    first = Part.objects.get(number=1).amount
    refund = give(order, RefundKind.AMOUNT, amount=first)
    assert refund.to_pay_back == first and not refund.less_owed
    work_off()
    assert list(Part.objects.filter(state=PartState.DUE).values_list("number", flat=True)) == [2, 3]
    balanced(order)


def test_the_last_payment_comes_back_first(standin):
    rule(Waterfall.PAID_FIRST)
    order = sent(pay(place(fill(variant()), payment="instalments"), standin))
    [part] = collecting.claim_due(now=timezone.now() + MONTH)
    collecting.collect(part, now=timezone.now() + MONTH)
    second = Part.objects.get(number=2).amount
    give(order, RefundKind.AMOUNT, amount=second + 1)
    work_off()
    back = dict(Attempt.objects.values_list("purpose", "refunded_amount"))
    assert back == {"order": 1, "part:2": second}


def test_the_whole_order_in_the_middle_of_a_plan(standin):
    order = sent(pay(place(fill(variant()), payment="instalments"), standin))
    refund = give(order, RefundKind.WHOLE)
    assert refund.amount == order.total_incl_tax
    work_off()
    assert Plan.objects.get().state == PlanState.CANCELLED
    assert collecting.claim_due(now=timezone.now() + 3 * MONTH) == []
    balanced(order)
    assert parcels.owed(order) == 0


def test_while_a_part_is_with_the_provider_nothing_is_decided(standin):
    order = sent(pay(place(fill(variant()), payment="instalments"), standin))
    collecting.claim_due(now=timezone.now() + MONTH)
    with pytest.raises(PartWithProvider):
        give(order, RefundKind.AMOUNT, amount=Decimal(1))


def test_what_is_only_authorised_is_captured_less(standin):
    order = pay(place(fill(variant())), standin)
    with pytest.raises(NoRefundYet):
        give(order, RefundKind.WHOLE)
    with pytest.raises(MoreThanTaken):
        give(order, RefundKind.AMOUNT, amount=order.total_incl_tax)  # who wants nothing of it cancels
    refund = give(order, RefundKind.AMOUNT, amount=Decimal(100))
    assert (refund.state, refund.not_taken) == (RefundState.DONE, 100)
    sent(order)
    assert attempt_of(order).captured_amount == order.total_incl_tax - 100
    assert writing.balance(order.pk, Account.AUTHORISED) == 0
    balanced(order)


def test_nothing_is_given_back_of_what_nobody_paid_or_what_has_ended(standin):
    order = place(fill(variant()))
    with pytest.raises(NoRefundYet):
        give(order, RefundKind.AMOUNT, amount=Decimal(1))
    ending.cancel(pay(order, standin), by_id=None, by_words="client")
    order.refresh_from_db()
    with pytest.raises(NoRefundYet):
        give(order, RefundKind.AMOUNT, amount=Decimal(1))


def test_above_the_limit_a_second_person_agrees_who_is_not_the_first(standin):
    RefundLimit.objects.update(amount=Decimal(50))
    order, now = sent(pay(place(fill(variant())), standin)), timezone.now()
    anna, berta = staff("anna"), staff("berta")
    wish = Wish(RefundKind.AMOUNT, amount=Decimal("50.01"), reason="The clasp")
    refund = asking.ask(order, wish, by_id=anna, by_words="staff", now=now)
    assert refund.state == RefundState.WAITING and not refund.repayments.exists()
    assert "refund.repay" not in work_off()
    rest = order.total_incl_tax - Decimal("50.01")
    with pytest.raises(MoreThanTaken):  # what waits is nobody else's to give
        asking.ask(order, replace(wish, amount=rest + 1), by_id=anna, by_words="staff", now=now)
    with pytest.raises(OwnRefund):
        asking.approve(refund, by_id=anna, now=now)
    asking.approve(refund, by_id=berta, now=now)
    with pytest.raises(DecidedAlready):
        asking.approve(refund, by_id=berta, now=now)
    work_off()
    refund.refresh_from_db()
    assert (refund.state, refund.decided_by_id) == (RefundState.DONE, berta)
    balanced(order)
    small = asking.ask(order, replace(wish, amount=Decimal(50)), by_id=anna, by_words="staff", now=now)
    assert small.state == RefundState.ON_ITS_WAY


def test_a_currency_without_a_limit_always_needs_two(standin):
    RefundLimit.objects.all().delete()
    order = sent(pay(place(fill(variant())), standin))
    assert give(order, RefundKind.AMOUNT, amount=Decimal(1)).state == RefundState.WAITING


def test_pieces_that_waited_are_looked_at_anew(standin):
    RefundLimit.objects.update(amount=Decimal(1))
    order, anna, berta = sent(pay(place(pair()), standin)), staff("anna"), staff("berta")
    two = order.lines.get(quantity=2)
    wish = Wish(RefundKind.LINES, {two.pk: 2}, with_delivery=True, reason="Too small")
    refund = asking.ask(order, wish, by_id=anna, by_words="staff", now=timezone.now())
    with pytest.raises(PiecesGone):
        give(order, RefundKind.LINES, lines={two.pk: 1})
    asking.approve(refund, by_id=berta, now=timezone.now())
    assert refund.lines.get().quantity == 2
    work_off()
    balanced(order)


def test_who_asked_takes_it_back_and_a_colleague_declines_with_a_reason(standin):
    RefundLimit.objects.update(amount=Decimal(1))
    order, anna, berta = sent(pay(place(fill(variant())), standin)), staff("anna"), staff("berta")
    wish, now = Wish(RefundKind.AMOUNT, amount=Decimal(9), reason="The clasp"), timezone.now()
    mine = asking.ask(order, wish, by_id=anna, by_words="staff", now=now)
    asking.decline(mine, by_id=anna, reason="", now=now)
    theirs = asking.ask(order, wish, by_id=anna, by_words="staff", now=now)
    with pytest.raises(ReasonNeeded):
        asking.decline(theirs, by_id=berta, reason=" ", now=now)
    asking.decline(theirs, by_id=berta, reason="Worn", now=now)
    assert list(Refund.objects.order_by("pk").values_list("state", flat=True)) == [RefundState.TAKEN_BACK, RefundState.DECLINED]
    assert reckoning.purse(order).free == order.total_incl_tax


def test_what_was_shown_is_what_is_done(standin):
    order = sent(pay(place(fill(variant())), standin))
    wish = Wish(RefundKind.AMOUNT, amount=Decimal(10), reason="The clasp")
    found = reckoning.purse(order)
    shown = asking.outlook(wish, found, reckoning.reckon(wish, found)).version
    RefundLimit.objects.update(amount=Decimal(5))
    with pytest.raises(ChangedSince):
        asking.ask(order, wish, by_id=None, by_words="staff", now=timezone.now(), shown=shown)


@pytest.mark.parametrize("fault", ["answer_lost", "reset", "http_500"])
@pytest.mark.parametrize("key_is_forgotten", [False, True])
def test_a_refund_whose_answer_was_lost_is_found_not_made_again(standin, fault, key_is_forgotten):
    order = sent(pay(place(fill(variant())), standin))
    give(order, RefundKind.AMOUNT, amount=Decimal(100))
    repayment = Repayment.objects.get()
    standin.fault(fault, method="POST", prefix="/v1/refunds")
    with pytest.raises(port.Unknown):
        repaying.repay(repayment.pk)
    repayment.refresh_from_db()
    assert repayment.state == RepaymentState.STARTED
    if key_is_forgotten:
        standin.call("DELETE", "/_standin/keys")
    repaying.ask_open(now=timezone.now())  # too fresh
    assert Refund.objects.get().state == RefundState.ON_ITS_WAY
    repaying.ask_open(now=timezone.now() + timedelta(hours=1))
    repaying.repay(repayment.pk)
    assert len(port.refunds_of(attempt_of(order).intent, currency="EUR")) == 1
    assert Refund.objects.get().state == RefundState.DONE
    balanced(order)


def paid_with(standin, card: str) -> Order:
    return sent(pay(place(fill(variant())), standin, card))


def test_a_pending_refund_is_done_when_the_provider_says_so(standin):
    order = paid_with(standin, "4000000000007726")
    give(order, RefundKind.AMOUNT, amount=Decimal(100))
    work_off()
    repayment = Repayment.objects.get()
    assert repayment.state == RepaymentState.PENDING and attempt_of(order).refunded_amount == 0
    assert reckoning.purse(order).free == order.total_incl_tax - 100
    standin.call("POST", "/_standin/refunds")
    for _twice in range(2):
        repaying.heard(repayment.provider_id)
    assert Refund.objects.get().state == RefundState.DONE
    balanced(order)


@pytest.mark.parametrize("how", [Resolved.AGAIN, Resolved.TRANSFER])
def test_a_refund_the_bank_sends_back_goes_to_the_payments_desk(standin, how):
    order, desk = paid_with(standin, "4000000000005126"), staff("desk")
    refund = give(order, RefundKind.AMOUNT, amount=Decimal(100))
    work_off()
    repayment = Repayment.objects.get()
    assert repayment.state == RepaymentState.DONE
    standin.call("POST", "/_standin/refunds")
    for _twice in range(2):
        repaying.heard(repayment.provider_id)
    refund.refresh_from_db()
    assert refund.state == RefundState.FAILED
    assert attempt_of(order).refunded_amount == 0
    assert writing.balance(order.pk, Account.RECEIVABLE) == -100  # we have it, and owe it
    assert reckoning.purse(order).free == order.total_incl_tax - 100
    if how == Resolved.TRANSFER:
        with pytest.raises(ReasonNeeded):
            repaying.resolve(refund, how=how, by_id=desk, reason="", now=timezone.now())
    repaying.resolve(refund, how=how, by_id=desk, reason="SEPA 4711", now=timezone.now())
    with pytest.raises(DecidedAlready):
        repaying.resolve(refund, how=how, by_id=desk, reason="SEPA 4711", now=timezone.now())
    work_off()
    refund.refresh_from_db()
    assert refund.state == RefundState.DONE
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    assert reckoning.purse(order).free == order.total_incl_tax - 100
    keys = list(Repayment.objects.values_list("idempotency_key", flat=True))
    assert len(keys) == len(set(keys)) == (2 if how == Resolved.AGAIN else 1)


def test_the_receipt_says_what_was_taken_off_and_what_is_left(standin):
    rule(Waterfall.OWED_FIRST)
    order = sent(pay(place(fill(variant()), payment="instalments"), standin))
    give(order, RefundKind.AMOUNT, amount=Decimal(100))
    work_off()
    with storefront("eu", "en"):
        rows = {row.word: row.amount for row in receipts.of(read(order)).balance}
    assert rows["Taken off the price"] == "-€100"
    owed = sum(p.amount for p in Part.objects.filter(state=PartState.DUE))
    assert rows["Still to come, in instalments"].replace(",", "") == f"€{owed}"

"""Orders, parts, payments, refunds, cancellations and time, in whatever order: after every step the book balances.

A rule-based machine against the real stand-in. What it knows: no part is charged twice, no payment gives back more than it
brought, what is owed by the book is what the plan still asks for, and every sum fits its currency.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from checkout import ending, fulfilling, holding, part_payments, settling
from checkout.order.models import Order
from checkout.order.states import OrderState
from checkout.refunds import asking, reckoning, repaying
from checkout.refunds.models import Refund, RefundLimit, RegionRule, Repayment
from checkout.refunds.reckoning import Wish
from checkout.refunds.states import OPEN, RefundKind, RefundState, Waterfall
from services.deferred import collecting
from services.deferred.models import Part, Plan, Share
from services.deferred.states import OWED, PartState, PlanState
from services.foundation.book import writing
from services.foundation.book.models import Account, Posting
from services.foundation.money import rounded
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState
from services.foundation.refusal import Refusal
from tests import makers
from tests.makers import fill, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
CARDS = st.sampled_from(["4242424242424242", "4000000000000341", "4000000000007726", "4000000000005126"])
FAULTS = st.sampled_from(["answer_lost", "reset", "http_500"])
#: How long each machine runs, and how many there are.
STEPS, MACHINES = 14, 5


def machine_of(region: str, standin) -> type[RuleBasedStateMachine]:
    """A machine of one region's orders; each run is rolled back."""

    class Money(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.point = transaction.savepoint()
            self.later, self.order, self.done = timedelta(), None, 0
            standin.calm()
            RefundLimit.objects.update(amount=Decimal(2000))
            self.anna, self.berta = (makers.client_of(name).pk for name in ("desk-one", "desk-two"))

        def teardown(self):
            standin.calm()
            transaction.savepoint_rollback(self.point)

        @property
        def now(self):
            return timezone.now() + self.later

        def attempt(self, act):
            """Do it; a Refusal, or a provider that does not answer, decides nothing."""
            try:
                return act()
            except (Refusal, port.Unknown):
                return None

        @initialize(
            way=st.sampled_from(["instalments", "full"]),
            waterfall=st.sampled_from(Waterfall.values),
            quantity=st.integers(1, 3),
            card=CARDS,
            leaves=st.booleans(),
        )
        def places(self, way, waterfall, quantity, card, leaves):
            RegionRule.objects.update_or_create(region_id=region, defaults={"waterfall": waterfall})
            where = {"country": "CN", "subdivision": "上海市", "city": "上海市", "district": "静安区", "postcode": "200040"}
            more = where if region == "cn" else {}
            self.order = place(fill(variant(), region=region, quantity=quantity), payment=way, **more)
            self.pays(card)
            if leaves:
                self.it_leaves()

        def pays(self, card):
            page = self.attempt(lambda: settling.open_page(self.order, now=timezone.now()))
            if page:
                standin.pay(page, card)
                for attempt in Attempt.objects.filter(order=self.order).exclude(session=""):
                    self.attempt(lambda pk=attempt.pk: settling.settle(pk, now=self.now))

        @rule(days=st.sampled_from([1, 6, 31]))
        def time_passes(self, days):
            self.later += timedelta(days=days)

        @rule(fault=st.none() | FAULTS)
        def beat_collects(self, fault):
            if fault:
                standin.fault(fault, method="POST", prefix="/v1/payment_intents")
            for pk in [*collecting.unsettled(), *collecting.claim_due(now=self.now)]:
                try:
                    collecting.collect(pk, now=self.now)
                except port.Unknown:
                    continue
            standin.calm()

        @rule()
        def beat_renews_holds(self):
            self.attempt(lambda: holding.renew_due(now=self.now))

        @rule(data=st.data())
        @precondition(lambda self: Plan.objects.filter(order=self.order, state=PlanState.RUNNING).exists())
        def client_settles_parts(self, data):
            parts = list(Part.objects.filter(plan__order=self.order, state__in=(PartState.DUE, PartState.DECLINED)))
            if not parts:
                return
            chosen = data.draw(st.lists(st.sampled_from([part.pk for part in parts]), min_size=1, unique=True))
            page = self.attempt(lambda: part_payments.open_page(Plan.objects.get(order=self.order), chosen, now=timezone.now()))
            if page:
                standin.pay(page)
                for attempt in Attempt.objects.filter(order=self.order, purpose=part_payments.PURPOSE):
                    self.attempt(lambda pk=attempt.pk: settling.settle(pk, now=self.now))

        @rule()
        @precondition(lambda self: self.status == OrderState.CONFIRMED)
        def leaves_later(self):
            self.it_leaves()

        def it_leaves(self):
            self.order.refresh_from_db()
            makers.pack(self.order)
            self.order.refresh_from_db()
            self.attempt(lambda: fulfilling.dispatch(self.order, by_id=self.anna, now=self.now))

        @rule(minor=st.integers(1, 400000), by_staff=st.booleans())
        def an_amount_goes_back(self, minor, by_staff):
            self._ask(Wish(RefundKind.AMOUNT, amount=Decimal(minor) / 100, reason="The clasp"), by_staff)

        @rule(pieces=st.integers(1, 3))
        def pieces_come_back(self, pieces):
            self._ask(Wish(RefundKind.LINES, {self.order.lines.get().pk: pieces}, with_delivery=True, reason="Size"), True)

        @rule()
        def all_comes_back(self):
            self._ask(Wish(RefundKind.WHOLE, reason="Returned"), True)

        def _ask(self, wish, by_staff):
            self.order.refresh_from_db()
            words = "staff" if by_staff else "house"
            self.attempt(lambda: asking.ask(self.order, wish, by_id=self.anna, by_words=words, now=self.now))

        @rule(yes=st.booleans())
        def a_colleague_decides(self, yes):
            waiting = Refund.objects.filter(order=self.order, state=RefundState.WAITING).first()
            if waiting and yes:
                self.attempt(lambda: asking.approve(waiting, by_id=self.berta, now=self.now))
            elif waiting:
                self.attempt(lambda: asking.decline(waiting, by_id=self.berta, reason="Worn", now=self.now))

        @rule(who=st.sampled_from(["client", "staff"]))
        @precondition(lambda self: self.done > 5)
        def somebody_cancels(self, who):
            self.order.refresh_from_db()
            self.attempt(lambda: ending.cancel(self.order, by_id=self.anna if who == "staff" else None, by_words=who))

        @rule(fault=st.none() | FAULTS)
        def the_worker_works(self, fault):
            if fault:
                standin.fault(fault, method="POST", prefix="/v1/refunds")
            work_off(1)
            standin.calm()

        @rule()
        def the_provider_tells_of_refunds(self):
            standin.call("POST", "/_standin/refunds")
            for name in Repayment.objects.filter(refund__order=self.order).exclude(provider_id=""):
                repaying.heard(name.provider_id)
            for pk in Repayment.objects.filter(refund__order=self.order, state__in=OPEN).values_list("pk", flat=True):
                self.attempt(lambda pk=pk: repaying.repay(pk))

        @property
        def status(self):
            return Order.objects.values_list("status", flat=True).get(pk=self.order.pk) if self.order else None

        @invariant()
        def the_book_balances(self):
            if self.order is None:
                return
            self.done += 1
            order, attempts = self.order, list(Attempt.objects.filter(order=self.order))
            assert sum(Posting.objects.filter(entry__order=order).values_list("amount", flat=True)) == 0
            taken, back = sum(a.captured_amount for a in attempts), sum(a.refunded_amount for a in attempts)
            held = sum(a.amount - a.captured_amount for a in attempts if a.state == AttemptState.AUTHORISED)
            assert writing.balance(order.pk, Account.CAPTURED) == taken
            assert writing.balance(order.pk, Account.REFUNDED) == -back
            assert writing.balance(order.pk, Account.AUTHORISED) == held
            price = writing.price(order.pk).get(Account.RECEIVABLE, Decimal(0))
            assert writing.balance(order.pk, Account.RECEIVABLE) == price - taken + back
            assert price >= 0

        @invariant()
        def sums_are_exact(self):
            if self.order is None:
                return
            currency, plan = self.order.currency, Plan.objects.filter(order=self.order).first()
            for amount in Posting.objects.filter(entry__order=self.order).values_list("amount", flat=True):
                assert amount == rounded(amount, currency)
            for refund in Refund.objects.filter(order=self.order).exclude(state=RefundState.WAITING):
                sent = sum(each.amount for each in refund.repayments.exclude(resolved="again"))
                if refund.state in (RefundState.ON_ITS_WAY, RefundState.DONE, RefundState.FAILED):
                    assert refund.less_owed + refund.not_taken + sent == refund.amount
            if plan and plan.state in (PlanState.RUNNING, PlanState.DONE):
                parts = list(plan.parts.exclude(state=PartState.CANCELLED))
                assert sum(part.amount for part in parts) == plan.total

        @invariant()
        def no_part_is_charged_twice_and_nothing_goes_back_twice(self):
            if self.order is None:
                return
            for part in Part.objects.filter(plan__order=self.order):
                paying = Share.objects.filter(part=part, attempt__state=AttemptState.CAPTURED)
                assert paying.count() <= 1 or part.state == PartState.CANCELLED
            for attempt in Attempt.objects.filter(order=self.order):
                assert attempt.refunded_amount <= attempt.captured_amount <= attempt.amount
                assert reckoning.left_of(attempt) >= 0

        @invariant()
        def what_is_owed_is_what_the_plan_asks_for(self):
            plan = Plan.objects.filter(order=self.order).first() if self.order else None
            if plan is None or plan.state not in (PlanState.RUNNING, PlanState.DONE):
                return
            owed = sum(plan.parts.filter(state__in=OWED).values_list("amount", flat=True))
            on_its_way = sum(
                Repayment.objects.filter(refund__order=self.order)
                .exclude(state="done")
                .exclude(resolved="again")
                .values_list("amount", flat=True)
            )
            unknown = sum(
                Share.objects.filter(attempt__order=self.order, attempt__state=AttemptState.STARTED)
                .filter(part__state=PartState.PAID)
                .values_list("amount", flat=True)
            )
            late = Refund.objects.filter(order=self.order, kind=RefundKind.LATE)
            if not late.exists():
                assert writing.balance(self.order.pk, Account.RECEIVABLE) == owed - on_its_way + unknown

    return Money


@pytest.mark.parametrize("region", ["eu", "cn"])
def test_money_stays_true_in_whatever_order_things_happen(standin, region):
    run_state_machine_as_test(
        machine_of(region, standin),
        settings=settings(
            max_examples=MACHINES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

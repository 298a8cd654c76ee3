"""Money back under real concurrency: two who give back the same, and a second person who decides twice."""

import threading
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from checkout import fulfilling
from checkout.order.models import Order
from checkout.refunds import asking
from checkout.refunds.models import Refund, RefundLimit, Repayment
from checkout.refunds.reckoning import Wish
from checkout.refunds.refusals import DecidedAlready, MoreThanTaken
from checkout.refunds.states import RefundKind, RefundState
from services.foundation.refusal import Refusal
from tests import makers
from tests.makers import fill, pay, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]
PEOPLE = 4


def sent(standin) -> Order:
    order = pay(place(fill(variant())), standin)
    makers.pack(order)
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    order.refresh_from_db()
    return order


def race(order: Order) -> list:
    """Each of them gives back two thirds of the order."""
    RefundLimit.objects.update(amount=Decimal(10**9))
    wish = Wish(RefundKind.AMOUNT, amount=(order.total_incl_tax * 2 / 3).quantize(Decimal("0.01")), reason="The clasp")

    def give():
        return asking.ask(order, wish, by_id=None, by_words="staff", now=timezone.now())

    return at_once([give] * PEOPLE)


def planned(order: Order) -> Decimal:
    return Repayment.objects.filter(refund__order=order).aggregate(sum=Sum("amount"))["sum"]


def test_several_who_give_back_at_once_never_give_more_than_was_taken(standin):
    order = sent(standin)
    answers = race(order)
    assert sum(isinstance(each, Refund) for each in answers) == 1, answers
    assert sum(isinstance(each, MoreThanTaken) for each in answers) == PEOPLE - 1, answers
    assert planned(order) <= order.total_incl_tax


def test_without_the_lock_more_would_be_given_back_than_was_taken(standin, monkeypatch):
    order, gate = sent(standin), threading.Barrier(PEOPLE)
    reckon = asking.reckoning.reckon

    def careless(wish, found):
        answer = reckon(wish, found)
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        return answer

    monkeypatch.setattr(asking, "lock", lambda pk: Order.objects.get(pk=pk))
    monkeypatch.setattr(asking.reckoning, "reckon", careless)
    # Two keys of one order cannot be the same row either: that guard is off too.
    numbers = iter(range(1000))
    monkeypatch.setattr(asking, "key", lambda refund, _number: f"careless:{refund.pk}:{next(numbers)}")
    race(order)
    assert planned(order) > order.total_incl_tax


def test_two_colleagues_who_agree_at_once_send_it_once(standin):
    order = sent(standin)
    RefundLimit.objects.update(amount=Decimal(1))
    anna, berta, carla = (makers.User.objects.create_user(f"{n}@house.example", is_staff=True).pk for n in ("a", "b", "c"))
    wish = Wish(RefundKind.AMOUNT, amount=Decimal(100), reason="The clasp")
    refund = asking.ask(order, wish, by_id=anna, by_words="staff", now=timezone.now())
    answers = at_once([lambda who=who: asking.approve(refund, by_id=who, now=timezone.now()) for who in (berta, carla)])
    assert sum(isinstance(each, DecidedAlready) for each in answers) == 1, answers
    assert all(isinstance(each, Refund | Refusal) for each in answers), answers
    assert planned(order) == 100
    assert Refund.objects.get().state == RefundState.ON_ITS_WAY

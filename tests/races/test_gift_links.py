"""A gift is accepted, declined, taken back, and its time runs out, all at one moment: exactly one of them happens.

Each race has its counterpart with the guard taken off.
"""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import ending, gift_choices, giving
from checkout.order.models import Order, OrderStatusChange
from checkout.order.states import OrderState
from checkout.refunds.models import Refund
from checkout.refusals import CannotCancel, GiftAccepted
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.units import claiming
from services.foundation.units.models import Unit
from services.foundation.units.refusals import NoneFree
from services.gifting import links
from services.gifting.models import GiftLink, GiftState
from services.gifting.refusals import GiftOver, ThankedAlready
from tests.makers import RECIPIENT, given, keep_units, proven, variant
from tests.races.test_races import at_once, careless_take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def opened(standin) -> GiftLink:
    """A gift whose last second has come."""
    gift = proven(given(standin, engraved="A & P"))
    GiftLink.objects.filter(pk=gift.pk).update(expires_at=timezone.now())
    gift.refresh_from_db()
    return gift


def accepting(gift: GiftLink):
    """The recipient's click of a moment ago."""
    before = gift.expires_at - timedelta(milliseconds=1)
    return lambda: giving.accept(gift, RECIPIENT, not_before=None, agreed_day=None, language="en", now=before)


def lapsing(gift: GiftLink):
    return lambda: giving.lapse(gift.pk, now=gift.expires_at)


def consistent(gift: GiftLink) -> str:
    """What came of it, once everything agrees about it."""
    gift.refresh_from_db()
    order = Order.objects.get(pk=gift.order_id)
    units = Unit.objects.filter(order_line__order=order).count()
    refund = Refund.objects.filter(order=order).count()
    if gift.state == GiftState.ACCEPTED:
        assert (order.status, units, refund) == (OrderState.CONFIRMED, 1, 0) and order.shipping_address
    else:
        assert (order.status, units, refund) == (OrderState.CANCELLED, 0, 1) and not order.shipping_address
    assert OrderStatusChange.objects.filter(order=order, old_status=OrderState.AWAITING_RECIPIENT).count() == 1
    return gift.state


def test_of_an_acceptance_and_the_clock_exactly_one_wins(standin):
    ends = set()
    keep_units(variant(), 10)
    for turn in range(6):
        OutboxJob.objects.all().delete()
        gift = opened(standin)
        acts = [accepting(gift), lapsing(gift)]
        answers = at_once(acts if turn % 2 else acts[::-1])
        state = consistent(gift)
        ends.add(state)
        refused = [answer for answer in answers if isinstance(answer, GiftOver)]
        assert len(refused) == (state == GiftState.LAPSED), answers
    assert ends <= {GiftState.ACCEPTED, GiftState.LAPSED}


def test_of_everybody_at_once_exactly_one_wins(standin):
    gift = proven(given(standin))
    acts = [
        lambda: giving.accept(gift, RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now()),
        lambda: giving.decline(gift, now=timezone.now()),
        lambda: ending.cancel(gift.order, by_id=None, by_words="client"),
        lambda: giving.lapse(gift.pk, now=gift.expires_at),
    ]
    answers = at_once(acts * 2)
    consistent(gift)
    for answer in answers:
        assert answer is None or isinstance(answer, Order | GiftOver | CannotCancel | GiftAccepted), answers


def test_many_clicks_are_one_acceptance(standin):
    gift = opened(standin)
    answers = at_once([accepting(gift) for _click in range(6)])
    assert sum(isinstance(answer, Order) for answer in answers) == 1, answers
    assert sum(isinstance(answer, GiftOver) for answer in answers) == 5, answers
    assert consistent(gift) == GiftState.ACCEPTED


def test_without_lock_and_compare_and_set_it_is_accepted_and_refunded(standin, monkeypatch):
    """Both look, then both write: the giver has the money back, and the bench begins."""
    gate = threading.Barrier(2)

    def careless(gift, to, *, by_words, now, words="", **more):
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        GiftLink.objects.filter(pk=gift.pk).update(state=to, **more)

    def unguarded(order, to, **_who):
        Order.objects.filter(pk=order.pk).update(status=to)

    gift = opened(standin)
    monkeypatch.setattr(links, "move", careless)
    monkeypatch.setattr(giving, "move", unguarded)
    monkeypatch.setattr(ending, "move", unguarded)
    monkeypatch.setattr(Order.objects, "select_for_update", lambda **_of: Order.objects.all())
    answers = at_once([accepting(gift), lapsing(gift)])
    assert isinstance(answers[0], Order) and answers[1] is None, answers
    names = set(OutboxJob.objects.values_list("name", flat=True))
    assert {"refund.repay", "gift.accepted", "gift.ended"} <= names


def test_one_note_of_thanks_is_sent_of_many(standin):
    gift = opened(standin)
    accepting(gift)()
    gift.refresh_from_db()
    answers = at_once([lambda n=n: giving.thank(gift, f"Merci {n}", now=timezone.now()) for n in range(5)])
    assert sum(answer is None for answer in answers) == 1 and sum(isinstance(a, ThankedAlready) for a in answers) == 4, answers
    assert OutboxJob.objects.filter(name="gift.thanks").count() == 1


def race_for_the_last_size(standin, gifts: int = 3, before=lambda: None) -> list:
    """Several recipients want the last ring of another size at one moment."""
    last = variant(size="54")
    keep_units(variant(), gifts)
    waiting = [proven(given(standin)) for _gift in range(gifts)]
    keep_units(last, 1)

    def accepting_in_54(gift: GiftLink):
        picked = gift_choices.Picked(sizes={gift.order.lines.get().pk: last.pk})
        facts = {"not_before": None, "agreed_day": None, "language": "en", "now": timezone.now()}
        return lambda: giving.accept(gift, RECIPIENT, picked=picked, **facts)

    acts = [accepting_in_54(gift) for gift in waiting]
    before()
    return at_once(acts)


def test_the_last_ring_of_a_size_goes_to_one_recipient_and_the_others_keep_theirs(standin):
    answers = race_for_the_last_size(standin)
    assert sum(isinstance(answer, Order) for answer in answers) == 1, answers
    assert sum(isinstance(answer, NoneFree) for answer in answers) == 2, answers
    for gift in GiftLink.objects.all():
        unit = Unit.objects.get(order_line__order=gift.order_id)
        assert unit.variant.size == ("54" if gift.is_accepted else variant().size)
        assert unit.order_line.product_id == unit.variant_id


def test_without_the_lock_the_last_ring_of_a_size_is_promised_several_times(standin, monkeypatch):
    def unguarded() -> None:
        monkeypatch.setattr(claiming, "_take", careless_take(threading.Barrier(3)))

    answers = race_for_the_last_size(standin, before=unguarded)
    assert sum(isinstance(answer, Order) for answer in answers) > 1, answers

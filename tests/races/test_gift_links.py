"""A gift is accepted, declined, taken back, and its time runs out, all at one moment: exactly one of them happens.

Each race has its counterpart with the guard taken off.
"""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import changing, ending, engraving_changes, gift_choices, giving
from checkout.order.models import Order, OrderChange, OrderStatusChange
from checkout.order.states import OrderState
from checkout.refunds.models import Refund
from checkout.refusals import CannotCancel, GiftAccepted, GiftEngraved
from services.engraving.models import Inscription
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.units import claiming
from services.foundation.units.models import Unit
from services.foundation.units.refusals import NoneFree
from services.gifting import links
from services.gifting.models import GiftLink, GiftState
from services.gifting.refusals import GiftOver, ThankedAlready
from tests.makers import RECIPIENT, engraving, given, keep_units, proven, variant
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


def race_of_the_engraving_and_the_acceptance(standin, monkeypatch) -> list[bool]:
    """The giver's change looks first; the acceptance comes before it has written. Whether it wrote into an accepted gift."""
    gift = proven(given(standin, engraved="A & P"))
    line, kept = gift.order.lines.get(), Inscription.objects.get(order_line__order=gift.order)
    shown = engraving_changes.version(kept)
    looked, accepted, into_accepted = threading.Event(), threading.Event(), []
    real = changing.write

    def slowly(*args, **kwargs):
        looked.set()
        accepted.wait(2)  # with the lock the acceptance cannot end before this change: then it is let go without it
        into_accepted.append(GiftLink.objects.get(pk=gift.pk).is_accepted)
        return real(*args, **kwargs)

    def accepting_meanwhile():
        looked.wait(5)
        try:
            return giving.accept(gift, RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now())
        finally:
            accepted.set()

    def changing_it():
        facts = {"shown": shown, "language": "en", "by_id": None, "now": timezone.now()}
        return engraving_changes.edit(gift.order, line.pk, engraving(variant(), "B & P"), **facts)

    monkeypatch.setattr(changing, "write", slowly)
    answers = at_once([changing_it, accepting_meanwhile])
    assert isinstance(answers[0], OrderChange) and isinstance(answers[1], Order), answers
    return into_accepted


def test_what_was_accepted_is_never_engraved_otherwise_afterwards(standin, monkeypatch):
    assert race_of_the_engraving_and_the_acceptance(standin, monkeypatch) == [False]


def test_without_the_orders_lock_an_accepted_gift_is_engraved_otherwise(standin, monkeypatch):
    monkeypatch.setattr(changing.Order.objects, "select_for_update", lambda **_of: Order.objects.all())
    assert race_of_the_engraving_and_the_acceptance(standin, monkeypatch) == [True]


def test_without_the_look_at_the_gift_an_accepted_one_is_engraved_otherwise(standin, monkeypatch):
    gift = proven(given(standin, engraved="A & P"))
    accepting(gift)()
    kept = Inscription.objects.get(order_line__order=gift.order)
    facts = {"shown": engraving_changes.version(kept), "language": "en", "by_id": None, "now": timezone.now()}
    act = lambda: engraving_changes.edit(gift.order, kept.order_line_id, engraving(variant(), "B & P"), **facts)  # noqa: E731
    with pytest.raises(GiftEngraved):
        act()
    monkeypatch.setattr(engraving_changes, "check_open", lambda _order: None)
    assert isinstance(act(), OrderChange)

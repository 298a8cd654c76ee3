"""Scarcity and money under real concurrency: many connections, the same moment.

Every race has its counterpart with the guard taken off, which shows that the test would notice: without the guard it sells twice.
"""

import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from checkout import ending, fulfilling, placement, settling
from checkout.basket import bags
from checkout.basket.refusals import BagOrdered
from checkout.order.models import Order, OrderStatusChange
from checkout.order.states import OrderState
from services.engraving import commissioning
from services.engraving.models import Job, JobState
from services.foundation.book.models import Entry
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.provider.models import Attempt, AttemptState, Event
from services.foundation.provider.standin.webhooks import signature
from services.foundation.refusal import Refusal
from services.foundation.units import claiming
from services.foundation.units.models import Hold, Unit
from services.foundation.units.refusals import TooManyHeld
from services.launches import opening
from services.launches.models import Allowance
from tests import makers
from tests.makers import buyer, client_of, fill, keep_units, place, variant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]
EXCLUSIVE = "arc-bangle-small-diamonds"


def at_once(acts) -> list:
    """Run every act in a thread and connection of its own, all let go together; each answer is a value or its Refusal."""
    gate = threading.Barrier(len(acts))

    def run(act):
        try:
            connection.ensure_connection()
            gate.wait(30)
            return act()
        except Exception as trouble:  # noqa: BLE001 - the test looks at it
            return trouble
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def careless_take(gate: threading.Barrier):
    """What `claiming._take` would be without its lock: look, then write."""

    def take(variant_id, quantity, column, taker):
        free = Unit.objects.filter(variant_id=variant_id, order_line=None, hold=None, withdrawn_at=None)
        seen = list(free.order_by("id").values_list("pk", flat=True)[:quantity])
        with suppress(threading.BrokenBarrierError):
            gate.wait(5)
        return Unit.objects.filter(pk__in=seen).update(**{column: taker})

    return take


def race_for_the_last_unit(buyers: int = 6) -> list:
    piece = variant("arc-bangle")
    keep_units(piece, 1)
    bags = [fill(piece, who=buyer(f"b{n}")) for n in range(buyers)]
    total = makers.total_of(bags[0])
    return at_once([lambda n=n: place(bags[n], who=buyer(f"b{n}"), agreed=total) for n in range(buyers)])


def test_the_last_unit_is_sold_once():
    answers = race_for_the_last_unit()
    assert sum(isinstance(a, Order) for a in answers) == 1
    assert all(isinstance(a, Order | Refusal) for a in answers), answers
    assert Order.objects.count() == 1
    assert Unit.objects.exclude(order_line=None).count() == 1


def test_without_the_lock_the_last_unit_is_sold_several_times(monkeypatch):
    monkeypatch.setattr(claiming, "_take", careless_take(threading.Barrier(6)))
    answers = race_for_the_last_unit()
    assert sum(isinstance(a, Order) for a in answers) > 1


def race_for_the_exclusive(units: int, clients: int) -> list:
    piece = variant(EXCLUSIVE)
    makers.open_launch()
    keep_units(piece, units)
    buyers = [buyer(f"c{n}", client_of(f"c{n}")) for n in range(clients)]

    def buy(who):
        return place(fill(piece, who=who), who=who)

    return at_once([lambda who=who: buy(who) for who in buyers])


def test_an_exclusive_sells_exactly_its_edition():
    answers = race_for_the_exclusive(units=4, clients=10)
    assert sum(isinstance(a, Order) for a in answers) == 4, answers
    assert all(isinstance(a, Order | Refusal) for a in answers), answers
    assert Unit.objects.filter(variant=variant(EXCLUSIVE)).exclude(order_line=None).count() == 4
    assert Allowance.objects.count() == 4
    numbers = Unit.objects.filter(variant=variant(EXCLUSIVE)).values_list("edition_number", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4]


def test_without_the_lock_an_exclusive_oversells(monkeypatch):
    monkeypatch.setattr(claiming, "_take", careless_take(threading.Barrier(10)))
    answers = race_for_the_exclusive(units=4, clients=10)
    # Several clients hold the same unit; whoever claims it last has it, and the others have been promised it.
    assert Hold.objects.count() + sum(isinstance(a, Order) for a in answers) > 4, answers


def race_of_one_client() -> list:
    piece = variant(EXCLUSIVE)
    makers.open_launch()
    keep_units(piece, 6)
    who = buyer("carla", client_of("carla"))
    bags = [fill(piece, who=who) for _n in range(3)]
    total = makers.total_of(bags[0])
    return at_once([lambda bag=bag: place(bag, who=who, agreed=total) for bag in bags])


def test_one_client_in_three_tabs_gets_one():
    answers = race_of_one_client()
    assert sum(isinstance(a, Order) for a in answers) == 1, answers
    assert Allowance.objects.count() == 1


def test_without_unique_places_one_client_gets_several(monkeypatch):
    gate = threading.Barrier(3)

    def careless(launch, *, client_id, order_line_id, quantity):
        used = Allowance.objects.filter(launch=launch, client_id=client_id).count()
        gate.wait(5)
        if used < launch.limit_per_client:
            Allowance.objects.create(launch=launch, client_id=client_id, place=order_line_id, order_line_id=order_line_id)

    monkeypatch.setattr(opening, "use_places", careless)
    answers = race_of_one_client()
    assert sum(isinstance(a, Order) for a in answers) > 1


def race_of_two_clicks() -> list:
    bag = fill(variant())
    total = makers.total_of(bag)
    return at_once([lambda: place(bag, agreed=total) for _n in range(6)])


def test_two_clicks_are_one_order():
    answers = race_of_two_clicks()
    assert len({a.pk for a in answers if isinstance(a, Order)}) == 1
    assert all(isinstance(a, Order) for a in answers), answers
    assert Order.objects.count() == 1
    assert Attempt.objects.count() == 1


def test_without_the_bags_lock_and_key_two_clicks_are_several_orders(monkeypatch):
    real, gate = placement._write, threading.Barrier(6)

    def unkeyed(bag, key, *rest):
        gate.wait(5)
        return real(bag, uuid.uuid4(), *rest)

    monkeypatch.setattr(placement, "_write", unkeyed)
    monkeypatch.setattr(placement.Basket.objects, "select_for_update", placement.Basket.objects.all)
    race_of_two_clicks()
    assert Order.objects.count() > 1


def race_of_the_same_news(standin) -> Order:
    order = place(fill(variant(), engraved="A & P"))
    standin.pay(settling.open_page(order, now=timezone.now()))
    attempt = makers.attempt_of(order)
    at_once([lambda: settling.settle(attempt.pk, now=timezone.now()) for _n in range(6)])
    order.refresh_from_db()
    return order


def test_the_same_news_six_times_is_one_payment(standin):
    order = race_of_the_same_news(standin)
    assert order.status == OrderState.CONFIRMED
    assert OrderStatusChange.objects.filter(order=order, new_status="confirmed").count() == 1
    assert Entry.objects.filter(order=order, kind="authorised").count() == 1
    assert OutboxJob.objects.filter(name="letter.confirmed").count() == 1
    assert not OutboxJob.objects.filter(name="payment.give_back").exists()
    assert makers.attempt_of(order).state == AttemptState.AUTHORISED


def test_without_compare_and_set_a_doubled_webhook_gives_the_money_back(standin, monkeypatch):
    monkeypatch.setattr(settling, "OPEN_STATES", tuple(AttemptState))
    race_of_the_same_news(standin)
    assert OutboxJob.objects.filter(name="payment.give_back").exists()


def test_the_same_webhook_six_times_at_once_is_kept_and_acted_on_once(standin):
    order = place(fill(variant()))
    standin.pay(settling.open_page(order, now=timezone.now()))
    thing = {"id": makers.attempt_of(order).session, "object": "checkout.session"}
    body = {"id": "evt_once", "object": "event", "type": "checkout.session.completed", "data": {"object": thing}}
    payload = json.dumps(body).encode()
    header = signature(settings.PAYMENT_WEBHOOK_SECRET, payload, int(time.time()))

    def tell():
        answer = Client().post("/provider/webhook", payload, "application/json", headers={"Stripe-Signature": header})
        return answer.status_code

    assert at_once([tell] * 6) == [200] * 6
    assert Event.objects.count() == OutboxJob.objects.filter(name="provider.event").count() == 1
    makers.work_off()
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED


def test_two_engravers_finishing_at_once_leave_no_order_behind(standin):
    bag = fill(variant(), engraved="A")
    makers.add(bag, variant(size="50"), engraved="B")
    order = makers.pay(place(bag), standin)
    one, two = (makers.User.objects.create_user(f"{n}@house.example", is_staff=True).pk for n in ("one", "two"))
    jobs = list(Job.objects.order_by("pk"))
    for to in (JobState.TAKEN_UP, JobState.DONE):
        answers = at_once([lambda job=job, to=to: commissioning.move(job, to, by_id=one) for job in jobs])
        assert answers == [None, None], answers
    assert at_once([lambda job=job: commissioning.move(job, JobState.INSPECTED, by_id=two) for job in jobs]) == [None, None]
    order.refresh_from_db()
    assert order.status == OrderState.READY_TO_PACK


def test_without_the_orders_lock_two_engravers_strand_an_order(standin, monkeypatch):
    bag = fill(variant(), engraved="A")
    makers.add(bag, variant(size="50"), engraved="B")
    order = makers.pay(place(bag), standin)
    one, two = (makers.User.objects.create_user(f"{n}@house.example", is_staff=True).pk for n in ("one", "two"))
    jobs = list(Job.objects.order_by("pk"))
    for job in jobs:
        for to in (JobState.TAKEN_UP, JobState.DONE):
            commissioning.move(job, to, by_id=one)
    gate, follow = threading.Barrier(2), fulfilling.follow_job

    def side_by_side(job, *, by_id):
        gate.wait(5)  # both jobs are moved and neither is committed
        follow(job, by_id=by_id)
        gate.wait(5)  # both orders are looked at and neither is committed

    monkeypatch.setattr(fulfilling, "follow_job", side_by_side)
    monkeypatch.setattr(fulfilling.Order.objects, "select_for_update", lambda **_of: Order.objects.all())
    at_once([lambda job=job: commissioning.move(job, JobState.INSPECTED, by_id=two) for job in jobs])
    order.refresh_from_db()
    assert order.status == OrderState.IN_ATELIER  # inspected, and nobody will ever pack it


def test_cancelling_and_taking_up_never_wait_for_each_other_in_a_circle(standin):
    order = makers.pay(place(fill(variant(), engraved="A")), standin)
    job, engraver = Job.objects.get(), makers.User.objects.create_user("one@house.example", is_staff=True).pk
    acts = [lambda: ending.cancel(order, by_id=None, by_words="client")]
    acts += [lambda: commissioning.move(job, JobState.TAKEN_UP, by_id=engraver)]
    answers = at_once(acts)
    assert sum(a is None for a in answers) == 1, answers
    assert all(a is None or isinstance(a, Refusal) for a in answers), answers
    order.refresh_from_db()
    job.refresh_from_db()
    assert (order.status, job.state) in {
        (OrderState.CANCELLED, JobState.CANCELLED),
        (OrderState.IN_ATELIER, JobState.TAKEN_UP),
    }


def test_nothing_enters_a_bag_that_has_just_become_an_order():
    bag = fill(variant())
    total = makers.total_of(bag)
    answers = at_once([lambda: place(bag, agreed=total), lambda: makers.add(bag, variant(size="50"))])
    order = Order.objects.get() if Order.objects.exists() else None
    if order is None:  # the piece came first, and the total was asked again
        assert isinstance(answers[0], Refusal)
    else:
        assert isinstance(answers[1], BagOrdered)
        assert bag.lines.count() == order.lines.count() == 1


def test_without_the_look_at_its_state_a_piece_is_lost_in_an_ordered_bag(monkeypatch):
    bag = fill(variant())
    place(bag)
    monkeypatch.setattr(bags, "locked", lambda _bag: None)
    makers.add(bag, variant(size="50"))
    assert bag.lines.count() == 2 > Order.objects.get().lines.count()


def test_a_network_holds_no_more_than_its_share(monkeypatch):
    monkeypatch.setattr(claiming, "HOLDS_A_NETWORK", 3)
    piece = variant(EXCLUSIVE)
    makers.open_launch()
    keep_units(piece, 12)
    network = makers.bags.digest("network", "an office")
    people = [makers.bags.Buyer(client_of(f"c{n}"), makers.bags.digest("client", f"c{n}"), network) for n in range(8)]
    answers = at_once([lambda who=who: fill(piece, who=who) for who in people])
    assert sum(isinstance(a, TooManyHeld) for a in answers) == 5, answers
    assert Unit.objects.exclude(hold=None).count() == 3


def test_an_outbox_job_is_done_once_by_many_workers(monkeypatch):
    from services.foundation.outbox import delivering, posting

    done = []
    monkeypatch.setitem(posting._handlers, "letter.confirmed", lambda order_id: done.append(order_id))
    job = posting.post("letter.confirmed", order_id=7)
    at_once([lambda: delivering.deliver(job.pk) for _n in range(8)])
    assert done == [7]


def test_one_client_cannot_hold_more_than_his_share_from_many_tabs():
    piece = variant(EXCLUSIVE)
    makers.open_launch(limit=10)
    keep_units(piece, 12)
    who = buyer("carla", client_of("carla"))
    at_once([lambda: fill(piece, who=who) for _n in range(8)])
    assert Hold.objects.count() == claiming.HOLDS_A_CLIENT
    assert Unit.objects.exclude(hold=None).count() == claiming.HOLDS_A_CLIENT


def test_a_hold_that_lapses_while_it_is_claimed_is_never_sold_twice():
    piece = variant(EXCLUSIVE)
    makers.open_launch()
    keep_units(piece, 1)
    who = buyer("carla", client_of("carla"))
    bag = fill(piece, who=who)
    total = makers.total_of(bag)
    other = buyer("dora", client_of("dora"))
    Hold.objects.update(expires_at=timezone.now())
    answers = at_once(
        [
            lambda: place(bag, who=who, agreed=total),
            claiming.release_lapsed,
            lambda: place(fill(piece, who=other), who=other),
        ]
    )
    sold = sum(isinstance(a, Order) for a in answers)
    assert sold <= 1, answers
    assert Order.objects.count() == sold
    assert Unit.objects.exclude(order_line=None).count() == sold


def test_the_book_refuses_change_and_imbalance_in_the_database_itself():
    from django.db import DatabaseError, transaction

    from services.foundation.book.models import Posting

    order = place(fill(variant()))
    posting = Posting.objects.filter(entry__order=order).first()
    for act in (
        lambda: Posting.objects.filter(pk=posting.pk).update(amount=1),
        lambda: Posting.objects.filter(pk=posting.pk).delete(),
        lambda: Entry.objects.filter(order=order).update(kind="x"),
        lambda: Posting.objects.create(entry=posting.entry, account="sales", amount=5, currency="EUR"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

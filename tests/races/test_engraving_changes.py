"""A client changes an engraving while the bench scans its card: exactly one of them goes first, and the other is told."""

import threading
from dataclasses import replace

import pytest
from django.utils import timezone

from checkout import engraving_changes
from checkout.order.models import Order, OrderChange
from checkout.refusals import EngravingBegun
from services.engraving import commissioning, working
from services.engraving.models import BenchSlot, Inscription, Job, JobState
from services.engraving.refusals import JobTakenUp
from tests import makers
from tests.makers import fill, pay, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def ordered(standin, name: str = "anna") -> tuple[Order, Job]:
    who = makers.buyer(name)
    order = pay(place(fill(variant("halo-band", size="52"), who=who, engraved="A & P"), who=who), standin)
    return order, Job.objects.get(inscription__order_line__order=order)


def edited(order: Order):
    line = order.lines.get()
    wish = replace(makers.engraving(variant("halo-band", size="52"), "P & A"))
    shown = engraving_changes.version(line.inscription)
    return lambda: engraving_changes.edit(order, line.pk, wish, shown=shown, language="en", by_id=None, now=timezone.now())


def left_out(order: Order):
    line = order.lines.get()
    shown = engraving_changes.version(line.inscription)
    return lambda: engraving_changes.withdraw(order, line.pk, shown=shown, by_id=None, now=timezone.now())


def scanned(job: Job):
    """The engraver has the card in his hand; his scanner reads what was printed on it."""
    engraver = makers.User.objects.create_user(f"e.{job.code}@house.example".lower(), is_staff=True).pk
    card = job.code

    def scan():
        found = working.find(card)
        working.take_up(found, by_id=engraver)

    return scan


@pytest.mark.parametrize("act", [edited, left_out])
def test_a_change_and_the_scan_never_both_win(standin, act):
    for turn in range(4):
        order, job = ordered(standin, f"c{turn}")
        scan, change = answers = at_once([scanned(job), act(order)])
        job.refresh_from_db()
        kept = Inscription.objects.get(order_line__order=order)
        if scan is None:
            assert isinstance(change, EngravingBegun), answers
            assert (job.state, kept.text, kept.withdrawn_at) == (JobState.TAKEN_UP, "A & P", None)
        else:
            assert isinstance(scan, JobTakenUp) and isinstance(change, OrderChange), answers
            assert job.state in (JobState.WAITING, JobState.CANCELLED)
            assert kept.text == "P & A" or kept.withdrawn_at
            assert BenchSlot.objects.filter(order_line__order=order).exists() == (kept.withdrawn_at is None)


def race_of_a_change_and_a_card_in_hand(standin, monkeypatch) -> tuple[Job, list]:
    """The card is read first; the change is through before the engraver's screen has answered."""
    order, job = ordered(standin)
    read, changed = threading.Event(), threading.Event()
    real = commissioning.move

    def slowly(*args, **kwargs):
        read.set()
        changed.wait(10)
        return real(*args, **kwargs)

    monkeypatch.setattr(commissioning, "move", slowly)
    change = edited(order)

    def changing():
        read.wait(10)
        try:
            return change()
        finally:
            changed.set()

    answers = at_once([scanned(job), changing])
    job.refresh_from_db()
    return job, answers


def test_a_card_that_was_read_before_the_change_takes_nothing_up(standin, monkeypatch):
    job, (scan, change) = race_of_a_change_and_a_card_in_hand(standin, monkeypatch)
    assert isinstance(scan, JobTakenUp) and isinstance(change, OrderChange)
    assert job.state == JobState.WAITING


def test_if_a_change_left_the_card_as_it_is_the_engraver_would_cut_the_old_text(standin, monkeypatch):
    monkeypatch.setattr(working, "void_card", lambda _job: None)
    job, (scan, change) = race_of_a_change_and_a_card_in_hand(standin, monkeypatch)
    assert scan is None and isinstance(change, OrderChange)
    assert job.state == JobState.TAKEN_UP  # the card says A & P, the order P & A


def test_two_engravers_who_scan_one_card_have_one_job(standin):
    _order, job = ordered(standin)
    engravers = [makers.User.objects.create_user(f"e{n}@house.example", is_staff=True).pk for n in range(6)]
    answers = at_once([lambda by=by: working.take_up(working.find(job.code), by_id=by) for by in engravers])
    assert sum(answer is None for answer in answers) == 1, answers
    assert sum(isinstance(answer, JobTakenUp) for answer in answers) == 5, answers
    job.refresh_from_db()
    assert job.moves.count() == 1 and job.moves.get().by_id == job.taken_by_id

"""Two pieces are spoiled at the same moment, and one lies in stock: one is made anew, the other waits and says so."""

import threading
from contextlib import suppress

import pytest
from django.utils import timezone

from catalog.models import Product
from checkout import remaking
from services.engraving import working
from services.engraving.models import Job, JobState
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.units import claiming
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import fill, keep_units, pay, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def two_at_the_tool(standin) -> list:
    """Two orders of the last three pieces, both under the tool; each act is the failure of one."""
    piece = variant("halo-band", size="52")
    keep_units(piece, 3)
    Product.objects.filter(pk=piece.piece.pk).update(made_to_order_weeks=None)
    acts = []
    for name in ("bea", "cleo"):
        who = makers.buyer(name)
        order = pay(place(fill(piece, who=who, engraved="A"), who=who), standin)
        job = Job.objects.get(inscription__order_line__order=order)
        by = makers.User.objects.create_user(f"{name}@house.example", is_staff=True).pk
        working.take_up(job, by_id=by)
        facts = {"reason": "slipped", "words": "", "unit_ids": [], "by_id": by, "now": timezone.now()}
        acts.append(lambda job=job, facts=facts: remaking.fail(job, **facts))
    return acts


def test_the_last_piece_goes_to_one_of_two_that_are_spoiled(standin):
    answers = at_once(two_at_the_tool(standin))
    assert sorted(answers) == [False, True], answers
    assert sorted(Job.objects.values_list("state", flat=True)) == sorted([JobState.FAILED, JobState.WAITING])
    assert Unit.objects.exclude(order_line=None).count() == 1
    assert Unit.objects.exclude(withdrawn_at=None).count() == 2
    assert OutboxJob.objects.filter(name="letter.remade").count() == 2


def test_without_the_guard_both_begin_anew_with_the_same_piece(standin, monkeypatch):
    acts, gate = two_at_the_tool(standin), threading.Barrier(2)

    def careless(variant_id, quantity, column, taker):
        free = Unit.objects.filter(variant_id=variant_id, hold=None, order_line=None, withdrawn_at=None)
        seen = list(free.order_by("pk").values_list("pk", flat=True)[:quantity])
        with suppress(threading.BrokenBarrierError):
            gate.wait(10)
        return Unit.objects.filter(pk__in=seen).update(**{column: taker})

    monkeypatch.setattr(claiming, "_take", careless)
    assert at_once(acts) == [True, True]
    assert Unit.objects.exclude(order_line=None).count() == 1  # and two engravers have been promised it


def test_the_same_failure_sent_twice_spoils_one_piece(standin):
    first, _second = two_at_the_tool(standin)
    answers = at_once([first, first])
    assert sum(answer is True for answer in answers) == 1, answers
    assert Unit.objects.exclude(withdrawn_at=None).count() == 1

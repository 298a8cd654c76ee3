"""Two people approve the same proposal at once: one of them does, the other is told. And a text is not slipped in meanwhile."""

import pytest
from django.db import transaction
from django.utils import timezone

from catalog import proposing
from catalog.models import Product, Proposal
from catalog.refusals import AlreadyDecided, Overtaken
from services.foundation import second_person
from tests import makers
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def person(name: str) -> int:
    return makers.User.objects.create_user(f"{name}@house.example", is_staff=True).pk


def the_piece() -> Product:
    return Product.objects.get(slug="halo-band", parent=None)


def approving(found: Proposal, by_id: int):
    return lambda: proposing.approve(found.pk, by_id=by_id, now=timezone.now())


def test_of_two_who_approve_at_once_one_does(monkeypatch):
    first, one, two = person("first"), person("one"), person("two")
    for turn in range(5):
        found = proposing.propose_texts(the_piece(), {"title_en": f"Band {turn}"}, by_id=first, now=timezone.now())
        answers = at_once([approving(found, one), approving(found, two)])
        assert sorted(type(answer) for answer in answers if not isinstance(answer, Proposal)) == [AlreadyDecided], answers
        assert the_piece().title_en == f"Band {turn}"


def without_lock(proposal_id: int) -> Proposal:
    found = Proposal.objects.select_related("region").get(pk=proposal_id)
    if found.state != "waiting":
        raise AlreadyDecided(state=found.state)
    return found


def test_without_the_lock_both_would_find_it_waiting(monkeypatch):
    """The second then stumbles over the text itself, and would approve a row that is made anew twice."""
    monkeypatch.setattr(proposing, "_waiting", without_lock)
    first, one, two = person("first"), person("one"), person("two")
    seen = set()
    for turn in range(40):
        found = proposing.propose_texts(the_piece(), {"title_en": f"Band {turn}"}, by_id=first, now=timezone.now())
        seen |= {type(answer) for answer in at_once([approving(found, one), approving(found, two)])}
        if Overtaken in seen:
            return
    raise AssertionError(f"the race was never seen: {seen}")


def test_a_draft_is_not_rewritten_while_it_becomes_public():
    """Either the text comes first and the approval is refused, or the approval does and the text is proposed."""
    first, one = person("first"), person("one")
    for turn in range(6):
        Product.objects.filter(pk=the_piece().pk).update(is_public=False)
        found = proposing.propose_public(the_piece(), by_id=first, now=timezone.now())

        def rewrite(words=f"Slipped in {turn}"):
            piece = the_piece()
            with transaction.atomic():
                piece.title_en = words
                held = second_person.hold_back(piece, ["title_en"])
                piece.save()
            return held

        approved, held = at_once([approving(found, one), rewrite])
        if isinstance(approved, Proposal):
            assert the_piece().is_public and the_piece().title_en != f"Slipped in {turn}" and held.wished
        else:
            assert isinstance(approved, Overtaken) and not the_piece().is_public

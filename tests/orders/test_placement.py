"""From bag to order: everything or nothing, once."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from checkout import refusals
from checkout.order.models import Order
from checkout.order.states import OrderState
from services.deferred.models import PartState, Plan
from services.engraving.models import Inscription
from services.foundation.book import writing
from services.foundation.book.models import Account, Entry
from services.foundation.units.models import Hold, Unit
from services.foundation.units.refusals import NoneFree
from services.launches.models import Allowance
from services.launches.refusals import LimitReached, NotOpen, SignInFirst
from tests import makers
from tests.makers import buyer, client_of, fill, keep_units, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_an_order_keeps_everything_that_was_agreed():
    bag = fill(variant(), engraved="A & P 14.II", gift=makers.GIFT)
    kept = bag.lines.get().inscription
    order = place(bag)
    line = order.lines.get()
    assert order.status == OrderState.AWAITING_PAYMENT
    assert line.inscription.proof_svg == kept.proof_svg
    assert line.inscription.proof_sha256 == kept.proof_sha256
    assert line.wrapping.card_text == "For you,\nalways."
    assert not line.returnable
    assert (line.tax_rate, line.jurisdiction) == (Decimal("0.20"), "FR")
    assert line.line_price_excl_tax + line.line_tax == line.line_price_incl_tax
    assert {c.kind for c in order.consents.all()} == {"spelling", "final sale", "terms"}
    assert all(c.text and c.language and c.terms_version for c in order.consents.all())
    assert Unit.objects.get(order_line=line).variant == line.product
    assert writing.balance(order.pk, Account.RECEIVABLE) == order.total_incl_tax
    assert sum(p.amount for e in Entry.objects.filter(order=order) for p in e.postings.all()) == 0
    attempt = order.attempts.get()
    assert attempt.amount == order.total_incl_tax
    assert attempt.idempotency_key


def test_the_same_key_answers_the_same_order():
    bag = fill(variant())
    total = makers.total_of(bag)
    assert place(bag, agreed=total) == place(bag, agreed=total) == place(bag, agreed=total, key=uuid.uuid4())
    assert Order.objects.count() == 1


def test_another_total_is_asked_again_and_nothing_is_written():
    bag = fill(variant())
    with pytest.raises(refusals.TotalChanged):
        place(bag, agreed=Decimal("1.00"))
    assert not Order.objects.exists()
    assert not Unit.objects.exclude(order_line=None).exists()


def test_a_price_that_begins_meanwhile_is_asked_again():
    from catalog.partner.models import Price

    piece = variant()
    bag = fill(piece)
    shown = makers.total_of(bag)
    Price.objects.create(variant=piece, region_id="eu", amount=Decimal("1800"), starts_at=timezone.now())
    with pytest.raises(refusals.TotalChanged):
        place(bag, agreed=shown)


def test_the_last_unit_refuses_kindly_and_leaves_nothing():
    piece = variant("arc-bangle")
    keep_units(piece, 1)
    first, second = fill(piece), fill(piece, who=buyer("bert"))
    place(first)
    with pytest.raises(NoneFree) as no:
        place(second, who=buyer("bert"))
    assert no.value.sentence()
    assert Order.objects.count() == 1
    assert Inscription.objects.filter(order_line__isnull=False).count() == 0


def test_a_piece_made_to_order_needs_no_unit():
    piece = variant("halo-ring", metal="platinum")
    assert piece.piece.made_to_order_weeks
    keep_units(piece, 0)
    order = place(fill(piece))
    assert order.lines.count() == 1
    assert not Unit.objects.filter(order_line__order=order).exists()


def test_an_empty_bag_is_no_order():
    bag = fill(variant())
    bag.lines.all().delete()
    with pytest.raises(refusals.BagEmpty):
        place(bag, agreed=Decimal(0))


def test_numbers_do_not_count_and_lines_cannot_be_taken_for_one_another():
    orders = [place(fill(variant(), who=buyer(f"c{n}")), who=buyer(f"c{n}")) for n in range(3)]
    assert len({o.number for o in orders}) == 3
    assert len({o.number[:3] for o in orders}) > 1
    bag = fill(variant("arc-bangle"), engraved="ONE")
    makers.add(bag, variant("arc-bangle"), engraved="TWO")
    assert len({line.line_reference for line in bag.lines.all()}) == 2


def test_tax_is_added_where_prices_do_not_include_it():
    bag = fill(variant(), region="us")
    order = place(bag, country="US", subdivision="NY", city="New York", postcode="10019", mobile="+12125551234")
    line = order.lines.get()
    assert line.line_price_incl_tax == line.line_price_excl_tax * Decimal("1.08875")
    assert line.jurisdiction == "US-NY"
    oregon = place(fill(variant(), region="us"), country="US", subdivision="OR", city="Portland", postcode="97201")
    assert oregon.total_incl_tax == oregon.total_excl_tax


def test_instalments_are_stored_with_their_agreement():
    order = place(fill(variant()), payment="instalments")
    plan = Plan.objects.get(order=order)
    parts = list(plan.parts.all())
    assert sum(p.amount for p in parts) == order.total_incl_tax
    assert [p.state for p in parts] == [PartState.DUE] * 3
    assert plan.agreement == "I agree"
    attempt = order.attempts.get()
    assert attempt.amount == parts[0].amount
    assert attempt.captures_at_once


class TestExclusive:
    SLUG = "arc-bangle-small-diamonds"

    def test_closed_before_its_moment(self):
        client = client_of("carla")
        with pytest.raises(NotOpen):
            fill(variant("festoon-chain-wallet", metal="garnet"), who=buyer("carla", client))

    def test_only_for_verified_clients(self):
        makers.open_launch()
        with pytest.raises(SignInFirst):
            fill(variant(self.SLUG))
        unverified = makers.User.objects.create_user("x@client.example")
        with pytest.raises(SignInFirst):
            fill(variant(self.SLUG), who=buyer("x", unverified))

    def test_held_ten_minutes_and_claimed_from_the_hold(self):
        makers.open_launch()
        client = buyer("carla", client_of("carla"))
        bag = fill(variant(self.SLUG), who=client)
        hold = Hold.objects.get()
        assert timedelta(minutes=9, seconds=50) < hold.expires_at - timezone.now() <= timedelta(minutes=10)
        held = hold.units.get()
        order = place(bag, who=client)
        assert Unit.objects.get(order_line__order=order) == held
        assert not Hold.objects.exists()

    def test_one_for_each_client_across_orders(self):
        makers.open_launch()
        client = buyer("carla", client_of("carla"))
        place(fill(variant(self.SLUG), who=client), who=client)
        with pytest.raises(LimitReached):
            fill(variant(self.SLUG, metal="white"), who=client)
        assert Allowance.objects.count() == 1

    def test_the_limit_holds_at_placement_too(self):
        makers.open_launch()
        client = buyer("carla", client_of("carla"))
        first, second = fill(variant(self.SLUG), who=client), fill(variant(self.SLUG, metal="white"), who=client)
        place(first, who=client)
        with pytest.raises(LimitReached):
            place(second, who=client)
        assert Order.objects.count() == 1

    def test_a_lapsed_hold_is_freed_by_the_clock_of_the_database(self):
        from services.foundation.units import claiming

        makers.open_launch()
        client = buyer("carla", client_of("carla"))
        fill(variant(self.SLUG), who=client)
        assert claiming.release_lapsed() == 0
        Hold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert claiming.release_lapsed() == 1
        assert not Unit.objects.exclude(hold=None).exists()

    def test_a_hold_is_extended_once(self):
        from services.foundation.units import claiming

        makers.open_launch()
        bag = fill(variant(self.SLUG), who=buyer("carla", client_of("carla")))
        line = bag.lines.get()
        assert claiming.extend(line_id=line.pk)
        assert not claiming.extend(line_id=line.pk)

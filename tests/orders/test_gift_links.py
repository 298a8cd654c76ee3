"""A gift by link from its payment to its thanks: acceptance, refusal, lapse, reminders, money and stock."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.partner.models import Price
from checkout import changing, ending, fulfilling, gift_choices, gift_places, giving
from checkout.order.models import Order
from checkout.order.states import OrderState
from checkout.refusals import DayChanged, DayNotPossible, GiftAccepted, NoGiftLink, OtherCountry
from services.engraving.models import BenchSlot, Job
from services.foundation.contacts.models import Code
from services.foundation.contacts.proving import WrongCode, digits_of
from services.foundation.provider.models import AttemptState
from services.foundation.regions.models import Region
from services.foundation.units.models import Unit
from services.foundation.units.refusals import NoneFree
from services.gifting import links
from services.gifting.models import GiftLink, GiftState, PackingOption, Wrapping
from services.gifting.refusals import GiftOver, NotOffered, ThankedAlready, ThanksEmpty, ThanksTooLong
from tests import makers
from tests.makers import BY_LINK, RECIPIENT, attempt_of, fill, given, pay, place, proven, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def accept(gift: GiftLink, to: changing.Recipient = RECIPIENT, **more) -> Order:
    facts = {"not_before": None, "agreed_day": None, "language": "en", "now": timezone.now()} | more
    return giving.accept(gift, to, **facts)


def expire(gift: GiftLink) -> None:
    GiftLink.objects.filter(pk=gift.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    gift.refresh_from_db()


class TestPlaced:
    def test_it_is_charged_at_once_and_waits_without_address_day_or_bench(self, standin):
        gift = given(standin, engraved="A & P")
        order = gift.order
        assert order.status == OrderState.AWAITING_RECIPIENT and gift.state == GiftState.WAITING
        assert attempt_of(order).state == AttemptState.CAPTURED
        assert order.shipping_address is None and order.promise is None and order.bench_done_on is None
        assert not Job.objects.exists() and not BenchSlot.objects.exclude(order_line=None).exists()
        assert Unit.objects.filter(order_line__order=order).count() == 1  # the piece waits with it
        assert timedelta(hours=71) < gift.expires_at - timezone.now() <= timedelta(hours=72)

    def test_until_it_is_paid_its_link_opens_nothing(self, standin):
        order = place(fill(variant()), gift=BY_LINK)
        assert links.find(links.secret_of(order.gift_link)) is None

    def test_an_unpaid_one_lapses_and_takes_its_link_with_it(self, standin):
        order = place(fill(variant()), gift=BY_LINK)
        ending.lapse(order, now=timezone.now())
        assert GiftLink.objects.get().state == GiftState.WITHDRAWN

    def test_it_goes_only_where_neither_tax_nor_charge_depends_on_the_place(self):
        places = {code: gift_places.countries(Region.objects.get(pk=code)) for code in ("cn", "eu", "us")}
        assert places["cn"] == ["CN"] and "FR" in places["eu"] and places["us"] == []
        row = Region.objects.get(pk="eu").transits.create(country="FR", subdivision="2A", days=4, charge=20)
        assert "FR" not in gift_places.countries(Region.objects.get(pk="eu"))
        row.delete()
        with pytest.raises(NoGiftLink):
            place(fill(variant()), gift=replace(BY_LINK, country="US"))
        assert not Order.objects.exists()

    def test_the_tax_is_that_of_the_country_the_giver_named(self):
        order = place(fill(variant()), gift=replace(BY_LINK, country="DE"), country="DE")
        assert {line.jurisdiction for line in order.lines.all()} == {"DE"}


class TestLink:
    def test_it_has_256_bits_and_the_database_does_not_hold_them(self, standin):
        gift = given(standin)
        secret = links.secret_of(gift)
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) and links.find(secret) == gift
        assert secret not in str(GiftLink.objects.filter(pk=gift.pk).values())
        assert links.find("A" * 43) is None

    def test_a_new_one_ends_the_one_before(self, standin):
        gift = given(standin)
        old = links.secret_of(gift)
        links.renew(gift)
        assert links.find(old) is None and links.find(links.secret_of(gift)) == gift
        accept(proven(gift))
        with pytest.raises(GiftOver):
            links.renew(gift)

    def test_only_the_named_contacts_code_opens_it(self, standin):
        gift = given(standin)
        other = Code.objects.create(contact="anna@client.example", network_key="x")
        with pytest.raises(WrongCode):
            giving.prove(gift, digits_of(other), now=timezone.now())
        gift.refresh_from_db()
        assert gift.state == GiftState.WAITING
        assert proven(gift).state == GiftState.OPENED

    @pytest.mark.parametrize(("contact", "hint"), [("berthe@friend.example", "b•••@f•••"), ("+33698765432", "••• 32"), ("", "")])
    def test_its_hint_tells_the_owner_alone(self, contact, hint):
        assert links.masked(contact) == hint


class TestAccepted:
    def test_it_writes_the_address_reserves_the_bench_and_confirms(self, standin):
        gift = proven(given(standin, engraved="A & P"))
        paid = gift.order.total_incl_tax
        shown = giving.foreseen(gift.order, "FR", "", now=timezone.now())
        order = accept(gift, agreed_day=shown.on)
        order.refresh_from_db()
        gift.refresh_from_db()
        assert order.status == OrderState.CONFIRMED and gift.state == GiftState.ACCEPTED
        assert order.shipping_address.name == RECIPIENT.name and order.shipping_address.line1 == RECIPIENT.line1
        assert order.promised_on == shown.on and order.bench_done_on == shown.bench_done_on
        assert Job.objects.get().due_on == BenchSlot.objects.get(order_line__order=order).day == order.bench_done_on
        assert order.total_incl_tax == paid and attempt_of(order).captured_amount == paid

    def test_it_needs_the_proof_first(self, standin):
        gift = given(standin)
        with pytest.raises(GiftOver):
            accept(gift)
        gift.order.refresh_from_db()
        assert gift.order.status == OrderState.AWAITING_RECIPIENT and gift.order.shipping_address is None

    def test_another_country_than_named_is_refused(self, standin):
        gift = proven(given(standin))
        with pytest.raises(OtherCountry):
            accept(gift, replace(RECIPIENT, country="DE"))

    def test_a_day_that_moved_is_shown_again(self, standin):
        gift = proven(given(standin))
        shown = giving.foreseen(gift.order, "FR", "", now=timezone.now())
        with pytest.raises(DayChanged):
            accept(gift, agreed_day=shown.on - timedelta(days=1))
        gift.refresh_from_db()
        assert gift.state == GiftState.OPENED

    def test_the_recipient_may_ask_for_a_later_day_but_not_an_earlier_one(self, standin):
        gift = proven(given(standin))
        first = giving.foreseen(gift.order, "FR", "", now=timezone.now()).on
        with pytest.raises(DayNotPossible):
            accept(gift, not_before=first - timedelta(days=1))
        later = first + timedelta(days=7)
        order = accept(gift, not_before=later)
        order.refresh_from_db()
        assert order.requested_on == later and order.due_on == later

    def test_a_second_acceptance_changes_nothing(self, standin):
        gift = proven(given(standin))
        accept(gift)
        with pytest.raises(GiftOver):
            accept(gift, replace(RECIPIENT, name="Somebody else"))
        assert Order.objects.get().shipping_address.name == RECIPIENT.name

    def test_a_piece_made_to_order_counts_its_weeks_from_the_acceptance(self, standin):
        piece = variant()
        piece.parent.made_to_order_weeks = 4
        piece.parent.save()
        makers.keep_units(piece, 0)
        gift = proven(given(standin))
        assert giving.foreseen(gift.order, "FR", "", now=timezone.now()).on >= timezone.now().date() + timedelta(days=28)

    def test_it_is_packed_and_sent_to_the_recipient_who_hears_of_it(self, standin):
        gift = proven(given(standin))
        order = accept(gift)
        makers.pack(order)
        order.refresh_from_db()
        fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
        mail.outbox.clear()
        work_off()
        told = [(letter.to[0], letter.subject, letter.body) for letter in mail.outbox]
        assert sum(to == BY_LINK.contact and "on its way" in subject for to, subject, _body in told) == 1
        assert sum(to == "anna@client.example" and "left the house" in body for to, _subject, body in told) == 1

    def test_the_giver_cannot_take_it_back_any_more_and_the_house_can(self, standin):
        gift = proven(given(standin))
        order = accept(gift)
        with pytest.raises(GiftAccepted):
            ending.cancel(order, by_id=None, by_words="client")
        work_off()
        mail.outbox.clear()
        ending.cancel(order, by_id=None, by_words="staff")
        work_off()
        assert {letter.to[0] for letter in mail.outbox} == {BY_LINK.contact, "anna@client.example"}
        assert attempt_of(order).refunded_amount == order.total_incl_tax


class TestEnded:
    def everything_is_back(self, gift: GiftLink, state: str) -> None:
        work_off()
        gift.refresh_from_db()
        order, attempt = gift.order, attempt_of(gift.order)
        order.refresh_from_db()
        assert gift.state == state and order.status == OrderState.CANCELLED
        assert attempt.refunded_amount == attempt.captured_amount == order.total_incl_tax
        assert not Unit.objects.filter(order_line__order=order).exists() and order.shipping_address is None
        assert not BenchSlot.objects.filter(order_line__order=order).exists()

    def test_declined_the_giver_is_told_kindly_and_has_all_back(self, standin):
        gift = proven(given(standin, engraved="A & P", gift=makers.GIFT))
        giving.decline(gift, now=timezone.now())
        self.everything_is_back(gift, GiftState.DECLINED)
        assert "would rather not accept" in mail.outbox[-1].subject and mail.outbox[-1].to == ["anna@client.example"]

    def test_not_accepted_in_time_it_lapses_and_the_giver_has_all_back(self, standin):
        gift = given(standin)
        giving.lapse_overdue(now=timezone.now())
        gift.refresh_from_db()
        assert gift.state == GiftState.WAITING
        expire(gift)
        giving.lapse_overdue(now=timezone.now())
        giving.lapse_overdue(now=timezone.now())
        self.everything_is_back(gift, GiftState.LAPSED)
        assert "not accepted in time" in mail.outbox[-1].subject

    def test_after_its_time_it_cannot_be_accepted_though_nobody_has_ended_it_yet(self, standin):
        gift = proven(given(standin))
        expire(gift)
        for act in (lambda: accept(gift), lambda: giving.decline(gift, now=timezone.now())):
            with pytest.raises(GiftOver):
                act()

    def test_the_giver_takes_it_back_before_it_is_accepted(self, standin):
        gift = proven(given(standin))
        ending.cancel(gift.order, by_id=None, by_words="client")
        self.everything_is_back(gift, GiftState.WITHDRAWN)
        with pytest.raises(GiftOver):
            accept(gift)

    def test_an_accepted_gift_does_not_lapse(self, standin):
        gift = proven(given(standin))
        accept(gift)
        expire(gift)
        giving.lapse(gift.pk, now=timezone.now())
        gift.refresh_from_db()
        assert gift.state == GiftState.ACCEPTED

    def test_instalments_end_with_it(self, standin):
        gift = given(standin, payment="instalments")
        first = attempt_of(gift.order).captured_amount
        expire(gift)
        giving.lapse_overdue(now=timezone.now())
        work_off()
        assert attempt_of(gift.order).refunded_amount == first and gift.order.plan.state == "cancelled"

    def test_the_contact_of_somebody_who_never_became_a_client_is_forgotten(self, standin):
        gift = given(standin)
        expire(gift)
        giving.lapse_overdue(now=timezone.now())
        assert links.forget_contacts(now=timezone.now()) == 0
        assert links.forget_contacts(now=timezone.now() + timedelta(days=2)) == 1
        gift.refresh_from_db()
        assert gift.contact == ""


class TestReminders:
    def at(self, gift: GiftLink, hours: float) -> list[str]:
        mail.outbox.clear()
        GiftLink.objects.filter(pk=gift.pk).update(expires_at=timezone.now() + timedelta(hours=72 - hours))
        for _twice in range(2):
            giving.remind(now=timezone.now())
        work_off()
        return [f"{letter.to[0]}: {letter.subject}" for letter in mail.outbox]

    def test_each_is_sent_once_to_the_giver_who_passes_the_link_on(self, standin):
        gift = given(standin)
        work_off()
        assert self.at(gift, 23) == []
        assert self.at(gift, 24.1) == ["anna@client.example: Your gift for Berthe has not been opened yet"]
        assert self.at(gift, 30) == []
        assert self.at(gift, 61) == ["anna@client.example: Your gift for Berthe has not been opened yet"]

    def test_they_go_to_the_recipient_who_has_heard_of_it_from_us(self, standin):
        gift = given(standin, by_link=replace(BY_LINK, house_writes=True))
        work_off()
        assert self.at(gift, 25) == [f"{BY_LINK.contact}: A gift from Anna is waiting for you"]

    def test_one_that_was_missed_is_not_made_up_for(self, standin):
        gift = given(standin)
        work_off()
        assert len(self.at(gift, 61)) == 1

    def test_a_recipient_with_a_mobile_gets_a_text_message(self, standin, settings):
        from services.foundation.contacts.senders import MemorySender

        settings.SMS_SENDER = "services.foundation.contacts.senders.MemorySender"
        MemorySender.sent.clear()
        gift = given(standin, by_link=replace(BY_LINK, contact="+33698765432", house_writes=True))
        work_off()
        assert [(to, links.secret_of(gift) in text) for to, text in MemorySender.sent] == [("+33698765432", True)]


class TestThanks:
    def test_a_note_goes_back_once(self, standin):
        gift = proven(given(standin))
        with pytest.raises(GiftOver):
            giving.thank(gift, "Merci", now=timezone.now())
        accept(gift)
        gift.refresh_from_db()
        for typed, no in (("  ", ThanksEmpty), ("x" * 281, ThanksTooLong)):
            with pytest.raises(no):
                giving.thank(gift, typed, now=timezone.now())
        giving.thank(gift, "Merci !\nBerthe", now=timezone.now())
        with pytest.raises(ThankedAlready):
            giving.thank(gift, "Merci encore", now=timezone.now())
        work_off()
        assert mail.outbox[-1].to == ["anna@client.example"] and "Merci !" in mail.outbox[-1].body
        assert "thanks you" in mail.outbox[-1].subject


def test_an_ordinary_order_is_no_gift(standin):
    order = pay(place(fill(variant())), standin)
    assert order.status == OrderState.CONFIRMED and not GiftLink.objects.exists()


class TestChosen:
    """Size and ribbon, at the price that was paid."""

    def choice(self, gift: GiftLink) -> gift_choices.Choice:
        return next(iter(gift_choices.of(gift.order, now=timezone.now()).values()))

    def test_another_size_of_the_same_price_is_claimed_and_the_one_before_is_free(self, standin):
        gift = proven(given(standin))
        line, before = gift.order.lines.get(), variant()
        other = next(each for each in self.choice(gift).sizes if each.pk != before.pk)
        free = Unit.objects.filter(variant=before, order_line=None).count()
        accept(gift, picked=gift_choices.Picked(sizes={line.pk: other.pk}))
        line.refresh_from_db()
        assert (
            line.product == other
            and other.size in line.variant_words
            and line.partner_sku == other.stockrecords.get().partner_sku
        )
        assert Unit.objects.get(order_line=line).variant == other
        assert Unit.objects.filter(variant=before, order_line=None).count() == free + 1
        assert "→" in gift.moves.get(new_state=GiftState.ACCEPTED).words

    def test_a_size_that_costs_otherwise_or_is_gone_is_not_there(self, standin):
        gift = proven(given(standin))
        first, second, *_rest = [each for each in self.choice(gift).sizes if each.pk != variant().pk]
        row = Price.objects.filter(variant=first, region_id="eu").first()
        Price.objects.filter(pk=row.pk).update(amount=row.amount + 1)
        makers.keep_units(second, 0)
        assert not {first.pk, second.pk} & {each.pk for each in self.choice(gift).sizes}
        for each in (first, second, variant("arc-bangle")):
            with pytest.raises(NoneFree):
                accept(gift, picked=gift_choices.Picked(sizes={gift.order.lines.get().pk: each.pk}))
        gift.refresh_from_db()
        assert gift.state == GiftState.OPENED and Unit.objects.get(order_line__order=gift.order).variant == variant()

    def test_what_is_engraved_keeps_its_size(self, standin):
        assert self.choice(proven(given(standin, engraved="A & P"))).sizes == ()

    def test_another_ribbon_is_taken_from_the_shelf_and_the_first_is_put_back(self, standin):
        gift = proven(given(standin, gift=makers.GIFT))
        line = gift.order.lines.get()
        stocks = lambda: dict(PackingOption.objects.filter(kind="ribbon").values_list("code", "stock"))  # noqa: E731
        before = stocks()
        assert [each.code for each in self.choice(gift).ribbons] == ["champagne", "garnet"]
        accept(gift, picked=gift_choices.Picked(ribbons={line.pk: "garnet"}))
        assert Wrapping.objects.get(order_line=line).ribbon.code == "garnet"
        assert stocks() == before | {"champagne": before["champagne"] + 1, "garnet": before["garnet"] - 1}

    @pytest.mark.parametrize("ribbons", [{0: "garnet"}, {None: "leather"}])
    def test_what_there_is_not_to_choose_is_refused(self, standin, ribbons):
        gift = proven(given(standin, gift=makers.GIFT))
        line = gift.order.lines.get().pk
        with pytest.raises(NotOffered):
            accept(gift, picked=gift_choices.Picked(ribbons={line if pk is None else pk: code for pk, code in ribbons.items()}))

    def test_more_lines_ask_no_more_queries(self, standin):
        def asked(bag):
            order = place(bag, gift=BY_LINK)
            with CaptureQueriesContext(connection) as seen:
                gift_choices.of(order, now=timezone.now())
            return len(seen)

        few, more = fill(variant(), gift=makers.GIFT), fill(variant(), gift=makers.GIFT)
        for size in ("50", "52", "54"):
            makers.add(more, variant(size=size), gift=makers.GIFT)
        assert asked(more) <= asked(few)

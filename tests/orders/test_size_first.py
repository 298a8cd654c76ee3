"""A sizer travels first: nothing is engraved, no card printed and no day promised before the client has confirmed the size."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from catalog.models import Product
from catalog.partner.models import Price
from checkout import clock, ending, engraving_changes, promises, size_first, sizers
from checkout.basket import bags
from checkout.order.models import ChangeKind, Consent, Order, Sizer
from checkout.order.moving import move
from checkout.order.reading import read
from checkout.order.states import OrderState, SizerState
from checkout.refusals import (
    GiftOrSizer,
    InReview,
    OtherBench,
    ProofDiffers,
    SeenBefore,
    SizeGone,
    SizeKnown,
    SizeNotOffered,
    SizerElsewhere,
)
from services.delivery.promising import working_days_after
from services.engraving import commissioning, working
from services.engraving.models import BenchSlot, Inscription, Job, JobState, Zone, ZoneSize
from services.engraving.refusals import BenchFull, JobElsewhere, NotConfirmed, TooLong
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import fill, pay, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def waiting_bag(text: str = "A & P", *, size: str = "52", slug: str = "halo-band", who=None):
    """A bag with one engraved piece before which a sizer travels."""
    piece = variant(slug, size=size)
    bag = fill(piece, who=who, engraved=text)
    Inscription.objects.filter(bag_line__basket=bag).update(waits_for_size=True)
    return bag


def narrow(size: str, width: str) -> None:
    """Another plane for one size of the halo band."""
    zone = Zone.objects.filter(piece__slug="halo-band").first()  # the one the panel offers
    ZoneSize.objects.update_or_create(zone=zone, size=size, defaults={"width_mm": width})


@pytest.fixture
def order(standin):
    found = pay(place(waiting_bag()), standin)
    makers.work_off()
    mail.outbox.clear()
    return found


def kept(order) -> Inscription:
    return Inscription.objects.get(order_line__order=order)


def confirmable(order) -> set[str]:
    """The sizes that the page offers to confirm."""
    offered = size_first.choices(order, order.lines.get(), now=timezone.now())
    return {each.variant.size for each in offered if each.can_be_had}


def confirm(order, size: str = "52", *, shown: str | None = None, wish=None, line=None):
    line = line or order.lines.get()
    found = Inscription.objects.get(order_line=line)
    shown = engraving_changes.version(found) if shown is None else shown
    return size_first.confirm(
        order,
        line.pk,
        variant("halo-band", size=size).pk,
        wish=wish,
        shown=shown,
        language="en",
        by_id=None,
        now=timezone.now(),
    )


def wish(text: str = "A & P", **more):
    return replace(makers.engraving(variant("halo-band", size="54"), text), **more)


class TestWhileItWaits:
    def test_the_piece_is_kept_and_nothing_else_is_promised(self, order):
        assert Unit.objects.filter(order_line__order=order).count() == 1
        assert order.promised_on is None and order.due_on is None
        assert not BenchSlot.objects.filter(order_line__order=order).exists()
        job = Job.objects.get()
        assert (job.state, job.due_on) == (JobState.SIZE, None)
        assert Sizer.objects.get().state == SizerState.TO_SEND
        assert clock.of(read(order), now=timezone.now()) is None
        assert not promises.at_risk(now=timezone.now() + timedelta(days=90))

    def test_it_is_paid_at_once_since_no_bank_holds_an_amount_for_weeks(self, order):
        assert makers.attempt_of(order).captures_at_once

    def test_the_day_that_was_shown_is_no_agreement(self, standin):
        bag = waiting_bag()
        assert makers.totals_of(bag).waits_for_size
        assert place(bag, day=timezone.now().date()).promised_on is None

    def test_it_does_not_go_with_a_gift_that_has_no_address_yet(self):
        with pytest.raises(GiftOrSizer):
            place(waiting_bag(), gift=makers.BY_LINK)
        assert not Order.objects.exists()

    def test_a_sizer_is_wanted_only_once_the_order_is_paid(self, standin):
        order = place(waiting_bag())
        assert not Sizer.objects.exists()
        pay(order, standin)
        assert Sizer.objects.count() == 1

    def test_the_bench_cannot_take_it_up(self, order):
        engraver = makers.User.objects.create_user("ida@house.example", is_staff=True).pk
        with pytest.raises(JobElsewhere):
            working.take_up(Job.objects.get(), by_id=engraver)
        assert Job.objects.get().state == JobState.SIZE

    def test_other_pieces_of_the_order_are_engraved_meanwhile_but_nothing_is_packed(self, standin):
        bag = waiting_bag()
        makers.add(bag, variant("halo-band", size="50"), engraved="B")
        order = pay(place(bag), standin)
        other = Job.objects.get(inscription__text="B")
        assert other.state == JobState.WAITING and other.due_on
        for to in (JobState.TAKEN_UP, JobState.DONE):
            commissioning.move(other, to, by_id=None)
        commissioning.move(other, JobState.INSPECTED, by_id=makers.packer())
        order.refresh_from_db()
        assert order.status == OrderState.IN_ATELIER and order.promised_on is None

    def test_the_text_can_still_be_changed_and_goes_on_waiting(self, order):
        engraving_changes.edit(
            order,
            order.lines.get().pk,
            wish("P & A", waits_for_size=False),
            shown=engraving_changes.version(kept(order)),
            language="en",
            by_id=None,
            now=timezone.now(),
        )
        assert kept(order).text == "P & A" and kept(order).waits_for_size and Job.objects.get().state == JobState.SIZE

    def test_cancelling_gives_everything_back(self, order):
        assert read(order).can_be_cancelled
        ending.cancel(order, by_id=None, by_words="client")
        assert not Unit.objects.filter(order_line__order=order).exists()
        assert Sizer.objects.get().state == SizerState.CANCELLED and Job.objects.get().state == JobState.CANCELLED

    def test_leaving_the_engraving_out_ends_the_waiting_and_promises_the_day(self, order):
        line = order.lines.get()
        change = engraving_changes.withdraw(
            order, line.pk, shown=engraving_changes.version(kept(order)), by_id=None, now=timezone.now()
        )
        order.refresh_from_db()
        assert order.promised_on and change.after["promise"] == order.promised_on.isoformat()
        assert Sizer.objects.get().state == SizerState.CANCELLED
        with pytest.raises((SizeKnown, SeenBefore)):
            confirm(order)


class TestTheSameSize:
    def test_gives_the_bench_its_job_and_the_client_his_day(self, order):
        proof, change = kept(order).proof_sha256, confirm(order)
        order.refresh_from_db()
        job = Job.objects.get()
        slot = BenchSlot.objects.get(order_line__order=order)
        assert (job.state, job.due_on) == (JobState.WAITING, slot.day)
        assert order.bench_done_on == slot.day and order.promised_on > slot.day
        assert order.promised_on >= working_days_after(timezone.now().date(), 3, frozenset())
        assert kept(order).proof_sha256 == proof and not kept(order).waits_for_size
        assert (change.kind, change.after["promise"]) == (ChangeKind.SIZE, order.promised_on.isoformat())
        assert Consent.objects.filter(order=order, kind="final sale").count() == 1
        sizer = Sizer.objects.get()
        assert sizer.state == SizerState.CONFIRMED and sizer.confirmed_at
        makers.work_off()
        (letter,) = mail.outbox
        assert "size 52" in letter.body and "will be in your hands on" in letter.body

    def test_is_confirmed_once(self, order):
        shown = engraving_changes.version(kept(order))
        confirm(order, shown=shown)
        with pytest.raises(SeenBefore):
            confirm(order, shown=shown)
        with pytest.raises(SizeKnown):
            confirm(order)

    def test_of_one_piece_does_not_promise_an_order_of_which_another_waits(self, standin):
        bag = waiting_bag()
        makers.add(bag, variant("halo-band", size="50"), engraved="B")
        Inscription.objects.filter(bag_line__basket=bag).update(waits_for_size=True)
        order = pay(place(bag), standin)
        first, second = order.lines.order_by("pk")
        confirm(order, first.product.size, line=first)
        order.refresh_from_db()
        assert order.promised_on is None and BenchSlot.objects.filter(order_line=first).exists()
        makers.work_off()
        confirm(order, second.product.size, line=second)
        order.refresh_from_db()
        assert order.promised_on
        assert any("Another piece of your order still waits" in letter.body for letter in mail.outbox)

    def test_waits_while_the_house_checks_the_order(self, order):
        move(order, OrderState.UNDER_REVIEW)
        with pytest.raises(InReview):
            confirm(order)

    def test_is_refused_whole_when_the_bench_has_no_day(self, order):
        BenchSlot.objects.all().delete()
        with pytest.raises(BenchFull):
            confirm(order)
        assert kept(order).waits_for_size and Job.objects.get().state == JobState.SIZE


class TestAnotherSize:
    def test_whose_proof_differs_must_be_seen_and_confirmed_anew(self, order):
        narrow("54", "20.0")
        with pytest.raises(ProofDiffers):
            confirm(order, "54")
        with pytest.raises(NotConfirmed):
            confirm(order, "54", wish=wish(spelling_checked=False))
        assert kept(order).size == "52" and Unit.objects.get(order_line__order=order).variant.size == "52"
        old = Unit.objects.get(order_line__order=order)
        change = confirm(order, "54", wish=wish())
        line = order.lines.get()
        assert (line.product.size, kept(order).size) == ("54", "54") and "54" in line.variant_words
        assert line.partner_sku == line.product.stockrecords.get().partner_sku
        assert Unit.objects.get(order_line=line).variant == line.product
        old.refresh_from_db()
        assert old.order_line_id is None  # free for others
        assert Consent.objects.filter(order=order, kind="final sale").count() == 2
        assert change.before["size"] == "52" and change.after["size"] == "54" and change.after["proof"]
        order.refresh_from_db()
        assert order.promised_on and Job.objects.get().state == JobState.WAITING

    def test_in_which_the_proof_stays_as_it_is_needs_no_second_consent(self, order):
        for size in ("52", "54"):
            narrow(size, "30.0")
        found = kept(order)
        commissioning.rewrite(found, wish(), language="en", now=timezone.now())
        confirm(order, "54")
        assert kept(order).size == "54" and order.lines.get().product.size == "54"
        assert Consent.objects.filter(order=order, kind="final sale").count() == 1

    def test_in_which_it_does_not_fit_changes_nothing(self, order):
        narrow("54", "3.0")
        with pytest.raises(TooLong):
            confirm(order, "54")
        with pytest.raises(TooLong):
            confirm(order, "54", wish=wish())
        assert confirm(order, "54", wish=wish("A"))

    def test_that_nobody_has_left_changes_nothing(self, order):
        makers.keep_units(variant("halo-band", size="54"), 0)
        assert confirmable(order) > {"54"}  # made to order, so it can be had
        Product.objects.filter(slug="halo-band").update(made_to_order_weeks=None)
        assert "54" not in confirmable(order)
        with pytest.raises(SizeGone):
            confirm(order, "54", wish=wish())
        assert Unit.objects.get(order_line__order=order).variant.size == "52"
        assert kept(order).waits_for_size and kept(order).size == "52"

    def test_that_is_made_to_order_is_promised_after_its_weeks(self, order):
        new = variant("halo-band", size="54")
        makers.keep_units(new, 0)
        weeks = new.piece.made_to_order_weeks
        confirm(order, "54", wish=wish())
        order.refresh_from_db()
        assert not Unit.objects.filter(order_line__order=order).exists()
        assert BenchSlot.objects.get(order_line__order=order).day >= timezone.now().date() + timedelta(weeks=weeks)
        assert order.promised_on > BenchSlot.objects.get(order_line__order=order).day

    def test_that_costs_otherwise_is_not_offered(self, order):
        dear = variant("halo-band", size="54")
        Price.objects.filter(variant=dear).update(amount=99_000)
        line = order.lines.get()
        offered = size_first.choices(order, line, now=timezone.now())
        assert "54" not in [each.variant.size for each in offered] and any(each.is_ordered for each in offered)
        with pytest.raises(SizeNotOffered):
            confirm(order, "54", wish=wish())

    def test_of_another_piece_is_not_offered(self, order):
        line = order.lines.get()
        foreign = Product.objects.filter(parent__slug="halo-ring").first()
        with pytest.raises(SizeNotOffered):
            size_first.confirm(
                order,
                line.pk,
                foreign.pk,
                shown=engraving_changes.version(kept(order)),
                language="en",
                by_id=None,
                now=timezone.now(),
            )

    def test_takes_no_place_of_another_piece(self, order):
        other = Zone.objects.exclude(piece__slug="halo-band").first()
        with pytest.raises(OtherBench):
            confirm(order, "54", wish=wish(zone_id=other.pk))

    def test_money_stays_as_it_was(self, order):
        before = (order.total_incl_tax, order.lines.get().line_price_incl_tax)
        confirm(order, "54", wish=wish())
        order.refresh_from_db()
        assert (order.total_incl_tax, order.lines.get().line_price_incl_tax) == before


class TestTheSizer:
    def sent(self, order, days: int = 0) -> Sizer:
        sizer = Sizer.objects.get(line__order=order)
        sizers.send(sizer, by_id=makers.packer(), now=timezone.now() - timedelta(days=days))
        return sizer

    def test_is_sent_by_its_label_and_told(self, order):
        sizer = sizers.find(Sizer.objects.get().code.lower().replace("-", ""))
        sizers.send(sizer, by_id=makers.packer(), now=timezone.now())
        with pytest.raises(SizerElsewhere):
            sizers.send(sizer, by_id=makers.packer(), now=timezone.now())
        makers.work_off()
        (letter,) = mail.outbox
        assert "Your sizer is on its way" in letter.subject and order.access_key in letter.body

    def test_that_was_lost_is_sent_again_under_another_code(self, order):
        sizer = self.sent(order)
        code = sizer.code
        sizers.send_again(sizer)
        assert Sizer.objects.get().code != code and Sizer.objects.get().state == SizerState.TO_SEND

    def test_is_not_sent_any_more_once_the_size_is_known(self, order):
        sizer = Sizer.objects.get()
        confirm(order)
        with pytest.raises(SizerElsewhere):
            sizers.send(sizer, by_id=makers.packer(), now=timezone.now())

    def test_client_and_then_adviser_are_asked_each_once(self, order):
        self.sent(order)
        makers.work_off()
        mail.outbox.clear()
        seen = []
        for days in (1, 8, 8, 15, 29, 29, 60):
            sizers.ask(now=timezone.now() + timedelta(days=days))
            makers.work_off()
            seen.append(len(mail.outbox))
        assert seen == [0, 1, 1, 2, 3, 3, 3]
        assert "We wait for your size" in mail.outbox[0].subject
        adviser = mail.outbox[2]
        assert adviser.to != mail.outbox[0].to and order.number in adviser.subject
        assert Job.objects.get().state == JobState.SIZE  # nothing is engraved blindly
        assert sizers.rounds().overdue

    def test_a_reminder_that_the_answer_has_overtaken_is_not_sent(self, order):
        self.sent(order)
        makers.work_off()
        mail.outbox.clear()
        sizers.ask(now=timezone.now() + timedelta(days=8))
        confirm(order)
        makers.work_off()
        assert ["size is confirmed" in letter.subject for letter in mail.outbox] == [True]


class TestOnThePages:
    PIECE = "/eu/en/pieces/halo-band/"

    def engrave(self, client, **more):
        form = {"inscription": "A & P", "face": "roman", "metal": "yellow", "size": "52"}
        shown = client.post(f"{self.PIECE}engrave/", {**form, "act": "show"}).content.decode()
        form["proof"] = re.search(r'name="proof" value="([^"]+)"', shown).group(1)
        sent = {**form, "spelling": "yes", "final_sale": "yes", "act": "keep", **more}
        assert client.post(f"{self.PIECE}engrave/", sent).status_code == 302

    def test_it_is_asked_for_in_the_panel_on_the_piece_and_in_the_bag(self, client):
        self.engrave(client, sizer="yes")
        page = client.get(f"{self.PIECE}?metal=yellow&size=52").content.decode()
        assert re.search(r'name="sizer" value="yes" checked', page) and "Counted from the day" in page
        form = {"piece": "halo-band", "metal": "yellow", "size": "52", "sizer_asked": "yes"}
        client.post("/eu/en/bag/add/", {**form, "sizer": "yes"})
        assert Inscription.objects.get().waits_for_size
        page = client.get("/eu/en/bag/").content.decode()
        assert "A sizer comes first" in page
        reference = re.search(r"/bag/lines/([^/]+)/", page).group(1)
        client.post(f"/eu/en/bag/lines/{reference}/", {"act": "no-sizer"})
        assert not Inscription.objects.get().waits_for_size
        client.post(f"/eu/en/bag/lines/{reference}/", {"act": "sizer"})
        page = client.get("/eu/en/checkout/").content.decode()
        assert "counted from your confirmation of the size" in page and "until its size is confirmed" in page

    def test_taken_away_on_the_piece_it_does_not_wait(self, client):
        self.engrave(client, sizer="yes")
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52", "sizer_asked": "yes"})
        assert not Inscription.objects.get().waits_for_size

    def test_a_piece_taken_out_of_the_bag_comes_back_with_its_sizer(self, client):
        self.engrave(client, sizer="yes")
        form = {"piece": "halo-band", "metal": "yellow", "size": "52"}
        client.post("/eu/en/bag/add/", form)
        reference = re.search(r"/bag/lines/([^/]+)/", client.get("/eu/en/bag/").content.decode()).group(1)
        client.post(f"/eu/en/bag/lines/{reference}/", {"act": "remove"})
        client.post("/eu/en/bag/add/", form)
        assert Inscription.objects.get().waits_for_size

    def test_pieces_without_sizes_have_none(self, client):
        assert 'name="sizer"' not in client.get("/eu/en/pieces/filament-plate/engrave/").content.decode()
        bag = waiting_bag(slug="filament-plate", size="")
        line = bag.lines.get()
        bags.change_sizer(bag, line.line_reference, wanted=True)
        assert not Inscription.objects.get(bag_line=line).waits_for_size

    def address(self, order, *more) -> str:
        return "/".join([f"/eu/en/orders/{order.number}", *map(str, more), ""])

    @pytest.fixture
    def visitor(self, client, order):
        client.get(f"{self.address(order)}?key={order.access_key}")
        return client

    def test_the_order_says_what_it_waits_for_and_takes_the_answer(self, visitor, order):
        page = visitor.get(self.address(order)).content.decode()
        assert "Your engraving waits for your size" in page and "confirmed today, it would be" in page
        assert "In your hands on" not in page
        address = self.address(order, "change/size", order.lines.get().pk)
        page = visitor.get(address).content.decode()
        shown = re.search(r'name="shown" value="([^"]+)"', page).group(1)
        answer = visitor.post(address, {"shown": shown, "size": variant("halo-band", size="52").pk}, follow=True)
        page = answer.content.decode()
        assert "Your size is confirmed" in page and "In your hands on" in page and "waits for your size" not in page
        assert "is confirmed already" in visitor.get(address, follow=True).content.decode()

    def test_another_size_leads_through_the_panel(self, visitor, order):
        narrow("54", "20.0")
        new = variant("halo-band", size="54")
        address = self.address(order, "change/size", order.lines.get().pk)
        shown = re.search(r'name="shown" value="([^"]+)"', visitor.get(address).content.decode()).group(1)
        answer = visitor.post(address, {"shown": shown, "size": new.pk})
        assert answer.status_code == 303 and f"/{new.pk}/of/" in answer["Location"]
        page = visitor.get(answer["Location"]).content.decode()
        assert "laid out anew" in page and 'name="sizer"' not in page and "20.0" in page
        proof = re.search(r'name="proof" value="([^"]+)"', page).group(1)
        form = {"inscription": "A & P", "face": "roman", "proof": proof, "act": "keep"}
        assert visitor.post(answer["Location"], form).status_code == 422
        answer = visitor.post(answer["Location"], {**form, "spelling": "yes", "final_sale": "yes"}, follow=True)
        assert "Your size is confirmed" in answer.content.decode()
        assert kept(order).size == "54"

    def test_a_size_in_which_it_does_not_fit_is_helped_by_the_panel(self, visitor, order):
        narrow("54", "3.0")
        address = self.address(order, "change/size", order.lines.get().pk)
        shown = re.search(r'name="shown" value="([^"]+)"', visitor.get(address).content.decode()).group(1)
        answer = visitor.post(address, {"shown": shown, "size": variant("halo-band", size="54").pk}, follow=True)
        assert "Please shorten it" in answer.content.decode()

    def test_nothing_chosen_is_said(self, visitor, order):
        answer = visitor.post(self.address(order, "change/size", order.lines.get().pk), {"size": "9999"})
        assert answer.status_code == 422 and "choose your size" in answer.content.decode()

    def test_nobody_else_reaches_it(self, client, order):
        line = order.lines.get().pk
        for rest in (("change/size", line), ("change/size", line, variant("halo-band", size="54").pk, "of", "x")):
            assert client.get(self.address(order, *rest)).status_code == 404
            assert client.post(self.address(order, *rest), {}).status_code == 404

    def test_leaving_it_out_says_that_the_day_is_promised_then(self, visitor, order):
        page = visitor.get(self.address(order, "change/engraving", order.lines.get().pk, "off")).content.decode()
        assert "As no size is waited for any more" in page

    @pytest.mark.parametrize("language", ["zh-hans", "fr"])
    def test_it_speaks_the_other_languages(self, client, order, language):
        address = f"/eu/{language}/orders/{order.number}/"
        assert client.get(f"{address}?key={order.access_key}", follow=True).status_code in (200, 404)

"""A client changes or leaves out an engraving until the bench scans its card; the house says until when, and whom to ask then."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from checkout import engraving_changes
from checkout.order.models import ChangeKind, Consent, OrderChange
from checkout.order.moving import move
from checkout.order.reading import read
from checkout.order.states import OrderState
from checkout.refusals import AlreadySo, EngravingBegun, InReview, OtherBench, SeenBefore, TooLate
from services.engraving import commissioning, proof, working
from services.engraving.models import BenchSlot, Inscription, Job, JobState, Zone
from services.engraving.refusals import CardVoid, NotConfirmed, TooLong
from tests import makers
from tests.makers import fill, pay, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def order(standin):
    found = pay(place(fill(variant("halo-band", size="52"), engraved="A & P")), standin)
    makers.work_off()
    mail.outbox.clear()
    return found


@pytest.fixture
def engraver() -> int:
    return makers.User.objects.create_user("ida@house.example", is_staff=True, name="Ida").pk


def wish(text: str, **more):
    return replace(makers.engraving(variant("halo-band", size="52"), text), **more)


def edit(order, text: str = "P & A", *, shown: str | None = None, **more):
    line = order.lines.get()
    shown = engraving_changes.version(Inscription.objects.get(order_line=line)) if shown is None else shown
    return engraving_changes.edit(order, line.pk, wish(text, **more), shown=shown, language="en", by_id=None, now=timezone.now())


def withdraw(order, *, shown: str | None = None):
    line = order.lines.get()
    shown = engraving_changes.version(Inscription.objects.get(order_line=line)) if shown is None else shown
    return engraving_changes.withdraw(order, line.pk, shown=shown, by_id=None, now=timezone.now())


class TestAnotherEngraving:
    def test_is_kept_with_its_proof_and_both_consents_and_is_told(self, order):
        total, day = order.total_incl_tax, order.due_on
        before = Inscription.objects.get(order_line__order=order).proof_sha256
        change = edit(order)
        kept = Inscription.objects.get(order_line__order=order)
        assert kept.text == "P & A" and kept.proof_sha256 == proof.sha256(kept.proof_svg) != before
        assert (change.kind, change.before["engraving"], change.after["engraving"]) == (ChangeKind.ENGRAVING, "A & P", "P & A")
        assert (change.before["proof"], change.after["proof"]) == (before, kept.proof_sha256)
        assert list(Consent.objects.filter(order=order).values_list("kind", flat=True)).count("final sale") == 2
        order.refresh_from_db()
        assert (order.total_incl_tax, order.due_on) == (total, day)
        makers.work_off()
        (letter,) = mail.outbox
        assert "A & P" in letter.body and "P & A" in letter.body and kept.proof_sha256 not in letter.body
        assert any(part.get("Content-ID") for part in letter.attachments if hasattr(part, "get"))

    def test_makes_the_printed_card_void(self, order):
        code = Job.objects.get().code
        edit(order)
        with pytest.raises(CardVoid):
            working.find(code)
        assert working.find(Job.objects.get().code).state == JobState.WAITING

    def test_is_refused_once_the_bench_has_it(self, order, engraver):
        working.take_up(Job.objects.get(), by_id=engraver)
        with pytest.raises(EngravingBegun) as no:
            edit(order)
        assert "@" in no.value.sentence()  # whom to ask
        with pytest.raises(EngravingBegun):
            withdraw(order)
        assert not OrderChange.objects.exists()

    def test_is_possible_again_when_the_bench_puts_it_back(self, order, engraver):
        job = Job.objects.get()
        working.take_up(job, by_id=engraver)
        working.put_back(job, by_id=engraver)
        assert edit(order)

    def test_must_fit_and_be_confirmed_like_the_first(self, order):
        with pytest.raises(TooLong):
            edit(order, "Far too long for so small a place on so small a ring, and longer still")
        with pytest.raises(NotConfirmed):
            edit(order, spelling_checked=False)
        assert Inscription.objects.get(order_line__order=order).text == "A & P"

    def test_that_says_the_same_changes_nothing(self, order):
        code = Job.objects.get().code
        with pytest.raises(AlreadySo):
            edit(order, "A & P")
        assert Job.objects.get().code == code and not OrderChange.objects.exists()

    def test_is_not_written_over_another_tab(self, order):
        shown = engraving_changes.version(Inscription.objects.get(order_line__order=order))
        edit(order, shown=shown)
        with pytest.raises(SeenBefore):
            edit(order, "Third", shown=shown)

    def test_stays_on_the_same_piece_and_at_the_same_bench(self, order):
        zone = Inscription.objects.get(order_line__order=order).zone
        others = Zone.objects.exclude(piece=zone.piece)
        with pytest.raises(OtherBench):
            edit(order, zone_id=others[0].pk)

    def test_waits_while_the_house_checks_the_order_and_ends_with_it(self, order):
        move(order, OrderState.UNDER_REVIEW)
        with pytest.raises(InReview):
            edit(order)
        move(order, OrderState.CANCELLED)
        with pytest.raises(TooLate):
            edit(order)

    def test_of_an_order_that_is_not_paid_yet_goes_to_the_bench_as_it_is_then(self, standin):
        order = place(fill(variant("halo-band", size="52"), engraved="A & P"))
        edit(order)
        pay(order, standin)
        assert Job.objects.get().inscription.text == "P & A"


class TestWithoutTheEngraving:
    def test_the_piece_can_be_returned_and_the_bench_has_its_place_back(self, order):
        day = order.due_on
        withdraw(order)
        line = order.lines.get()
        assert line.returnable and line.right_code == "withdrawal"
        assert not BenchSlot.objects.filter(order_line=line).exists()
        assert Job.objects.get().state == JobState.CANCELLED
        assert read(order).lines[0].inscription is None
        assert Inscription.objects.get(order_line=line).withdrawn_at  # what was agreed stays on record
        order.refresh_from_db()
        assert order.due_on == day
        makers.work_off()
        assert "A & P" in mail.outbox[0].body

    def test_it_is_left_out_once(self, order):
        shown = engraving_changes.version(Inscription.objects.get(order_line__order=order))
        withdraw(order, shown=shown)
        with pytest.raises(SeenBefore):
            withdraw(order, shown=shown)

    def test_an_order_that_waited_for_it_alone_goes_on_to_packing(self, standin, engraver):
        bag = fill(variant("halo-band", size="52"), engraved="A")
        makers.add(bag, variant("halo-band", size="50"), engraved="B")
        order = pay(place(bag), standin)
        first, second = Job.objects.order_by("pk")
        for to in (JobState.TAKEN_UP, JobState.DONE):
            commissioning.move(first, to, by_id=None)
        commissioning.move(first, JobState.INSPECTED, by_id=engraver)
        line = second.inscription.order_line
        shown = engraving_changes.version(second.inscription)
        engraving_changes.withdraw(order, line.pk, shown=shown, by_id=None, now=timezone.now())
        order.refresh_from_db()
        assert order.status == OrderState.READY_TO_PACK

    def test_of_an_order_that_is_not_paid_yet_the_bench_never_hears_of_it(self, standin):
        order = place(fill(variant("halo-band", size="52"), engraved="A & P"))
        withdraw(order)
        pay(order, standin)
        assert not Job.objects.exists()


class TestOnThePage:
    def address(self, order, name: str = "order") -> str:
        args = {"order": "", "edit": f"change/engraving/{order.lines.get().pk}/"}
        args["off"] = f"{args['edit']}off/"
        return f"/eu/en/orders/{order.number}/{args[name]}"

    @pytest.fixture
    def visitor(self, client, order):
        client.get(f"{self.address(order)}?key={order.access_key}")
        return client

    def test_the_clock_says_until_when_and_then_whom_to_ask(self, visitor, order, engraver):
        page = visitor.get(self.address(order)).content.decode()
        assert "you can change the engraving until the engraver takes it up" in page and "09:00" in page
        assert "Leave out the engraving: Halo band" in page
        BenchSlot.objects.filter(order_line__order=order).update(day=timezone.now().date() - timedelta(days=3))
        assert "you can still change the engraving" in visitor.get(self.address(order)).content.decode()
        working.take_up(Job.objects.get(), by_id=engraver)
        page = visitor.get(self.address(order)).content.decode()
        assert "the engraver has taken it up" in page and "Leave out the engraving" not in page
        for name in ("edit", "off"):
            answer = visitor.get(self.address(order, name), follow=True)
            assert "has taken up your piece" in answer.content.decode()

    def test_the_panel_changes_it(self, visitor, order):
        answer = visitor.get(self.address(order, "edit"))
        assert answer.status_code == 302
        page = visitor.get(answer["Location"]).content.decode()
        assert "A &amp; P" in page
        form = {"inscription": "P & A", "face": "roman"}
        shown = visitor.post(answer["Location"], {**form, "act": "show"}).content.decode()
        proofed = re.search(r'name="proof" value="([^"]+)"', shown).group(1)
        sent = {**form, "proof": proofed, "spelling": "yes", "final_sale": "yes", "act": "keep"}
        assert visitor.post(answer["Location"], sent)["Location"].endswith(f"/orders/{order.number}/")
        assert Inscription.objects.get(order_line__order=order).text == "P & A"
        again = visitor.post(answer["Location"], {**sent, "inscription": "P & A"})
        assert again.status_code == 422 and "changed since you opened" in again.content.decode()

    def test_a_change_while_the_panel_was_open_keeps_what_was_typed(self, visitor, order, engraver):
        address = visitor.get(self.address(order, "edit"))["Location"]
        form = {"inscription": "P & A", "face": "roman", "spelling": "yes", "final_sale": "yes"}
        shown = visitor.post(address, {**form, "act": "show"}).content.decode()
        form["proof"] = re.search(r'name="proof" value="([^"]+)"', shown).group(1)
        working.take_up(Job.objects.get(), by_id=engraver)
        answer = visitor.post(address, {**form, "act": "keep"})
        page = answer.content.decode()
        assert answer.status_code == 422 and "has taken up your piece" in page and "P &amp; A" in page
        assert Inscription.objects.get(order_line__order=order).text == "A & P"

    def test_it_is_left_out_after_a_confirmation(self, visitor, order):
        page = visitor.get(self.address(order, "off")).content.decode()
        shown = re.search(r'name="shown" value="([^"]+)"', page).group(1)
        assert "can be returned like any other" in page
        answer = visitor.post(self.address(order, "off"), {"shown": shown}, follow=True)
        assert "comes without its engraving" in answer.content.decode()
        assert "Made for you" not in answer.content.decode()

    def test_nobody_else_reaches_it(self, client, order):
        for name in ("edit", "off"):
            assert client.get(self.address(order, name)).status_code == 404
            assert client.post(self.address(order, name), {}).status_code == 404

    def test_a_line_of_another_order_is_not_found(self, visitor, order, standin):
        who = makers.buyer("bea")
        other = place(fill(variant("halo-band", size="52"), who=who, engraved="B"), who=who)
        foreign = f"/eu/en/orders/{order.number}/change/engraving/{other.lines.get().pk}/"
        assert visitor.get(foreign).status_code == 404

"""Words on the lid of a box: the same craft as on a piece, once for each box, from the bag to the seal."""

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from checkout import bench_cards, changing, ending, engraving_changes, fulfilling, giving, parcels, receipts, remaking, slips
from checkout.basket import bags, contents
from checkout.basket.refusals import NoLid
from checkout.invoicing.models import Document
from checkout.order.models import Consent, Order, OrderChange
from checkout.order.reading import read
from checkout.order.states import OrderState
from checkout.packing import bench
from checkout.refunds import reckoning
from checkout.refunds.models import Refund
from checkout.refusals import EngravingBegun, LidEngraved, PayFirst, SeenBefore, TotalChanged
from services.engraving import commissioning, exporting, proof, reserving, working, zoning
from services.engraving.geometry import usable_area
from services.engraving.inscription import lay_out
from services.engraving.models import BenchSlot, Inscription, Job, JobMove, JobState, Station, Zone
from services.engraving.outlines import inked
from services.engraving.refusals import NotConfirmed, NotReviewed, SamePerson, TooLong
from services.engraving.surfaces import LID, PIECE
from services.foundation import house as house_of
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.house import house as the_house
from services.foundation.regions.models import Region
from services.foundation.units.models import Unit
from services.gifting import wrapping
from services.gifting.models import PackingOption, StockMove
from tests import makers
from tests.makers import GIFT, fill, on_lid, pay, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def lid_of(order) -> Inscription:
    return Inscription.objects.get(order_line__order=order, surface=LID)


def engraver(name: str) -> int:
    return makers.User.objects.create_user(f"{name}@house.example", is_staff=True, name=name.title()).pk


def engrave(job: Job, by: int, inspected_by: int | None = None) -> None:
    working.take_up(job, by_id=by)
    commissioning.move(job, JobState.DONE, by_id=by)
    if inspected_by:
        commissioning.move(job, JobState.INSPECTED, by_id=inspected_by)


@pytest.fixture
def order(standin):
    return pay(place(fill(variant(), engraved="A & P", gift=GIFT, lid=on_lid())), standin)


@pytest.fixture
def plain(standin):
    """A gift whose piece is not engraved: only the lid of its box is."""
    return pay(place(fill(variant(), gift=GIFT, lid=on_lid())), standin)


class TestTheZone:
    def test_belongs_to_a_piece_or_to_a_box(self):
        zone = Zone.objects.get(box__code="garnet")
        assert zone.surface == LID and Zone.objects.filter(piece__isnull=False).first().surface == PIECE
        zone.piece_id = variant().piece.pk
        with pytest.raises(IntegrityError), transaction.atomic():
            zone.save()

    def test_is_no_larger_than_its_lid(self):
        zone = Zone.objects.get(box__code="garnet")
        assert not zoning.problems(zone)
        zone.width_mm = zone.box.length_mm + 1
        assert {problem.code for problem in zoning.problems(zone)} == {"lid"}

    @pytest.mark.parametrize("text", ["A", "For Berthe", "Für dich\nBerthe", "执子之手\n与子偕老", "I" * 12])
    def test_holds_its_words_and_never_lets_them_out(self, text):
        zone = Zone.objects.get(box__code="garnet")
        layout = lay_out(text, face="kai" if "执" in text else "roman", area=zoning.area_of(zone))
        assert usable_area(layout.area).buffer(1e-6).covers(inked(layout.glyphs))

    def test_refuses_what_does_not_fit(self):
        with pytest.raises(TooLong):
            lay_out("W" * 90, face="roman", area=zoning.area_of(Zone.objects.get(box__code="garnet")))


class TestInTheBag:
    def test_words_need_a_box_of_the_line_and_its_own_zone(self):
        bag = fill(variant(), gift=GIFT)
        line = bag.lines.get()
        with pytest.raises(NoLid):
            change(bag, line, on_lid(box="ivory"))
        change(bag, line, on_lid())
        assert bag.lines.get().lid_inscription.text == "For Berthe"
        assert bag.lines.get().inscription is None
        with pytest.raises(NoLid):
            fill(variant(), gift=replace(GIFT, box="ivory"), lid=on_lid())

    def test_both_surfaces_carry_their_own(self):
        bag = fill(variant(), engraved="A & P", gift=GIFT, lid=on_lid())
        line = bag.lines.get()
        assert (line.inscription.text, line.lid_inscription.text) == ("A & P", "For Berthe")
        change(bag, line, None)
        assert bag.lines.get().inscription and not bag.lines.get().lid_inscription

    def test_are_agreed_to_on_their_proof(self):
        bag = fill(variant(), gift=GIFT)
        with pytest.raises(NotConfirmed):
            change(bag, bag.lines.get(), replace(on_lid(), final_sale_accepted=False))
        with pytest.raises(NotReviewed):
            change(bag, bag.lines.get(), replace(on_lid(), proof="0" * 64))
        change(bag, bag.lines.get(), on_lid())
        kept = bag.lines.get().lid_inscription
        assert kept.proof_sha256 == proof.sha256(kept.proof_svg)
        assert "box with my words" in kept.final_sale_words  # the piece in it can be returned

    def test_go_with_their_box(self):
        bag = fill(variant(), gift=GIFT, lid=on_lid())
        host = bag.lines.get()
        guest = makers.add(bag, variant(size="54"))
        bags.share_box(bag, guest.line_reference, host.line_reference)
        with pytest.raises(NoLid):
            change(bag, guest, on_lid())  # one lid a box
        bags.remove(bag, host.line_reference)
        assert bag.lines.get().lid_inscription.text == "For Berthe"
        bags.change_packing(bag, guest.line_reference, None)
        assert not Inscription.objects.filter(bag_line__basket=bag).exists()

    def test_are_taken_off_with_another_box(self):
        bag = fill(variant(), gift=GIFT, lid=on_lid())
        bags.change_packing(bag, bag.lines.get().line_reference, replace(GIFT, ribbon="garnet"))
        assert bag.lines.get().lid_inscription
        bags.change_packing(bag, bag.lines.get().line_reference, replace(GIFT, box="ivory"))
        assert bag.lines.get().lid_inscription is None

    def test_cost_no_query_for_each_line(self):
        def queries(bag):
            with CaptureQueriesContext(connection) as seen:
                for item in contents.of(bag, region=Region.objects.get(pk="eu"), now=timezone.now()).items:
                    assert item.lid.zone.box and item.can_have_lid
            return len(seen)

        bag = fill(variant(), gift=GIFT, lid=on_lid())
        one = queries(bag)
        makers.add(bag, variant(size="54"), gift=GIFT, lid=on_lid("B"))
        assert queries(bag) == one


def change(bag, line, wish):
    bags.change_lid(bag, line.line_reference, wish, language="en", now=timezone.now())


class TestPlaced:
    def test_the_proof_goes_with_the_order_byte_for_byte_and_each_consent_with_it(self):
        bag = fill(variant(), engraved="A & P", gift=GIFT, lid=on_lid())
        agreed = bag.lines.get().lid_inscription
        order = place(bag)
        kept = lid_of(order)
        assert (kept.proof_svg, kept.proof_sha256) == (agreed.proof_svg, agreed.proof_sha256)
        words = list(Consent.objects.filter(order=order, kind="final sale").values_list("text", flat=True))
        assert sorted(words) == sorted([kept.final_sale_words, order.lines.get().inscription.final_sale_words])

    def test_the_piece_in_an_engraved_box_can_be_returned(self, plain):
        assert plain.lines.get().returnable and plain.lines.get().right_code == "withdrawal"

    def test_each_surface_has_its_own_place_at_the_bench(self, order):
        slots = BenchSlot.objects.filter(order_line__order=order).select_related("station")
        assert {slot.surface: slot.station.methods for slot in slots} == {PIECE: ["laser"], LID: ["hot stamp"]}
        jobs = {job.inscription.surface: job for job in Job.objects.select_related("inscription")}
        for slot in slots:
            assert jobs[slot.surface].due_on == slot.day <= order.bench_done_on

    def test_the_promise_counts_the_lid(self):
        Station.objects.filter(methods=["hot stamp"]).get()
        bare, engraved = (makers.totals_of(fill(variant(), gift=GIFT, lid=lid)) for lid in (None, on_lid()))
        assert engraved.promise.bench_done_on > bare.promise.bench_done_on
        assert [want.surface for want in engraved.wants] == [LID]

    def test_a_cancelled_order_gives_its_places_back(self, order):
        ending.cancel(order, by_id=None, by_words="client")
        assert not BenchSlot.objects.exclude(order_line=None).exists()
        assert not BenchSlot.objects.filter(order_line=None).exclude(surface="").exists()
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.CANCELLED}

    def test_a_day_of_rest_moves_the_place_of_its_own_surface(self, order):
        press = Station.objects.get(methods=["hot stamp"])
        before = BenchSlot.objects.get(order_line__order=order, surface=LID)
        others = BenchSlot.objects.get(order_line__order=order, surface=PIECE)
        press.rests.create(day=before.day)
        (moved,) = reserving.plan_ahead(today=timezone.now().date())
        assert moved.after > before.day
        makers.work_off()
        assert BenchSlot.objects.get(order_line__order=order, surface=PIECE) == others
        jobs = {job.inscription.surface: job.due_on for job in Job.objects.select_related("inscription")}
        assert jobs == {LID: moved.after, PIECE: others.day}

    def test_a_gift_by_link_reserves_both_when_it_is_accepted(self, standin):
        gift = makers.proven(makers.given(standin, engraved="A & P", gift=GIFT, lid=on_lid()))
        assert not BenchSlot.objects.exclude(order_line=None).exists()
        order = giving.accept(gift, makers.RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now())
        assert set(BenchSlot.objects.filter(order_line__order=order).values_list("surface", flat=True)) == {PIECE, LID}
        assert Job.objects.filter(state=JobState.WAITING).count() == 2


class TestInTheWindow:
    def edit(self, order, text="For Anna", **how):
        shown = how.pop("shown", engraving_changes.version(lid_of(order)))
        line = order.lines.get().pk
        args = {"shown": shown, "language": "en", "by_id": None, "now": timezone.now(), "surface": LID}
        return engraving_changes.edit(order, line, replace(on_lid(text), **how), **args)

    def withdraw(self, order, shown=None):
        shown = shown or engraving_changes.version(lid_of(order))
        args = {"shown": shown, "by_id": None, "now": timezone.now(), "surface": LID}
        return engraving_changes.withdraw(order, order.lines.get().pk, **args)

    def test_its_words_change_until_the_bench_has_them(self, order):
        codes = {job.inscription.surface: job.code for job in Job.objects.select_related("inscription")}
        made = self.edit(order)
        assert (made.before["lid"], made.after["lid"]) == ("For Berthe", "For Anna")
        assert order.lines.get().inscription.text == "A & P"
        after = {job.inscription.surface: job.code for job in Job.objects.select_related("inscription")}
        assert after[PIECE] == codes[PIECE] and after[LID] != codes[LID]  # only its own card is void
        makers.work_off()
        letter = mail.outbox[-1]
        assert "For Anna" in letter.body and "lid" in letter.body
        working.take_up(Job.objects.get(inscription__surface=LID), by_id=engraver("ida"))
        with pytest.raises(EngravingBegun):
            self.edit(order, "Later")
        with pytest.raises(EngravingBegun):
            self.withdraw(order)

    def test_one_surface_under_the_tool_leaves_the_other_open(self, order):
        working.take_up(Job.objects.get(inscription__surface=PIECE), by_id=engraver("ida"))
        assert self.edit(order)

    def test_it_is_left_out_and_the_piece_keeps_its_engraving_and_its_rights(self, order):
        shown = engraving_changes.version(lid_of(order))
        self.withdraw(order, shown)
        with pytest.raises(SeenBefore):
            self.withdraw(order, shown)
        (item,) = read(order).lines
        assert item.lid is None and item.inscription.text == "A & P"
        assert not order.lines.get().returnable
        assert list(BenchSlot.objects.filter(order_line__order=order).values_list("surface", flat=True)) == [PIECE]
        assert Job.objects.get(inscription__surface=LID).state == JobState.CANCELLED
        assert OrderChange.objects.get().after["lid"] == ""

    def test_an_order_that_waited_for_the_lid_alone_goes_on_to_packing(self, order):
        ida, ivo = engraver("ida"), engraver("ivo")
        engrave(Job.objects.get(inscription__surface=PIECE), ida, ivo)
        order.refresh_from_db()
        assert order.status == OrderState.IN_ATELIER
        self.withdraw(order)
        order.refresh_from_db()
        assert order.status == OrderState.READY_TO_PACK

    def test_the_box_stays_while_words_belong_to_it(self, order):
        kept = order.lines.get().wrapping

        def change(**fields):
            shown = changing.gift_version(type(kept).objects.get(pk=kept.pk))
            wish = replace(wrapping.wish_of(kept), **fields)
            return changing.gift(order, order.lines.get().pk, wish, shown=shown, by_id=None, now=timezone.now())

        with pytest.raises(LidEngraved):
            change(box="ivory")
        assert change(ribbon="garnet")
        self.withdraw(order)
        assert change(box="ivory")


class TestAtTheBench:
    def test_the_order_waits_for_the_lid_before_it_is_packed(self, plain):
        job = Job.objects.get()
        assert not bench.is_for_packing(plain)
        with pytest.raises(fulfilling.BenchNotDone):
            makers.close(plain)
        ida, ivo = engraver("ida"), engraver("ivo")
        engrave(job, ida)
        with pytest.raises(SamePerson):
            commissioning.move(job, JobState.INSPECTED, by_id=ida)
        assert not bench.is_for_packing(plain)
        commissioning.move(job, JobState.INSPECTED, by_id=ivo)
        plain.refresh_from_db()
        assert plain.status == OrderState.READY_TO_PACK and bench.is_for_packing(plain)

    def test_the_packer_scans_the_card_of_the_very_box(self, plain):
        job = Job.objects.get()
        engrave(job, engraver("ida"), engraver("ivo"))
        plain.refresh_from_db()
        box = next(part for part in bench.checklist(plain).parts if part.kind == "box")
        assert box.code == job.code and "For Berthe" in box.words
        with pytest.raises(bench.WrongPart):
            bench.scan(plain, "BOX-GARNET", by_id=makers.packer(), now=timezone.now())
        makers.pack(plain)
        plain.refresh_from_db()
        assert plain.status == OrderState.PACKED

    def test_a_spoiled_lid_takes_another_box_and_leaves_the_piece_alone(self, order):
        stock = PackingOption.objects.get(kind="box", code="garnet").stock
        unit = Unit.objects.get(order_line__order=order)
        job, ida = Job.objects.get(inscription__surface=LID), engraver("ida")
        working.take_up(job, by_id=ida)
        code = job.code
        assert remaking.fail(job, reason="slipped", words="", unit_ids=[], by_id=ida, now=timezone.now())
        job.refresh_from_db()
        assert (job.state, job.remakes) == (JobState.WAITING, 1) and job.code != code
        assert Unit.objects.get(order_line__order=order) == unit
        assert PackingOption.objects.get(kind="box", code="garnet").stock == stock - 1
        assert StockMove.objects.filter(reason="spoilt", by=ida).count() == 1
        slot = BenchSlot.objects.filter(order_line__order=order, surface=LID).latest("day")
        assert slot.station.methods == ["hot stamp"] and slot.day == job.due_on
        makers.work_off()
        letter = next(m for m in mail.outbox if "anew" in m.subject)
        assert "new box" in letter.body and "new piece" not in letter.body
        assert JobMove.objects.filter(job=job, new_state=JobState.FAILED).get().reason == "slipped"

    def test_without_another_box_it_waits_and_nothing_is_given_back_twice(self, plain):
        box = PackingOption.objects.get(kind="box", code="garnet")
        PackingOption.objects.filter(pk=box.pk).update(stock=0)
        job, ida = Job.objects.get(), engraver("ida")
        working.take_up(job, by_id=ida)
        assert not remaking.fail(job, reason="slipped", words="", unit_ids=[], by_id=ida, now=timezone.now())
        makers.work_off()
        assert "no second box" in next(m for m in mail.outbox if "anew" in m.subject).body
        with pytest.raises(remaking.NoPieceYet):
            remaking.resume(job, by_id=ida, now=timezone.now())
        PackingOption.objects.filter(pk=box.pk).update(stock=1)
        remaking.resume(job, by_id=ida, now=timezone.now())
        box.refresh_from_db()
        assert box.stock == 0 and Job.objects.get().state == JobState.WAITING

    def test_the_card_and_the_files_say_the_box(self, order):
        job = Job.objects.get(inscription__surface=LID)
        work = bench_cards.of_job(job.pk)
        assert work.title == "Garnet box" and "Halo band" in work.variant and work.station == "Stamping press"
        assert work.metal == ""
        page = "".join(p.extract_text() for p in PdfReader(io.BytesIO(bench_cards.pdf_of([work]))).pages)
        for said in (job.code, "Garnet box", "Halo band", "Middle of the lid", "Hot stamping", "True size"):
            assert said in page
        kept = job.inscription
        width, height = Decimal(kept.width_mm), Decimal(kept.height_mm)
        assert f'viewBox="0 0 {width} {height}"' in kept.proof_svg
        assert exporting.dxf(kept.proof_svg)

    def test_papers_and_letters_show_it(self, order):
        slip = "".join(p.extract_text() for p in PdfReader(io.BytesIO(slips.pdf_of(order))).pages)
        assert "On the lid of the box" in slip
        receipt = "".join(p.extract_text() for p in PdfReader(io.BytesIO(receipts.pdf_of(order, read(order)))).pages)
        assert "For Berthe" in receipt
        makers.work_off()
        letter = next(m for m in mail.outbox if "confirmed" in m.subject)
        assert "For Berthe" in letter.body
        assert sum(1 for part in letter.attachments if hasattr(part, "get") and part.get("Content-ID")) == 2


class TestPriced:
    """Words on a lid that cost something: agreed to in the total, told apart on every paper, and given back when left out."""

    @pytest.fixture(autouse=True)
    def prices(self, monkeypatch):
        monkeypatch.setitem(the_house().raw, "lid_engraving", {"prices": {"eu": "25", "us": "30"}})

    def withdraw(self, order):
        shown = engraving_changes.version(lid_of(order))
        args = {"shown": shown, "by_id": None, "now": timezone.now(), "surface": LID}
        return engraving_changes.withdraw(order, order.lines.get().pk, **args)

    def receivable(self, order) -> Decimal:
        return writing.balance(order.pk, str(Account.RECEIVABLE))

    @pytest.mark.parametrize("region", ["eu", "us"])
    def test_the_price_is_the_houses_and_the_parts_sum_exactly(self, region):
        to = {"country": "US", "subdivision": "NY"} if region == "us" else {}
        bare = place(fill(variant(), region=region, gift=GIFT), **to)
        order = place(fill(variant(), region=region, gift=GIFT, lid=on_lid()), **to)
        line, plain_line = order.lines.get(), bare.lines.get()
        price = Decimal(30 if region == "us" else 25)
        assert (line.lid_excl_tax if region == "us" else line.lid_incl_tax) == price
        assert line.line_price_incl_tax - line.lid_incl_tax == plain_line.line_price_incl_tax
        assert line.unit_price_incl_tax == plain_line.unit_price_incl_tax
        assert order.total_incl_tax - bare.total_incl_tax == line.lid_incl_tax
        (item,) = (view := read(order)).lines
        assert item.lid_amount == price and item.amount + item.lid_amount == view.goods

    def test_a_total_without_it_is_not_agreed(self):
        bag = fill(variant(), gift=GIFT, lid=on_lid())
        with pytest.raises(TotalChanged):
            place(bag, agreed=makers.total_of(bag) - 25)

    def test_authorised_and_left_out_it_is_never_captured(self, standin):
        order = pay(place(fill(variant(), gift=GIFT, lid=on_lid())), standin)
        total = order.total_incl_tax
        self.withdraw(order)
        order.refresh_from_db()
        assert parcels.owed(order) == self.receivable(order) == total - 25
        makers.work_off()
        order.refresh_from_db()
        makers.pack(order)
        order.refresh_from_db()
        fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
        assert makers.attempt_of(order).captured_amount == total - 25
        assert self.receivable(order) == 0

    def test_captured_and_left_out_it_is_refunded_once(self, standin):
        order = makers.given(standin, gift=GIFT, lid=on_lid()).order
        makers.work_off()
        self.withdraw(order)
        makers.work_off()
        attempt = makers.attempt_of(order)
        (refund,) = Refund.objects.filter(order=order)
        assert (refund.kind, refund.amount, attempt.refunded_amount) == ("engraving", 25, 25)
        assert self.receivable(order) == 0
        notes = Document.objects.filter(order=order, kind="credit note")
        invoiced = Document.objects.filter(order=order, kind="invoice").exists()
        assert [note.gross for note in notes] == ([Decimal(25)] if invoiced else [])
        ending.cancel(Order.objects.get(pk=order.pk), by_id=None, by_words="client")
        makers.work_off()
        attempt.refresh_from_db()
        assert attempt.refunded_amount == attempt.captured_amount and self.receivable(order) == 0

    def test_a_piece_that_comes_back_brings_no_price_of_its_box(self, standin):
        order = pay(place(fill(variant(), gift=GIFT, lid=on_lid())), standin)
        engrave(Job.objects.get(), engraver("ida"), engraver("ivo"))
        order.refresh_from_db()
        makers.pack(order)
        order.refresh_from_db()
        fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
        order.refresh_from_db()
        line = order.lines.get()
        reckoned = reckoning.reckon(reckoning.Wish("lines", {line.pk: 1}), reckoning.purse(order))
        assert reckoned.amount == line.line_price_incl_tax - 25

    def test_before_it_is_paid_the_sum_stands(self):
        order = place(fill(variant(), gift=GIFT, lid=on_lid()))
        with pytest.raises(PayFirst):
            self.withdraw(order)
        assert lid_of(order).withdrawn_at is None

    def test_changing_the_words_changes_no_money(self, standin):
        order = pay(place(fill(variant(), gift=GIFT, lid=on_lid())), standin)
        total = order.total_incl_tax
        TestInTheWindow().edit(order)
        order.refresh_from_db()
        assert order.total_incl_tax == total and order.lines.get().lid_incl_tax == 25

    @pytest.mark.parametrize("prices", [{"mars": "3"}, {"eu": "-1"}, {"eu": "free"}])
    def test_a_price_that_is_none_is_refused_when_the_house_opens(self, prices):
        raw = {"regions": [{"code": "eu"}], "lid_engraving": {"prices": prices}}
        with pytest.raises(ImproperlyConfigured):
            house_of._refuse_prices(raw)

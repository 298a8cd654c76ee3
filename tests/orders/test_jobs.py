"""An engraving job from its card to its inspection: locked by one, photographed, inspected by another; or made anew."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from catalog.picture_refusals import Broken, NotAPicture, TooSmall
from checkout import photographing, remaking, replanning
from checkout.order.models import ChangeKind, OrderChange
from checkout.order.states import OrderState
from checkout.refusals import SeenBefore
from services.engraving import reserving, working
from services.engraving.models import BenchSlot, Job, JobPhoto, JobState, RestReason, Station, StationRest
from services.engraving.refusals import (
    CardVoid,
    HeldByColleague,
    JobElsewhere,
    LettersOpen,
    NoPieceYet,
    PhotoNotReady,
    ReasonMissing,
    SamePerson,
)
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import fill, pay, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.ORIGINALS_ROOT = str(tmp_path / "originals")


TEXT = "A & P"


def photo(width: int = 1600, height: int = 1200, form: str = "JPEG") -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "#B08D57").save(kept, form)
    return kept.getvalue()


@pytest.fixture
def bench():
    """Ida and Ivo, who work at the bench."""
    return tuple(makers.User.objects.create_user(f"{n}@house.example", is_staff=True, name=n.title()).pk for n in ("ida", "ivo"))


@pytest.fixture
def order(standin):
    return pay(place(fill(variant("halo-band", size="52"), engraved=TEXT)), standin)


@pytest.fixture
def job(order) -> Job:
    return Job.objects.get()


def done(job: Job, by: int) -> Job:
    working.take_up(job, by_id=by)
    photographing.done(job, photo(), by_id=by)
    makers.work_off()
    return job


def fail(job: Job, by: int, **more) -> bool:
    facts = {"reason": "slipped", "words": "", "unit_ids": [], **more}
    return remaking.fail(job, by_id=by, now=timezone.now(), **facts)


def test_a_card_is_found_as_it_is_scanned_and_as_it_is_typed(job):
    assert working.find(job.code) == job
    assert working.find(f" {job.code.lower().replace('-', ' ')}\n") == job
    for nonsense in ("", "AAAA-AAAA", job.code[:-1], "é" * 8, "x" * 5000):
        with pytest.raises(CardVoid):
            working.find(nonsense)


def test_who_takes_a_job_up_has_it_alone(job, bench):
    ida, ivo = bench
    other = Job.objects.get(pk=job.pk)
    working.take_up(job, by_id=ida)
    with pytest.raises(JobElsewhere):
        working.take_up(other, by_id=ivo)
    job.refresh_from_db()
    assert job.taken_by_id == ida
    for act in (
        lambda: photographing.done(job, photo(), by_id=ivo),
        lambda: working.put_back(job, by_id=ivo),
        lambda: fail(job, ivo),
    ):
        with pytest.raises(HeldByColleague) as no:
            act()
        assert "Ida" in no.value.sentence()
    working.put_back(job, by_id=ivo, for_colleague=True)
    assert (job.state, job.taken_by_id) == (JobState.WAITING, None)


def test_done_needs_a_photograph_that_only_the_worker_decodes(job, bench):
    working.take_up(job, by_id=bench[0])
    photographing.done(job, photo(), by_id=bench[0])
    kept = JobPhoto.objects.get()
    assert not kept.is_ready and [file.suffix for file in photographing.folder().iterdir()] == [".sent"]
    with pytest.raises(PhotoNotReady) as no:
        working.inspect(job, {1, 2, 3}, by_id=bench[1])
    assert not no.value.facts["trouble"]
    makers.work_off()
    kept.refresh_from_db()
    assert kept.is_ready and not list(photographing.folder().glob("*.sent"))
    for width in photographing.WIDTHS:
        assert Image.open(photographing.path_of(kept, width)).format == "JPEG"


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (None, NotAPicture),
        (ContentFile(b"<svg onload=alert(1)>"), NotAPicture),
        (ContentFile(photo()[:200]), Broken),
        (ContentFile(photo(300, 200)), TooSmall),
    ],
)
def test_what_is_no_photograph_is_refused_at_the_door(file, refusal):
    with pytest.raises(refusal):
        photographing.read(file)


def test_a_photograph_carries_nothing_of_its_camera(job, bench):
    kept = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    Image.new("RGB", (1600, 1200)).save(kept, "JPEG", exif=exif)
    working.take_up(job, by_id=bench[0])
    photographing.done(job, kept.getvalue(), by_id=bench[0])
    makers.work_off()
    kept = JobPhoto.objects.get()
    assert all(b"A camera" not in photographing.path_of(kept, width).read_bytes() for width in photographing.WIDTHS)


def test_a_photograph_that_cannot_be_read_is_taken_again(job, bench):
    ida, ivo = bench
    working.take_up(job, by_id=ida)
    whole = photo()
    photographing.done(job, whole[:-400] + b"\0" * 398 + whole[-2:], by_id=ida)
    makers.work_off()
    if JobPhoto.objects.get().trouble:  # a decoder may forgive
        with pytest.raises(PhotoNotReady) as no:
            working.inspect(job, {1, 2, 3}, by_id=ivo)
        assert no.value.facts["trouble"]
    photographing.again(job, photo(), by_id=ida)
    makers.work_off()
    working.inspect(job, {1, 2, 3}, by_id=ivo)
    assert job.state == JobState.INSPECTED


def test_another_person_confirms_every_letter(job, order, bench):
    ida, ivo = bench
    done(job, ida)
    with pytest.raises(LettersOpen) as no:
        working.inspect(job, {1, 3}, by_id=ivo)
    assert no.value.facts["letters"] == ["&"]
    with pytest.raises(SamePerson):
        working.inspect(job, {1, 2, 3}, by_id=ida)
    working.inspect(job, {1, 2, 3}, by_id=ivo)
    order.refresh_from_db()
    assert order.status == OrderState.READY_TO_PACK


def test_an_inspector_may_send_a_piece_back_to_the_same_engraver(job, bench):
    ida, ivo = bench
    done(job, ida)
    working.send_back(job, by_id=ivo, words="too faint")
    assert (job.state, job.taken_by_id) == (JobState.TAKEN_UP, ida)
    assert job.moves.last().words == "too faint"


def test_what_failed_is_made_anew_with_another_piece_another_day_and_another_card(job, order, bench):
    done(job, bench[0])
    (spoiled,) = Unit.objects.filter(order_line__order=order)
    code, before = job.code, order.due_on
    assert fail(job, bench[1], reason="letter", words="P is a B")
    job.refresh_from_db()
    order.refresh_from_db()
    assert (job.state, job.remakes, job.taken_by_id) == (JobState.WAITING, 1, None)
    assert job.code != code
    with pytest.raises(CardVoid):
        working.find(code)
    spoiled.refresh_from_db()
    assert spoiled.order_line is None and spoiled.withdrawn_at and "P is a B" in spoiled.withdrawn_because
    (instead,) = Unit.objects.filter(order_line__order=order)
    assert instead.variant_id == spoiled.variant_id and instead != spoiled
    assert BenchSlot.objects.filter(order_line__order=order).last().day == job.due_on > timezone.now().date()
    assert order.status == OrderState.IN_ATELIER
    assert order.due_on >= before
    mail.outbox.clear()
    assert "letter.remade" in makers.work_off()
    letter = mail.outbox[0]
    assert "begin your engraving anew" in letter.subject and "new piece" in letter.body
    assert job.moves.filter(new_state=JobState.FAILED).get().reason == "letter"


def test_a_remake_that_breaks_the_promise_says_the_new_day(job, order, bench):
    first = order.promised_on
    type(order).objects.filter(pk=order.pk).update(promised_on=timezone.now().date() + timedelta(days=1))
    done(job, bench[0])
    fail(job, bench[0 if job.taken_by_id == bench[0] else 1])
    order.refresh_from_db()
    assert order.promised_on < order.promised_anew_on >= first
    change = OrderChange.objects.get(order=order)
    assert (change.kind, change.by_words) == (ChangeKind.PROMISE, "atelier")
    mail.outbox.clear()
    makers.work_off()
    assert "instead of" in mail.outbox[0].body


def test_without_another_piece_the_job_waits_and_the_client_has_the_choice(job, order, bench):
    done(job, bench[0])
    line = order.lines.get()
    Unit.objects.filter(variant=line.product, order_line=None).delete()
    type(line.product.piece).objects.filter(pk=line.product.piece.pk).update(made_to_order_weeks=None)
    assert not fail(job, bench[1])
    mail.outbox.clear()
    makers.work_off()
    assert "take your money back" in mail.outbox[0].body
    (listed,) = replanning.broken(now=timezone.now())
    assert listed.order == order and listed.possible is None and listed.waiting == (job,)
    with pytest.raises(NoPieceYet):
        remaking.resume(job, by_id=bench[0], now=timezone.now())
    Unit.objects.create(variant=line.product, serial="new")
    job.refresh_from_db()
    remaking.resume(job, by_id=bench[0], now=timezone.now())
    assert job.state == JobState.WAITING
    assert Unit.objects.get(serial="new").order_line == line


def test_a_failure_has_a_reason(job, bench):
    working.take_up(job, by_id=bench[0])
    with pytest.raises(ReasonMissing):
        fail(job, bench[0], reason="because")
    job.refresh_from_db()
    assert job.state == JobState.TAKEN_UP


def test_a_machine_that_is_down_for_long_breaks_a_promise_which_staff_confirm_anew(job, order, bench):
    laser = Station.objects.get(methods=["laser"])
    today = timezone.now().date()
    (slot,) = BenchSlot.objects.filter(order_line__order=order)
    assert replanning.broken(now=timezone.now()) == []
    for n in range(30):
        StationRest.objects.create(station=laser, day=slot.day + timedelta(days=n), reason=RestReason.MACHINE)
    reserving.plan_ahead(today=today)
    makers.work_off()
    order.refresh_from_db()
    job.refresh_from_db()
    (moved,) = BenchSlot.objects.filter(order_line__order=order)
    assert moved.day == order.bench_done_on == job.due_on > slot.day + timedelta(days=29)
    assert order.promised_anew_on is None  # nobody has answered for another day yet
    (listed,) = replanning.broken(now=timezone.now())
    assert listed.order == order and listed.possible > order.promised_on
    with pytest.raises(SeenBefore):
        replanning.promise_anew(order, shown=listed.possible - timedelta(days=1), by_id=bench[0], now=timezone.now())
    mail.outbox.clear()
    replanning.promise_anew(order, shown=listed.possible, by_id=bench[0], now=timezone.now())
    order.refresh_from_db()
    assert order.due_on == listed.possible
    assert replanning.broken(now=timezone.now()) == []
    makers.work_off()
    assert "A new day for your order" in mail.outbox[-1].subject


def test_when_places_are_lost_the_earliest_promise_moves_first(standin):
    laser = Station.objects.get(methods=["laser"])
    who = makers.buyer("bea")
    late, early = (
        place(fill(variant("halo-band", size="52"), engraved="L")),
        place(fill(variant("halo-band", size="52"), who=who, engraved="E"), who=who),
    )
    type(late).objects.filter(pk=late.pk).update(promised_on=late.promised_on + timedelta(days=20))
    day = BenchSlot.objects.filter(order_line__order=early).get().day
    BenchSlot.objects.filter(station=laser, day__gt=day, number__gt=1).delete()
    laser.pieces_a_day = 1
    laser.save()
    StationRest.objects.create(station=laser, day=day)
    reserving.plan_ahead(today=timezone.now().date())
    days = {o: BenchSlot.objects.get(order_line__order=o).day for o in (early, late)}
    assert day < days[early] < days[late]

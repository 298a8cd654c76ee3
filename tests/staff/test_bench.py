"""The bench's screen: who may see it, what a scan does, and that its card shows the proof at true size."""

import io
import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader
from pypdf.generic import ContentStream

from services.engraving.models import Inscription, Job, JobState
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import fill, pay, place, variant
from tests.staff.test_staff import bench, photograph

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.ORIGINALS_ROOT = str(tmp_path / "originals")


POINTS_A_MM = 72 / 25.4


@pytest.fixture
def order(standin):
    return pay(place(fill(variant("halo-band", size="52"), engraved="Io 1"), language="en"), standin)


def open_job(client) -> str:
    return client.get(reverse("bench-job", args=[Job.objects.get().pk])).content.decode()


ADDRESSES = [
    ("bench", "get", ()),
    ("bench-scan", "post", ()),
    ("bench-cards", "get", ()),
    ("bench-photo", "get", (1,)),
    ("bench-job", "get", ("job",)),
    ("bench-card", "get", ("job",)),
    ("bench-act", "post", ("job", "take-up")),
    ("bench-act", "post", ("job", "fail")),
]


@pytest.mark.parametrize(("name", "method", "args"), ADDRESSES)
def test_the_bench_is_for_those_who_engrave_or_inspect(client, staff, order, name, method, args):
    job = Job.objects.get()
    address = reverse(name, args=[job.pk if each == "job" else each for each in args])
    assert getattr(client, method)(address).status_code == 302  # to the door
    client.force_login(makers.client_of("carla"))
    assert getattr(client, method)(address).status_code == 302
    for role in ("Packing bench", "Client adviser", "Payments desk", "Merchandiser", "Dispatch"):
        assert getattr(staff(role), method)(address).status_code == 403, role
    job.refresh_from_db()
    assert job.state == JobState.WAITING


def test_nothing_is_done_by_asking_alone(staff, order):
    job = Job.objects.get()
    for address in (reverse("bench-act", args=[job.pk, "take-up"]), reverse("bench-scan")):
        assert staff("Engraver").get(address).status_code == 405


def test_a_scan_takes_a_job_up_and_shows_it(staff, order):
    job = Job.objects.get()
    engraver = staff("Engraver")
    page = engraver.post(reverse("bench-scan"), {"code": job.code.replace("-", "").lower()}, follow=True).content.decode()
    job.refresh_from_db()
    assert job.state == JobState.TAKEN_UP and "You have taken up this job" in page
    assert "LATIN CAPITAL LETTER I" in page and "DIGIT ONE" in page  # look-alikes are told apart by name
    assert 'capture="environment"' in page
    assert "No job has this code" in engraver.post(reverse("bench-scan"), {"code": "nothing"}, follow=True).content.decode()


def test_an_inspectors_scan_takes_nothing_up(staff, order):
    staff("Inspector").post(reverse("bench-scan"), {"code": Job.objects.get().code})
    assert Job.objects.get().state == JobState.WAITING


def test_a_page_of_another_code_does_nothing(staff, order):
    answer = bench(staff("Engraver"), "take-up", code="AAAA-AAAA").content.decode()
    assert "was changed since you opened" in answer
    assert Job.objects.get().state == JobState.WAITING


def test_what_was_ticked_stays_when_a_letter_is_open(staff, order):
    engraver = staff("Engraver")
    bench(engraver, "take-up")
    bench(engraver, "done", photo=photograph())
    makers.work_off()
    inspector = staff("Inspector")
    assert "bench-photo" in open_job(inspector)
    answer = bench(inspector, "inspect", letter=["1", "2"])
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Still open: 1" in page and page.count('name="letter"') == 3
    assert len(re.findall(r'name="letter" value="\d" checked', page)) == 2
    bench(inspector, "inspect", letter=["1", "2", "3"])
    assert Job.objects.get().state == JobState.INSPECTED


def test_done_without_a_photograph_is_refused(staff, order):
    engraver = staff("Engraver")
    bench(engraver, "take-up")
    answer = bench(engraver, "done")
    assert answer.status_code == 422 and "not a picture" in answer.content.decode()
    assert Job.objects.get().state == JobState.TAKEN_UP


def test_a_photograph_is_shown_to_the_bench_alone(staff, order, client):
    engraver = staff("Engraver")
    bench(engraver, "take-up")
    bench(engraver, "done", photo=photograph())
    address = reverse("bench-photo", args=[Job.objects.get().photos.get().pk])
    assert engraver.get(address).status_code == 404  # not before the worker has made it ours
    makers.work_off()
    answer = engraver.get(address)
    assert answer["Content-Type"] == "image/jpeg" and "no-store" in answer["Cache-Control"]
    client.logout()
    assert client.get(address).status_code == 302


def test_a_failed_job_takes_another_piece(staff, order):
    engraver = staff("Engraver")
    bench(engraver, "take-up")
    before = Unit.objects.get(order_line__order=order)
    page = bench(engraver, "fail", reason="slipped", words="at the P").content.decode()
    assert "begins anew" in page
    assert Unit.objects.get(order_line__order=order) != before
    assert Job.objects.get().state == JobState.WAITING


def test_the_queue_asks_no_more_for_more_jobs(staff, standin, order):
    engraver = staff("Engraver")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert engraver.get(reverse("bench")).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for n in range(3):
        who = makers.buyer(f"b{n}")
        pay(place(fill(variant("halo-band", size="52"), who=who, engraved=f"N {n}"), who=who), standin)
    assert asked() == before


def test_the_queue_is_narrowed_to_a_material_and_a_method(staff, order):
    engraver = staff("Engraver")
    assert "Io 1" in engraver.get(reverse("bench"), {"method": "laser"}).content.decode()
    assert "Io 1" not in engraver.get(reverse("bench"), {"method": "hot stamp"}).content.decode()
    assert "Io 1" not in engraver.get(reverse("bench"), {"metal": "rose"}).content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "fr", "en"])
def test_the_bench_speaks_every_language_and_breaks_no_policy(staff, order, language):
    both = staff("Engraver")
    makers.User.objects.get(email="engraver@house.example").groups.add(Group.objects.get(name="Inspector"))
    for address in (reverse("bench"), reverse("bench-job", args=[Job.objects.get().pk])):
        answer = both.get(address, headers={"Accept-Language": language})
        assert answer.status_code == 200 and "unsafe" not in answer["Content-Security-Policy"]
        main = answer.content.decode().split('class="bench"')[1]
        assert "style=" not in main and "<script" not in main


def boxes(page) -> list[tuple[float, float, float, float]]:
    """Every painted path of a page as (x0, y0, x1, y1) in mm, whatever matrices and forms it lies in."""
    found = []

    def times(a, b):
        return (
            a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
            a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
            a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
        )  # fmt: skip

    def walk(content, resources, matrix):
        kept, points = [], []
        for operands, name in ContentStream(content, page.pdf).operations:
            numbers = [float(n) for n in operands] if name in (b"cm", b"m", b"l", b"c", b"v", b"y", b"re") else []
            if name == b"q":
                kept.append(matrix)
            elif name == b"Q":
                matrix = kept.pop()
            elif name == b"cm":
                matrix = times(numbers, matrix)
            elif name == b"Do":
                form = resources["/XObject"][operands[0]].get_object()
                if form["/Subtype"] == "/Form":
                    own = [float(n) for n in form.get("/Matrix", [1, 0, 0, 1, 0, 0])]
                    walk(form, form.get("/Resources", resources).get_object(), times(own, matrix))
            elif numbers:
                if name == b"re":
                    x, y, w, h = numbers
                    numbers = [x, y, x + w, y + h]
                for x, y in zip(numbers[::2], numbers[1::2], strict=True):
                    points.append((x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]))
            elif name in (b"f", b"F", b"f*", b"B", b"S", b"s", b"n"):
                if points and name != b"n":
                    xs, ys = [p[0] / POINTS_A_MM for p in points], [p[1] / POINTS_A_MM for p in points]
                    found.append((min(xs), min(ys), max(xs), max(ys)))
                points = []

    walk(page["/Contents"].get_object(), page["/Resources"].get_object(), (1, 0, 0, 1, 0, 0))
    return found


def outline_of(svg: str) -> tuple[float, float]:
    """Width and height of a proof's outlines, control points and all, in mm."""
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", re.search(r'd="([^"]+)"', svg).group(1))]
    xs, ys = numbers[::2], numbers[1::2]
    return max(xs) - min(xs), max(ys) - min(ys)


def test_the_card_shows_the_proof_at_true_size(staff, order):
    job, inscription = Job.objects.get(), Inscription.objects.get(order_line__order=order)
    answer = staff("Engraver").get(reverse("bench-card", args=[job.pk]))
    assert answer["Content-Type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    assert (round(float(page.mediabox.width) / POINTS_A_MM), round(float(page.mediabox.height) / POINTS_A_MM)) == (148, 210)
    text = page.extract_text()
    for said in (job.code, order.number, inscription.proof_sha256, "True size"):
        assert said in text
    width, height = outline_of(inscription.proof_svg)
    found = [(x1 - x0, y1 - y0) for x0, y0, x1, y1 in boxes(page)]
    assert any(abs(w - width) < 0.1 and abs(h - height) < 0.1 for w, h in found), (width, height, found)
    zone = inscription.zone
    frame = (float(zone.width_mm), float(zone.height_mm))
    assert any(abs(w - frame[0]) < 0.1 and abs(h - frame[1]) < 0.1 for w, h in found), (frame, found)


def test_the_cards_of_a_day_are_one_document(staff, standin, order):
    who = makers.buyer("bea")
    pay(place(fill(variant("halo-band", size="52"), who=who, engraved="Zoé 7"), who=who), standin)
    day = Job.objects.first().due_on
    answer = staff("Engraver").get(reverse("bench-cards"), {"day": day.isoformat()})
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == Job.objects.filter(due_on=day).count() == 2
    assert "é" in "".join(page.extract_text() for page in pages)
    for nothing in ("", "x", "1999-01-01"):
        assert staff("Engraver").get(reverse("bench-cards"), {"day": nothing}).status_code == 302

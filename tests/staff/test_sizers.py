"""The sizers' page: who may see it and send, the label, the scan; and what the bench sees of a piece that waits for its size."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from checkout.order.models import Sizer
from checkout.order.states import SizerState
from services.engraving.models import Inscription, Job, JobState
from tests import makers
from tests.makers import buyer, fill, pay, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def waiting(standin, name: str = "anna", size: str = "52"):
    bag = fill(variant("halo-band", size=size), who=buyer(name), engraved="Io 1")
    Inscription.objects.filter(bag_line__basket=bag).update(waits_for_size=True)
    return pay(place(bag, who=buyer(name)), standin)


@pytest.fixture
def order(standin):
    return waiting(standin)


ADDRESSES = [("sizers", "get"), ("sizer-scan", "post"), ("sizer-again", "post"), ("sizer-label", "get")]


@pytest.mark.parametrize(("name", "method"), ADDRESSES)
def test_sizers_are_for_those_who_send_them(client, staff, order, name, method):
    address = reverse(name, args=[Sizer.objects.get().pk] if name in ("sizer-again", "sizer-label") else [])
    assert getattr(client, method)(address).status_code == 302  # to the door
    client.force_login(makers.client_of("carla"))
    assert getattr(client, method)(address).status_code == 302
    for role in ("Engraver", "Payments desk", "Merchandiser"):
        assert getattr(staff(role), method)(address).status_code == 403, role
    assert getattr(staff("Client adviser"), method)(address).status_code == (200 if name == "sizers" else 403)
    for role in ("Dispatch", "Packing bench"):
        assert getattr(staff(role), method)(address).status_code in (200, 303), role


def test_its_label_bears_the_address_and_a_code_of_its_own_and_no_price(staff, order):
    sizer = Sizer.objects.get()
    answer = staff("Dispatch").get(reverse("sizer-label", args=[sizer.pk]))
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "Anna Test" in text and "rue de Rivoli" in text and sizer.code in text
    assert "€" not in text and "Halo" not in text


def test_a_scan_sends_it_and_it_goes_to_the_other_list(staff, order):
    sizer = Sizer.objects.get()
    dispatch = staff("Dispatch")
    assert sizer.code in dispatch.get(reverse("sizers")).content.decode()
    page = dispatch.post(reverse("sizer-scan"), {"code": sizer.code.lower()}, follow=True).content.decode()
    assert "the client is told" in page and "Lost: send another" in page
    sizer.refresh_from_db()
    assert sizer.state == SizerState.SENT and sizer.sent_by.name == "Dispatch"
    page = dispatch.post(reverse("sizer-scan"), {"code": sizer.code}, follow=True).content.decode()
    assert "by now" in page
    assert "No sizer of this code" in dispatch.post(reverse("sizer-scan"), {"code": "XXXX"}, follow=True).content.decode()
    page = dispatch.post(reverse("sizer-again", args=[sizer.pk]), follow=True).content.decode()
    assert "Please print its label" in page
    assert dispatch.get(reverse("sizer-scan")).status_code == 405


def test_more_sizers_ask_no_more_queries(staff, standin):
    dispatch = staff("Dispatch")

    def count():
        dispatch.get(reverse("sizers"))
        with CaptureQueriesContext(connection) as seen:
            dispatch.get(reverse("sizers"))
        return len(seen)

    waiting(standin, "a")
    few = count()
    for name in ("b", "c", "d"):
        waiting(standin, name, "54")
    assert count() <= few <= 12


def test_the_bench_sees_why_it_waits_and_has_no_card(staff, order):
    job = Job.objects.get()
    engraver = staff("Engraver")
    page = engraver.get(reverse("bench")).content.decode()
    assert "Waits for the size" in page and "A sizer travels first" in page
    page = engraver.get(reverse("bench-job", args=[job.pk])).content.decode()
    assert "no card is printed" in page and "Take up" not in page and reverse("bench-card", args=[job.pk]) not in page
    answer = engraver.get(reverse("bench-card", args=[job.pk]), follow=True)
    assert "there is no card to print" in answer.content.decode()
    engraver.post(reverse("bench-scan"), {"code": job.code})
    job.refresh_from_db()
    assert job.state == JobState.SIZE

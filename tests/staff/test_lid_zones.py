"""The place on the lid of a box, behind the shop: written, checked, drawn, and seen at the bench."""

import pytest
from django.urls import reverse

from services.engraving import exporting
from services.engraving.models import Job, Zone
from tests.makers import GIFT, fill, on_lid, pay, place, variant
from tests.staff.test_zone_drawings import page_of, signed, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.get(box__code="garnet")


def form_of(page) -> dict[str, object]:
    """Everything a browser would send of an admin form, unchanged."""
    sent = {}
    admin_form = page.context["adminform"].form
    forms = [admin_form, *(each for formset in page.context["inline_admin_formsets"] for each in formset.formset.forms)]
    for formset in page.context["inline_admin_formsets"]:
        forms.append(formset.formset.management_form)
    for form in forms:
        for bound in form:
            value = bound.value()
            sent[bound.html_name] = "" if value is None else value
    return sent


def test_the_list_and_the_page_name_the_box(staff, zone):
    client = staff("Merchandiser")
    assert "lid: Garnet box" in client.get(reverse("admin:engraving_zone_changelist")).content.decode()
    assert "zone-drawing" in client.get(reverse("admin:engraving_zone_change", args=[zone.pk])).content.decode()


def test_a_place_larger_than_its_lid_or_on_both_is_refused_with_words(staff, zone):
    client, address = staff("Merchandiser"), reverse("admin:engraving_zone_change", args=[zone.pk])
    sent = form_of(client.get(address))
    answer = client.post(address, {**sent, "width_mm": "500"})
    assert "larger than the lid" in answer.content.decode()
    answer = client.post(address, {**sent, "piece": variant().piece.pk})
    assert "belongs to one of the two" in answer.content.decode()
    zone.refresh_from_db()
    assert zone.width_mm == 84


def test_a_drawing_becomes_the_lids_place(staff, zone):
    client = staff("Merchandiser")
    answer = upload(client, zone)
    assert answer.status_code == 200 and "30.00 × 8.00 mm" in answer.content.decode()
    client.post(page_of(zone), {"drawn": signed(answer)})
    zone.refresh_from_db()
    assert zone.outline and zone.keep_outs.filter(kind="hallmark").exists()


def test_the_bench_and_the_desk_see_the_lid(staff, standin):
    order = pay(place(fill(variant(), gift=GIFT, lid=on_lid())), standin)
    job = Job.objects.get()
    client = staff("Engraver")
    assert "Garnet box" in client.get(reverse("bench")).content.decode()
    html = client.get(reverse("bench-job", args=[job.pk])).content.decode()
    assert "Garnet box" in html and "Lid, for Halo band" in html and "Hot stamping" in html
    assert client.get(reverse("bench-card", args=[job.pk]))["Content-Type"] == "application/pdf"
    kept = job.inscription
    assert client.get(reverse("bench-svg", args=[job.pk])).content == kept.proof_svg.encode()
    assert client.get(reverse("bench-dxf", args=[job.pk])).content == exporting.dxf(kept.proof_svg)
    page = staff("Client adviser").get(reverse("admin:order_order_change", args=[order.pk])).content.decode()
    assert "On the lid of the box" in page
    assert staff("Packing bench").get(reverse("bench-dxf", args=[job.pk])).status_code == 403

"""A zone from a drawing, behind the shop: looked at first, then taken over, by those who keep the zones."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from services.engraving import zoning
from services.engraving.models import Inscription, Zone
from tests import makers
from tests.rules.test_importing import svg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
DRAWING = svg(
    '<path id="outline" d="M5 4h30l-2 8h-26z"/><rect id="keep-out-hallmark" x="8" y="5" width="2" height="1"/>'
    "<script>alert(1)</script>"
)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.get(piece__slug="festoon-card-case")


def page_of(zone: Zone) -> str:
    return reverse("admin:engraving_zone_drawing", args=[zone.pk])


def upload(client, zone: Zone, content: bytes = DRAWING, **more):
    file = SimpleUploadedFile("place.svg", content, "image/svg+xml")
    return client.post(page_of(zone), {"file": file, "clearance_mm": "0.5", "sample": "A & P", **more})


def signed(answer) -> str:
    return re.search(r'name="drawn" value="([^"]+)"', answer.content.decode()).group(1)


def test_a_drawing_is_shown_on_the_picture_before_anything_changes(staff, zone):
    client = staff("Merchandiser")
    assert page_of(zone) in client.get(reverse("admin:engraving_zone_change", args=[zone.pk])).content.decode()
    answer = upload(client, zone)
    html = answer.content.decode()
    assert answer.status_code == 200, answer.context["form"].errors
    assert "30.00 × 8.00 mm" in html and "zone-on-picture" in html and "alert(1)" not in html
    assert "festoon-card-case" in html and not re.search(r"<svg[^>]*style=|<path[^>]*style=", html)
    zone.refresh_from_db()
    assert zone.outline is None


def test_what_was_looked_at_is_taken_over(staff, zone):
    client = staff("Merchandiser")
    before = Inscription.objects.count()
    answer = client.post(page_of(zone), {"drawn": signed(upload(client, zone))})
    assert answer.status_code == 302
    zone.refresh_from_db()
    assert (str(zone.width_mm), str(zone.height_mm), len(zone.outline)) == ("30.00", "8.00", 4)
    assert zoning.problems(zone) == [] and [k.kind for k in zone.keep_outs.all() if k.outline] == ["hallmark"]
    client.post(page_of(zone), {"drawn": signed(upload(client, zone))})
    assert len([k for k in zone.keep_outs.all() if k.outline]) == 1  # taken over twice, it is the same
    assert Inscription.objects.count() == before


def test_what_was_not_looked_at_is_not(staff, zone):
    client = staff("Merchandiser")
    other = Zone.objects.exclude(pk=zone.pk).filter(shape="flat", length_from="fixed", sizes=None).first()
    given = signed(upload(client, zone))
    for target, said in ((zone, "forged"), (zone, given[:-2] + "xx"), (other, given)):
        if target is None:
            continue
        answer = client.post(page_of(target), {"drawn": said})
        assert answer.status_code == 200 and "too old" in answer.content.decode()
    zone.refresh_from_db()
    assert zone.outline is None


def test_a_drawing_that_is_no_place_says_why(staff, zone):
    client = staff("Merchandiser")
    for content, words in (
        (b"GIF89a", "not an SVG"),
        (svg('<rect id="outline" width="30" height="6"/><rect id="keep-out-edge" width="30" height="6"/>'), "no room for a text"),
    ):
        answer = upload(client, zone, content)
        assert answer.status_code == 422 and words in answer.content.decode()


def test_a_place_that_follows_the_size_or_an_arc_takes_none(staff):
    client = staff("Merchandiser")
    inside = Zone.objects.filter(length_from="size").first() or Zone.objects.exclude(sizes=None).first()
    assert "follows the size" in upload(client, inside).content.decode()
    Zone.objects.filter(pk=inside.pk).update(shape="arc")
    assert "radius and sweep" in upload(client, inside).content.decode()


def test_a_text_that_does_not_fit_is_said_and_nothing_is_lost(staff, zone):
    answer = upload(staff("Merchandiser"), zone, sample="W" * 60)
    assert answer.status_code == 200 and "At the smallest size" in answer.content.decode() and signed(answer)


@pytest.mark.parametrize("role", ["Engraver", "Client adviser", "Packing bench"])
def test_nobody_else_draws(staff, zone, role):
    client = staff(role)
    assert client.get(page_of(zone)).status_code == upload(client, zone).status_code == 403


def test_a_client_has_no_way_there(client, zone):
    client.force_login(makers.client_of("anna"))
    assert client.get(page_of(zone)).status_code == 302

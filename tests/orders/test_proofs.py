"""A kept proof is computed again from what was stored with it, whatever has become of the zone, the size, the rules."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from checkout.basket import bags
from services.engraving import commissioning, proof, proving, rules_2026_1, zoning
from services.engraving.faces import loaded
from services.engraving.models import Inscription, KeepOut, Zone
from services.engraving.proving import Verdict
from services.engraving.refusals import NotReviewed, TooLong
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def kept(text: str = "A & P 14.II", **about) -> Inscription:
    makers.fill(makers.variant(**about), engraved=text)
    return Inscription.objects.latest("pk")


def inside() -> Zone:
    return Zone.objects.get(piece__slug="halo-band", code="inside")


def test_a_proof_is_computed_again_when_the_zone_has_changed_since():
    before = kept()
    Zone.objects.update(width_mm=3, height_mm=1)
    before.refresh_from_db()
    assert proving.recompute(before) == Verdict.SAME


def test_a_proof_of_the_former_rules_is_computed_again_by_the_former_rules():
    drawn = rules_2026_1.drawn("Anna\n爱", face="kai", width_mm="12.00", height_mm="8.00")
    # What the rules gave on the day they were replaced.
    assert proof.sha256(drawn) == "57736a21aa5f9460a0dd34a8d7cfc6794247a237fa06915779cd376dd2ebb433"
    old = Inscription(
        face="kai",
        typed="Anna\n爱",
        proof_svg=drawn,
        proof_sha256=proof.sha256(drawn),
        rules_version="2026.1",
        face_version=loaded("kai").version,
        inputs={"area": {"width_mm": "12.00", "height_mm": "8.00"}, "faces": {"kai": loaded("kai").version}},
    )
    assert proving.recompute(old) == Verdict.SAME


def test_what_cannot_be_had_the_same_is_said():
    one = kept()
    one.proof_svg += " "
    assert proving.recompute(one) == Verdict.ALTERED
    one = Inscription.objects.get(pk=one.pk)
    one.rules_version = "1999.1"
    assert proving.recompute(one) == Verdict.RULES_GONE
    one = Inscription.objects.get(pk=one.pk)
    one.inputs["faces"]["roman"] = "0" * 64
    assert proving.recompute(one) == Verdict.FACE_GONE
    one = Inscription.objects.get(pk=one.pk)
    one.typed = "A & P 14.III"
    assert proving.recompute(one) == Verdict.OTHER


def test_inside_a_ring_the_size_is_the_length():
    zone = inside()
    assert zoning.area_of(zone, "52").width_mm == Decimal("50.0")
    assert zoning.area_of(zone, "60").width_mm == Decimal("58.0")
    for odd in ("", "M", "NaN", "Infinity", "-4", "1"):
        assert zoning.area_of(zone, odd).width_mm == zone.width_mm


def test_each_size_of_a_bangle_has_its_plane_and_its_marks_at_both_ends():
    zone = Zone.objects.get(piece__slug="arc-bangle")
    small, large = zoning.area_of(zone, "15"), zoning.area_of(zone, "18")
    assert (small.width_mm, large.width_mm) == (36, 42)
    assert len(large.keep_outs) == 2
    assert max(x for x, _y in large.keep_outs[1].outline) < 42


def test_the_bag_keeps_the_proof_of_the_lines_own_size():
    zone = inside()
    text = "Anna & Paul, toujours, à jamais"
    for size in ("52", "60"):
        wish = commissioning.Wish(zone.pk, "roman", text, True, True)
        who = makers.buyer(f"of {size}")
        bag = makers.fill(makers.variant(size="48"), who=who)
        line = bags.add(
            bag, makers.variant(size=size), quantity=1, engraving=wish, gift=None, buyer=who, language="en", now=timezone.now()
        )
        one = Inscription.objects.get(bag_line=line)
        assert one.size == size and one.width_mm == f"{Decimal(size) - 2:.2f}"
        assert one.hallmark_mm >= Decimal("1.5")
        assert proving.recompute(one) == Verdict.SAME


def test_a_proof_looked_at_in_another_size_is_looked_at_again():
    zone = inside()
    shown = proof.sha256(proof.svg(commissioning.lay_out("Anna " * 8, face="roman", area=zoning.area_of(zone, "60"))))
    wish = commissioning.Wish(zone.pk, "roman", "Anna " * 8, True, True, proof=shown)
    assert commissioning.check(wish, zone, size="60")
    with pytest.raises((NotReviewed, TooLong)):
        commissioning.check(wish, zone, size="48")


def test_a_hallmark_beyond_the_edge_is_said_as_declared():
    zone = Zone.objects.get(piece__slug="halo-band", code="outside")
    KeepOut.objects.create(zone=zone, kind="hallmark", clearance_mm=Decimal("2.0"))
    assert kept().hallmark_mm == Decimal("2.0")


def test_numbers_that_are_no_place_are_refused():
    zone = inside()
    assert zoning.problems(zone) == []

    def codes(**changed) -> list[str]:
        one = Zone.objects.get(pk=zone.pk)
        for name, value in changed.items():
            setattr(one, name, value)
        return [problem.code for problem in zoning.problems(one)]

    assert codes(width_mm=0) == ["no-size"]
    assert codes(faces=["comic"]) == ["face"] and codes(faces=[]) == ["face"]
    assert codes(shape="arc") == ["arc"]
    assert codes(shape="arc", radius_mm=Decimal(1), sweep_degrees=Decimal(90)) == ["arc"]
    assert codes(outline=[[0, 0], [1, 1]]) == ["outline"] and codes(outline="x") == ["outline"]
    assert codes(outline=[[0, 0], [4, 4], [4, 0], [0, 4]]) == ["outline"]  # crosses itself
    KeepOut.objects.create(zone=zone, kind="stone", x_mm=24, width_mm=48, clearance_mm=1)
    assert codes() == ["nothing-left"]
    with pytest.raises(ValidationError):
        zone.clean()
    assert "<svg" in zoning.drawing(Zone.objects.get(piece__slug="filament-plate"))


def test_a_stored_proof_outlives_a_year():
    one = kept()
    Inscription.objects.filter(pk=one.pk).update(confirmed_at=timezone.now() - timedelta(days=4000))
    assert proving.recompute(Inscription.objects.get(pk=one.pk)) == Verdict.SAME

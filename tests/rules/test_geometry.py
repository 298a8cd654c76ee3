"""Where ink may lie: never outside the place, never through a keep-out; proven with polygons, not with the rule's own numbers."""

import math
from dataclasses import replace
from decimal import Decimal

import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.engraving import proof
from services.engraving.area import Arc, Area, KeepOut, on_arc, rectangle, restored, stored
from services.engraving.geometry import distance_mm, place, usable_area
from services.engraving.inscription import lay_out, normalised
from services.engraving.outlines import inked
from services.engraving.refusals import TooLong
from services.foundation.refusal import Refusal

FACES = ("roman", "capitals", "script", "kai")
mm = st.decimals("1.5", "12", places=1)
wide = st.decimals("8", "60", places=1)
texts = st.one_of(
    st.sampled_from(
        ["Anna", "A & P", "For Anna\n19·VIII·2026", "执子之手\n与子偕老", "Anna 爱 ♥", "Ægypte, fjord", ".", "XIX·VIII·MMXXVI"]
    ),
    st.text(alphabet="ABCabcgjy 爱永♥★.,&19", min_size=1, max_size=18),
)


@st.composite
def areas(draw) -> Area:
    """Rectangles, cut corners, arcs above and below, with up to three keep-outs anywhere."""
    width, height = draw(wide), draw(mm)
    if draw(st.booleans()):
        depth = draw(st.decimals("2", "6", places=1))
        radius = draw(st.decimals("5", "25", places=1))
        assume(radius > depth)
        area = on_arc(Arc(radius, draw(st.decimals("30", "350", places=0)), depth, draw(st.booleans())), 2, FACES)
    else:
        cut = min(width, height) / 4
        cut_corners = ((cut, Decimal(0)), (width, Decimal(0)), (width, height - cut), (width - cut, height), (Decimal(0), height))
        area = Area(width, height, 2, FACES, outline=cut_corners if draw(st.booleans()) else ())
    keep_outs = []
    for _n in range(draw(st.integers(0, 3))):
        x, y = (Decimal(str(round(float(side) * draw(st.floats(0, 1)), 2))) for side in (area.width_mm, area.height_mm))
        size = draw(st.decimals("0.5", "4", places=1))
        keep_outs.append(KeepOut("hallmark", rectangle(x, y, size, size), draw(st.decimals("0", "1.5", places=1))))
    return replace(area, keep_outs=tuple(keep_outs))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(texts, st.sampled_from(FACES), areas())
def test_ink_lies_in_the_place_and_keeps_its_distance(text, face, area):
    try:
        layout = lay_out(text, face=face, area=area)
    except Refusal as no:
        assert no.sentence()
        return
    ink = inked(layout.glyphs)
    assert layout.text == normalised(text)
    assert shapely.box(0, 0, float(area.width_mm), float(area.height_mm)).buffer(1e-6).covers(ink)
    for keep_out in area.keep_outs:
        mark = shapely.Polygon([(float(x), float(y)) for x, y in keep_out.outline])
        assert ink.distance(mark) >= float(keep_out.clearance_mm) - 1e-6
    if area.arc:
        centre, half = shapely.Point(area.arc.centre_mm), float(area.arc.depth_mm) / 2
        far = [centre.distance(shapely.Point(p)) for p in shapely.get_coordinates(ink)]
        assert max(far) <= float(area.arc.radius_mm) + half + 1e-3
        assert centre.distance(ink) >= float(area.arc.radius_mm) - half - 1e-3
    if area.outline:
        assert shapely.Polygon([(float(x), float(y)) for x, y in area.outline]).buffer(1e-6).covers(ink)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.sampled_from(FACES), areas())
def test_the_same_inputs_give_the_same_bytes_also_from_what_is_stored(text, face, area):
    try:
        first = proof.svg(lay_out(text, face=face, area=area))
    except Refusal:
        return
    place.cache_clear()
    assert proof.svg(lay_out(text, face=face, area=restored(stored(area)))) == first


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ABCabcgjy爱永", min_size=1, max_size=12), wide, mm, st.decimals("0.1", "20", places=1))
def test_a_larger_place_never_makes_a_text_smaller(text, width, height, more):
    small, large = Area(width, height, 1, FACES), Area(width + more, height + more, 1, FACES)
    try:
        size = lay_out(text, face="roman", area=small).em_mm
    except Refusal:
        return
    assert lay_out(text, face="roman", area=large).em_mm >= size


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ABCabcgjy", min_size=1, max_size=12), st.text(alphabet="ABCgj", min_size=1, max_size=4))
def test_a_longer_text_is_never_larger(text, more):
    area = Area(Decimal(27), Decimal("2.6"), 1, FACES)
    try:
        longer = lay_out(text + more, face="roman", area=area).em_mm
    except Refusal:
        return
    assert lay_out(text, face="roman", area=area).em_mm >= longer


def test_a_text_stands_beside_a_hallmark_and_does_not_leap_over_it():
    mark = KeepOut("hallmark", rectangle(Decimal(24), Decimal(0), Decimal(4), Decimal(3)), Decimal(1))
    area = Area(Decimal(52), Decimal(3), 1, FACES, keep_outs=(mark,))
    layout = lay_out("Anna & Paul", face="roman", area=area)
    left, _top, right, _bottom = inked(layout.glyphs).bounds
    assert right <= 23 or left >= 29
    assert distance_mm(area, inked(layout.glyphs), "hallmark") >= 1
    with pytest.raises(TooLong):
        lay_out("A" + " " * 90 + "B", face="roman", area=area)  # its two letters would fit on either side


def test_on_an_arc_every_letter_is_turned_and_none_is_bent():
    area = on_arc(Arc(Decimal(13), Decimal(150), Decimal(4)), 1, FACES)
    turns = [placed.turn for placed in lay_out("HHHHH", face="capitals", area=area).glyphs]
    assert turns == sorted(turns) and abs(turns[2]) < 0.02 and turns[0] < -0.1
    below = on_arc(Arc(Decimal(13), Decimal(150), Decimal(4), below=True), 1, FACES)
    turns = [placed.turn for placed in lay_out("HHHHH", face="capitals", area=below).glyphs]
    assert turns == sorted(turns, reverse=True)


def test_a_short_text_does_not_grow_beyond_what_the_house_likes():
    area = Area(Decimal(40), Decimal(20), 1, FACES, largest_em_mm=Decimal("5"))
    assert lay_out("A", face="roman", area=area).em_mm == 5


def test_an_arc_lies_in_its_plane():
    for sweep in (40, 180, 220, 360):
        for below in (False, True):
            area = on_arc(Arc(Decimal(12), Decimal(sweep), Decimal(4), below), 1, FACES)
            left, top, right, bottom = usable_area(area).bounds
            assert left >= -1e-6 and top >= -1e-6 and right <= float(area.width_mm) + 1e-6
            assert bottom <= float(area.height_mm) + 1e-6
            assert usable_area(area).area == pytest.approx(math.radians(sweep) * 12 * 4, rel=0.001)

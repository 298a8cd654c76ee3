"""What tools can hold, measured from the files; our own signs; dates; look-alikes; repairs; files for the bench."""

import io
from datetime import date
from decimal import Decimal

import ezdxf
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from services.engraving import exporting, proof, strokes, symbols
from services.engraving.area import Arc, Area, on_arc
from services.engraving.dates import date_forms, hanzi, roman
from services.engraving.faces import FACES, LIMITS, SIGN_STEM_EM, SIGNS, version
from services.engraving.inscription import lay_out, normalised
from services.engraving.lookalikes import lookalikes
from services.engraving.outlines import ink, inked
from services.engraving.repairs import repairs
from services.foundation.refusal import Refusal

ALL = tuple(FACES)
PLATE = Area(Decimal(18), Decimal(5), 2, ALL)
BACK = on_arc(Arc(Decimal(13), Decimal(150), Decimal(6)), 2, ALL)
STAMP = Area(Decimal(34), Decimal(9), 2, ALL, method="hot stamp")


@pytest.mark.parametrize("code", ["roman", "script", "capitals", "kai", "monogram"])
def test_the_finest_stroke_and_the_height_are_those_of_the_file(code):
    assert strokes.stem_em(code) == pytest.approx(float(FACES[code].stem_em), abs=0.0004)
    assert strokes.height_em(code) == pytest.approx(float(FACES[code].height_em), abs=0.001)


def test_our_signs_are_as_sturdy_as_we_say():
    assert strokes.stem_em(SIGNS) >= float(SIGN_STEM_EM) - 0.0004


@pytest.mark.parametrize("method", LIMITS)
def test_at_the_smallest_size_strokes_and_letters_can_be_held(method):
    for face in FACES.values():
        em = face.smallest_em_mm(method)
        assert em * face.stem_em >= LIMITS[method].stem_mm
        assert em * face.height_em >= (LIMITS[method].hanzi_mm if face.has_hanzi else LIMITS[method].capital_mm)


def test_every_sign_is_drawn_upright_within_the_height_of_a_capital():
    for number, symbol in enumerate(symbols.SYMBOLS):
        left, low, right, high = ink(SIGNS, number).bounds
        assert 0 <= left < right <= symbols.advance(number) and -0.01 <= low < high <= symbols.HEIGHT + 0.01, symbol.code
        assert all(symbols.symbol_of(typed) == number for typed in symbol.typed)
    assert all(near in symbols.NUMBER for near in symbols.NEAR.values())


def test_a_day_in_every_form():
    forms = dict(date_forms(date(2026, 8, 19)))
    assert forms["year-first"] == "2026.08.19" and forms["day-first"] == "19.08.2026"
    assert forms["roman"] == "XIX·VIII·MMXXVI" and forms["hanzi"] == "二〇二六年八月十九日"
    assert forms["english"] == "19 August 2026" and forms["french"] == "19 août 2026"
    assert dict(date_forms(date(2026, 3, 1)))["french"] == "1er mars 2026"
    assert [code for code, _text in date_forms(date(2026, 8, 19), ("hanzi",))][-2:] == ["hanzi", "hanzi-figures"]
    assert all("年" not in text for _code, text in date_forms(date(2026, 8, 19), ("latin",)))
    assert [hanzi(n) for n in (1, 10, 11, 20, 31)] == ["一", "十", "十一", "二十", "三十一"]
    assert [roman(n) for n in (4, 9, 14, 1999, 2026)] == ["IV", "IX", "XIV", "MCMXCIX", "MMXXVI"]


@settings(max_examples=60, deadline=None)
@given(st.dates())
def test_every_form_of_every_day_can_be_engraved(day):
    area = Area(Decimal(80), Decimal(6), 1, ALL)
    for _code, text in date_forms(day):
        assert lay_out(text, face="roman", area=area).text == text


def test_look_alikes_are_shown():
    assert [one.sign for one in lookalikes("Illicit")] == ["l", "I"]
    assert [one.sign for one in lookalikes("己巳")] == ["己", "巳"]
    assert lookalikes("Рax")[0].others == ("P", "Cyrillic")
    assert lookalikes("Ａ")[0].others == ("A",)
    assert lookalikes("Anna & Max") == []
    assert "己 已 巳" in lookalikes("自己")[0].words


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(["Anna", "Paul", "and", "19.08.2026", "🙂", "💛", "爱", "\u200b", "\n", "M" * 20]), max_size=8
        ).map(" ".join),
    ),
    st.sampled_from(("roman", "kai", "monogram", "capitals")),
    st.sampled_from((PLATE, BACK, STAMP)),
)
def test_every_repair_offered_can_be_engraved_as_it_stands(typed, face, area):
    offered = repairs(typed, face, area)
    assert len(offered) <= 4 and len({(r.text, r.face) for r in offered}) == len(offered)
    for repair in offered:
        assert lay_out(repair.text, face=repair.face, area=area).text == repair.text
    if offered:
        with pytest.raises(Refusal):
            lay_out(typed, face=face, area=area)


def test_repairs_are_the_nearest_first():
    def kinds(typed: str, face: str, area: Area) -> list[tuple[str, str, str]]:
        return [(r.kind, r.text, r.face) for r in repairs(typed, face, area)]

    assert kinds("A\u200bB", "roman", PLATE) == [("without-hidden", "AB", "roman")]
    assert kinds("A 💛 B", "roman", PLATE) == [("our-sign", "A ♥ B", "roman")]
    assert kinds("Anna Paul", "monogram", PLATE)[0] == ("initials", "AP", "monogram")
    assert kinds("Анна", "roman", PLATE) == [("other-face", "Анна", "kai")]
    long = "Anna Maria Theresia von Hohenzollern"
    assert kinds(long, "roman", PLATE)[0] == ("second-line", "Anna Maria Theresia\nvon Hohenzollern", "roman")
    assert kinds("one\ntwo\nthree", "roman", PLATE)[0] == ("fewer-lines", "one\ntwo three", "roman")
    narrow = Area(Decimal(14), Decimal("2.6"), 1, ("roman",))
    assert ("shorter", "A. M. T. Dupont", "roman") in kinds("Anna Marie Theresa Dupont", "roman", narrow)
    assert repairs("Anna", "roman", PLATE) == []


@pytest.mark.parametrize(
    ("text", "face", "area"),
    [
        ("Anna, toujours\n♥ ∞ ★", "roman", PLATE),
        ("Emma ♡ Paul", "script", PLATE),  # its strokes overlap
        ("永结同心", "kai", PLATE),
        ("For Anna\n19·VIII·2026", "capitals", BACK),
        ("APM", "monogram-circle", PLATE),
        ("王玥", "kai", STAMP),
    ],
)
def test_the_file_for_the_laser_is_what_the_client_saw(text, face, area):
    svg = proof.svg(lay_out(text, face=face, area=area))
    written = exporting.dxf(svg)
    assert written == exporting.dxf(svg)
    drawing = ezdxf.read(io.StringIO(written.decode()))
    assert drawing.header["$INSUNITS"] == 4  # millimetres
    _width, height = exporting.plane_mm(svg)
    cut = shapely.Polygon()
    for line in drawing.modelspace().query("LWPOLYLINE[layer=='ENGRAVE']"):
        assert line.closed
        cut = cut.symmetric_difference(shapely.Polygon([(x, height - y) for x, y in line.get_points("xy")]))
    seen = inked(lay_out(text, face=face, area=area).glyphs)
    assert cut.symmetric_difference(seen).area < 0.005 * seen.area
    assert cut.hausdorff_distance(seen) < 0.02
    (edge,) = drawing.modelspace().query("LWPOLYLINE[layer=='ZONE']")
    assert max(x for x, _y in edge.get_points("xy")) == pytest.approx(float(area.width_mm))


def test_the_exported_picture_holds_the_ink_of_the_layout():
    """Drawn again by another program (resvg), the stored bytes cover the same area."""
    from io import BytesIO

    from PIL import Image

    layout = lay_out("Anna & Paul", face="roman", area=PLATE)
    drawn = Image.open(BytesIO(proof.png(proof.svg(layout), width_px=1800))).convert("L")
    dark = sum((255 - value) * count for value, count in enumerate(drawn.histogram())) / 255
    assert dark / 100**2 == pytest.approx(inked(layout.glyphs).area, rel=0.01)  # a hundred pixels to the mm


def test_no_face_that_proofs_were_made_with_is_ever_replaced():
    kept = {
        line.split()[0]: line.split()[1]
        for line in (FACES["roman"].path.parent / "VERSIONS.txt").read_text().splitlines()
        if line and not line.startswith("#")
    }
    assert {face.file: version(code) for code, face in FACES.items()} == kept


def test_a_text_is_never_changed():
    for text in ("Anna  Paul", "anna", "A…B", "“Anna”", "ﬁ", "Ａ"):
        try:
            assert lay_out(text, face="kai", area=PLATE).text == normalised(text) == text
        except Refusal as no:
            assert no.code == "glyph-missing"

"""What may be engraved, and how large it becomes."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.engraving import proof
from services.engraving.faces import FACES, usual_face
from services.engraving.geometry import usable_area
from services.engraving.inscription import Area, lay_out, normalised
from services.engraving.outlines import inked
from services.engraving.refusals import (
    Empty,
    GlyphMissing,
    HiddenCharacter,
    MarksNotPlaced,
    NotInitials,
    OtherForm,
    ScriptNotTaken,
    SymbolUnknown,
    TooLong,
    TooManyLines,
)
from services.foundation.refusal import Refusal

BAND = Area(Decimal("27.0"), Decimal("2.6"), 1, ("roman", "script", "kai"))
TALL = Area(Decimal("30"), Decimal("6"), 1, ("script",))
PLATE = Area(Decimal("12.0"), Decimal("8.0"), 2, ("roman", "kai"))
PLATE_OF_INITIALS = Area(Decimal("12.0"), Decimal("8.0"), 1, ("monogram",))


def test_the_panel_begins_with_a_face_that_has_the_clients_script():
    assert usual_face(["roman", "script", "kai"], "zh-hans") == "kai"
    assert usual_face(["roman", "script", "kai"], "fr") == "roman"
    assert usual_face(["roman"], "zh-hans") == "roman"


def test_names_with_rare_or_traditional_hanzi_can_be_engraved():
    for name in ("王玥", "刘喆", "陈堃", "林淼", "張愛國"):
        assert lay_out(name, face="kai", area=BAND).text == name


def test_a_place_may_take_one_script_only():
    latin = Area(BAND.width_mm, BAND.height_mm, 1, ("roman", "kai"), ("latin",))
    assert lay_out("A & P 14.2", face="kai", area=latin)
    with pytest.raises(ScriptNotTaken) as no:
        lay_out("A 爱 P", face="kai", area=latin)
    assert no.value.facts["characters"] == ["爱"] and "爱" in no.value.sentence()


def test_fit_is_measured_not_counted():
    narrow, wide = lay_out("iiiiiiii", face="roman", area=BAND), lay_out("MMMMMMMM", face="roman", area=BAND)
    assert narrow.percent < wide.percent
    lay_out("i" * 24, face="roman", area=BAND)
    with pytest.raises(TooLong):
        lay_out("M" * 24, face="roman", area=BAND)


def test_ink_stays_inside_the_area():
    for text, face, area in (
        ("A & P 14.II", "roman", BAND),
        ("Anna, toujours", "script", TALL),
        ("执子之手\n与子偕老", "kai", PLATE),
    ):
        layout = lay_out(text, face=face, area=area)
        assert usable_area(area).covers(inked(layout.glyphs))


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u3000"])
def test_nothing_is_refused(text):
    with pytest.raises(Empty):
        lay_out(text, face="roman", area=BAND)


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u2066", "\ufe0f", "\u3164", "\x07", "\ufeff"])
def test_hidden_characters_are_named_and_a_repair_is_offered(hidden):
    with pytest.raises(HiddenCharacter) as no:
        lay_out(f"AB{hidden}CD", face="roman", area=BAND)
    assert no.value.facts["repaired"] == "ABCD"
    assert no.value.facts["place"] == 3
    lay_out(no.value.facts["repaired"], face="roman", area=BAND)


def test_a_missing_glyph_names_the_faces_that_have_it():
    with pytest.raises(GlyphMissing) as no:
        lay_out("Nguyễn", face="capitals", area=Area(BAND.width_mm, BAND.height_mm, 1, ("capitals", "script", "kai")))
    assert no.value.facts == {"characters": ["ễ"], "face": "capitals", "faces": ["kai"]}
    with pytest.raises(GlyphMissing) as no:
        lay_out("שלום", face="kai", area=BAND)
    assert no.value.facts["faces"] == []


def test_hanzi_in_a_line_of_letters_are_set_in_the_places_face_for_hanzi():
    mixed = lay_out("Anna 爱 Paul ♥", face="roman", area=BAND)
    assert mixed.faces == ("kai", "roman", "symbols") and mixed.told == ("companion",)
    with pytest.raises(GlyphMissing):
        lay_out("爱", face="roman", area=Area(BAND.width_mm, BAND.height_mm, 1, ("roman", "script")))


def test_a_letter_is_never_borrowed_from_another_hand():
    with pytest.raises(GlyphMissing) as no:
        lay_out("Анна", face="roman", area=BAND)
    assert no.value.facts["faces"] == ["kai"]


def test_emoji_outside_our_signs_are_named_whole():
    for sign in ("🙂", "👨‍👩‍👧", "👍🏽", "🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "❤️‍🔥"):
        with pytest.raises(SymbolUnknown) as no:
            lay_out(f"A {sign} B", face="roman", area=BAND)
        assert no.value.facts["cluster"] == sign and sign in no.value.sentence()
    with pytest.raises(SymbolUnknown) as no:
        lay_out("A 💛 B", face="roman", area=BAND)
    assert no.value.facts["repaired"] == "A ♥ B"


def test_a_sign_of_ours_may_carry_its_picture_form():
    plain, picture = (lay_out(text, face="roman", area=BAND) for text in ("A ❤ B", "A ❤\ufe0f B"))
    assert plain.glyphs == picture.glyphs


def test_a_monogram_is_one_to_three_capitals():
    square = Area(Decimal(12), Decimal(12), 1, ("monogram", "monogram-circle", "monogram-lozenge", "roman"))
    for face in square.faces[:3]:
        for text in ("A", "AP", "APM", "ÉÅŁ"):
            assert lay_out(text, face=face, area=square).text == text
    for text, initials in (
        ("Anna Paul", "AP"),
        ("a", "A"),
        ("A & P", "AP"),
        ("A.P.M.", "APM"),
        ("ABCD", "A"),
        ("王", ""),
        ("12", ""),
    ):
        with pytest.raises(NotInitials) as no:
            lay_out(text, face="monogram", area=square)
        assert no.value.facts["repaired"] == initials and no.value.sentence()


def test_the_middle_one_of_three_initials_is_the_largest():
    one, two, three = lay_out("APM", face="monogram", area=PLATE_OF_INITIALS).glyphs
    assert one.size_mm == three.size_mm < two.size_mm


def test_what_changes_without_being_seen_is_told():
    assert lay_out("E\u0301lodie", face="roman", area=BAND).told == ("composed",)
    assert lay_out("  Élodie ", face="roman", area=BAND).told == ("trimmed",)
    assert lay_out("Élodie", face="roman", area=BAND).told == ()


def test_a_hanzi_whose_form_would_change_is_asked_about():
    with pytest.raises(OtherForm) as no:
        lay_out("\ufa19田", face="kai", area=BAND)
    assert no.value.facts["repaired"] == "神田" and no.value.sentence()


def test_marks_no_face_can_place_are_refused_kindly():
    with pytest.raises(MarksNotPlaced) as no:
        lay_out("Zo\u0308\u0301\u0323\u0330e", face="roman", area=BAND)
    assert no.value.facts["repaired"] and no.value.sentence()


def test_too_many_lines():
    with pytest.raises(TooManyLines):
        lay_out("one\ntwo", face="roman", area=BAND)
    assert lay_out("one\ntwo", face="roman", area=PLATE).text == "one\ntwo"


def test_a_text_is_composed_and_never_otherwise_changed():
    decomposed = unicodedata.normalize("NFD", "Élodie")
    assert lay_out(decomposed, face="roman", area=BAND).text == "Élodie"


def test_smaller_than_the_bench_can_hold_is_too_long():
    for face in ("roman", "script", "capitals", "kai"):
        text = "一" * 60 if face == "kai" else "o" * 60
        with pytest.raises(TooLong) as no:
            lay_out(text, face=face, area=BAND)
        assert no.value.facts["percent"] > 100


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_laid_out_or_kindly_refused(text):
    try:
        layout = lay_out(text, face="roman", area=PLATE)
    except Refusal as no:
        assert no.sentence()
        return
    assert layout.text == normalised(text)
    assert layout.em_mm >= FACES["roman"].smallest_em_mm("laser")


def test_a_text_that_is_too_tall_says_so():
    with pytest.raises(TooLong) as no:
        lay_out("Ægypte, fjord", face="script", area=BAND)
    assert no.value.facts["percent"] > 100
    assert no.value.facts["faces"] == ["roman", "kai"]


def test_the_proof_is_the_same_bytes_every_time_and_holds_no_text():
    first, second = (proof.svg(lay_out("A & P", face="roman", area=BAND)) for _n in range(2))
    assert first == second
    assert proof.sha256(first) == proof.sha256(second)
    assert "<text" not in first
    assert "<script" not in first
    assert "27" in first.split(">", 1)[0]


def test_the_letter_shows_the_proof_as_png():
    png = proof.png(proof.svg(lay_out("执子之手", face="kai", area=BAND)), width_px=440)
    assert png.startswith(b"\x89PNG")

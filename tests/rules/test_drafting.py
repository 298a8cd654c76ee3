"""What browsers draw from is what the rules draw from."""

import json
from decimal import Decimal

import pytest
from django.conf import settings

from services.engraving import drafting
from services.engraving.area import Area, KeepOut, rectangle
from services.engraving.faces import FACES, SIGNS, loaded, version
from services.engraving.shaping import shaped

LETTERS = settings.ROOT / "static" / "letters"


def table(face: str) -> dict:
    return json.loads((LETTERS / drafting.table_name(face)).read_text(encoding="utf-8"))


def test_the_letters_sent_are_those_of_the_typefaces():
    """A new typeface or sign: run `manage.py draw_letters`."""
    assert {file.name: file.read_text(encoding="utf-8") for file in LETTERS.iterdir()} == drafting.written()


@pytest.mark.parametrize("face", ["roman", "script", "capitals", "kai"])
@pytest.mark.parametrize(
    "text", ["Anna & Paul", "AVATAR", "Wolfgang To. We", "L’été à Łódź", "19·VIII·2026", "Thomas", "Raffaella", "Ya, Te: “Va”"]
)
def test_a_line_set_by_the_table_stands_as_harfbuzz_sets_it(face, text):
    made, units, x, at, before, found = table(face), table(face)["units"], 0, 0, None, []
    while at < len(text):
        unit = next(text[at : at + n] for n in (2, 1) if text[at : at + n] in units)
        if before:
            assert before + unit not in made["odd"]
            x += made["moved"][units[before][1]][units[unit][2]]
        advance, _left, _right, *glyphs = units[unit]
        found += [(glyphs[n], x + glyphs[n + 1]) for n in range(0, len(glyphs), 3)]
        x, at, before = x + advance, at + len(unit), unit
    upem = loaded(face).upem
    assert found == [(glyph, round(gx * upem)) for glyph, gx, _gy, _middle in shaped(text, face)[0]]


def test_letters_that_change_one_another_otherwise_are_left_to_the_server():
    assert {"Qu", "RR"} <= set(table("roman")["odd"])  # a long tail, a pair of its own


def test_hanzi_come_one_by_one_and_a_character_without_a_drawing_is_named():
    found = drafting.hanzi_table("kai", "己𠮷\U0003ffff")
    assert found["units"]["己"][3:] == [shaped("己", "kai")[0][0][0], 0, 0]
    assert found["units"]["\U0003ffff"] is None
    assert str(found["units"]["己"][3]) in found["glyphs"]


def test_every_face_and_our_signs_name_the_version_they_were_drawn_from():
    assert all(table(face)["version"] == version(face) for face in FACES)
    assert json.loads((LETTERS / "symbols.json").read_text())["version"] == version(SIGNS)


def test_a_place_with_a_hallmark_is_sent_without_it():
    mark = KeepOut("hallmark", rectangle(Decimal("10"), Decimal("0"), Decimal("4"), Decimal("3")), Decimal("1"))
    sent = drafting.place_of(Area(Decimal("40"), Decimal("3"), 1, ("roman", "kai"), keep_outs=(mark,)))
    assert len(sent["usable"]) == 2 and not sent["isConvex"]
    assert sent["beside"] == {"roman": "kai", "kai": None}
    assert json.loads(json.dumps(sent)) is not None

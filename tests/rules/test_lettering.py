"""A text letter by letter, and the codes of the bench's cards: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.engraving.card import Card, qr
from services.engraving.lettering import letters_of
from services.foundation import codes


def test_marks_belong_to_their_letter_and_spaces_are_none():
    assert [letter.sign for letter in letters_of("e\u0301 & 永\ufe00")] == ["e\u0301", "&", "永\ufe00"]


def test_letters_are_counted_over_the_whole_text_and_know_their_line():
    found = letters_of("Io\n1 é")
    assert [(letter.number, letter.line, letter.sign) for letter in found] == [(1, 1, "I"), (2, 1, "o"), (3, 2, "1"), (4, 2, "é")]


def test_look_alikes_have_names_that_differ():
    names = {letter.name for letter in letters_of("lI1|O0o己已巳")}
    assert len(names) == 10


@given(st.text(max_size=60))
def test_no_visible_sign_is_lost(text):
    kept = "".join(letter.sign for letter in letters_of(text))
    assert [sign for sign in kept if not sign.isspace()] == [sign for sign in text if not sign.isspace()]


def test_a_code_is_read_however_it_is_typed():
    code = codes.new(4, 4)
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code[:4]} {code[5:]}\r\n"):
        assert codes.read(typed, 4, 4) == code


@given(st.text(max_size=200))
def test_what_is_typed_is_a_code_or_nothing(typed):
    found = codes.read(typed, 4, 4)
    assert found == "" or (len(found) == 9 and set(found) <= {*codes.ALPHABET, "-"})


@pytest.mark.parametrize(("width", "height", "is_wide"), [(14, 2.3, False), (128, 20, False), (170, 8, True)])
def test_a_card_finds_room_for_its_proof_at_true_size_and_larger(width, height, is_wide):
    facts = {"code": "ABCD-EFGH", "number": "", "piece": "", "variant": "", "promise": "", "rows": [], "text": "", "letters": []}
    card = Card(**facts, proof_svg="", width_mm=width, height_mm=height, sha256="")
    assert card.is_wide is is_wide
    assert 1 <= card.times <= 8 and card.times * width <= (277 if is_wide else 128)


def test_a_code_is_drawn_as_one_small_symbol():
    drawn = qr("ABCD-EFGH")
    assert drawn.startswith("<svg") and "<path" in drawn

"""The review before keeping: letter by letter, look-alikes with words that tell them apart."""

import pytest

from services.engraving.lookalikes import GROUPS
from services.engraving.reviewing import reviewed, words_of


def signs(text: str) -> list[list[str]]:
    return [[letter.sign for letter in line] for line in reviewed(text)]


def test_every_letter_stands_in_its_line_and_spaces_begin_words():
    assert signs("A & P\n14.II") == [["A", "&", "P"], ["1", "4", ".", "I", "I"]]
    assert [letter.begins for letter in reviewed("A & P")[0]] == [False, True, True]


def test_a_letter_keeps_its_accents_together():
    assert signs("Nguye\u0302\u0303n") == [["N", "g", "u", "y", "e\u0302\u0303", "n"]]


def test_look_alikes_say_what_they_are():
    assert {letter.sign: letter.words for letter in reviewed("Il1")[0]} == {"I": "capital I", "l": "small l", "1": "figure 1"}
    assert [letter.words for letter in reviewed("己已巳")[0]] == ["jǐ", "yǐ", "sì"]
    assert [letter.words for letter in reviewed("Ann\u0430")[0]][-1] == "Cyrillic \u0430"
    assert [letter.words for letter in reviewed("Ben")[0]] == ["", "", ""]


def test_our_signs_are_named():
    assert reviewed("A ♥")[0][1].words == "heart" and not reviewed("A ♥")[0][1].is_alike


@pytest.mark.parametrize("group", GROUPS)
def test_the_words_of_a_group_tell_its_signs_apart(group):
    words = [words_of(sign) for sign in group if sign not in "―－衹祇"]  # three dashes; two ways to write one character
    assert all(words) and len(set(words)) == len(words)

"""The unified social credit code: as GB 32100-2015 gives it, and every slip of one character is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.invoicing import credit_code

EXAMPLE = "91350100M000100Y43"  # GB 32100-2015, annex


def test_the_standards_own_example_is_valid():
    assert credit_code.is_valid(EXAMPLE)


@pytest.mark.parametrize(
    "typed", ["91350100m000100y43", " 9135 0100 M000 100Y 43 ", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100-M000100Y4-3"]
)
def test_spaces_small_letters_and_full_width_are_read(typed):
    assert credit_code.read(typed) == EXAMPLE


@given(st.integers(0, 17), st.sampled_from(credit_code.SIGNS))
def test_any_other_character_is_noticed(place, sign):
    changed = EXAMPLE[:place] + sign + EXAMPLE[place + 1 :]
    assert credit_code.is_valid(changed) == (changed == EXAMPLE)


@given(st.text(credit_code.SIGNS, min_size=17, max_size=17))
def test_each_first_part_has_one_last_sign(first):
    assert [credit_code.is_valid(first + sign) for sign in credit_code.SIGNS].count(True) == 1


@pytest.mark.parametrize("typed", ["", "9135", EXAMPLE[:-1], EXAMPLE + "0", "I" * 18, "91350100O000100Y43", "一" * 18])
def test_nothing_else_is_taken(typed):
    assert not credit_code.is_valid(typed)

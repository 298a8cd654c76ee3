"""References on bank transfers: made, spoiled on their way, and found again."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iso11649

from checkout.transfers import references
from services.foundation.codes import ALPHABET

NUMBERS = st.text(ALPHABET, min_size=10, max_size=10).map(lambda signs: f"{signs[:5]}-{signs[5:]}")
NINE = st.integers(0, 10**9 - 1).map(lambda number: f"{number:09d}")


@given(NUMBERS)
def test_a_creditor_reference_keeps_its_standard(number):
    made = references.creditor_reference(number)
    assert iso11649.is_valid(made) and references.is_whole(made) and len(made) == 14
    assert references.spaced(made).replace(" ", "") == made


def test_the_example_of_the_standard_has_its_check_digits():
    assert references.creditor_reference("539007547034") == "RF18539007547034"


@given(
    NUMBERS, st.sampled_from(["{}", "Order {} thank you", "SVWZ+{} KREF+NONREF", "réf. {}, merci", "付款{}谢谢"]), st.booleans()
)
def test_it_is_found_in_what_banks_make_of_a_text(number, around, is_spaced):
    made = references.creditor_reference(number)
    text = around.format(references.spaced(made).lower() if is_spaced else made)
    assert references.found_in([text]) == [made]


@given(NINE, st.sampled_from(["{}", "订单 {} 货款", "ref:{}."]), st.booleans())
def test_a_numeric_reference_is_found_by_itself_and_in_groups(nine, around, is_spaced):
    made = references.numeric_reference(nine)
    assert references.found_in([around.format(references.spaced(made) if is_spaced else made)]) == [made]


@given(NUMBERS, st.integers(4, 13), st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_noticed(number, place, sign):
    """A letter for a letter, or a digit for a digit: the other kind weighs otherwise, and is noticed 96 times of 97."""
    made = references.creditor_reference(number)
    assume(made[place].isdigit() == sign.isdigit())
    spoiled = made[:place] + sign + made[place + 1 :]
    assert spoiled == made or not references.is_whole(spoiled)


@given(NINE, st.integers(0, 9), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(nine, place, digit):
    made = references.numeric_reference(nine)
    spoiled = made[:place] + digit + made[place + 1 :]
    assert spoiled == made or not references.is_whole(spoiled)


@given(st.text(max_size=300))
def test_any_text_can_be_looked_through(text):
    assert all(references.is_whole(found) for found in references.found_in([text]))


def test_digits_of_a_longer_number_are_no_reference():
    made = references.numeric_reference("123456789")
    assert references.found_in([f"acct 6222{made}", f"{made}00"]) == []


@pytest.mark.parametrize("wrong", ["", "---", "A" * 22])
def test_nothing_is_made_of_nothing_or_too_much(wrong):
    with pytest.raises(ValueError):
        references.creditor_reference(wrong)

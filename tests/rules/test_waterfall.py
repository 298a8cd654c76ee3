"""Dividing a refund among what is owed, what is held and what was paid: exact in every currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.refunds.states import Waterfall
from checkout.refunds.waterfall import Amount, proportion, share, split
from services.foundation.money import decimals, from_minor, rounded

CURRENCIES = st.sampled_from(["CNY", "EUR", "JPY", "KWD"])
PILES = st.lists(st.integers(1, 10**7), max_size=6)


def pile(minors: list[int], currency: str, first: int = 1) -> list[Amount]:
    return [Amount(first + n, from_minor(minor, currency)) for n, minor in enumerate(minors)]


@given(CURRENCIES, PILES, st.integers(0, 10**7), PILES, st.sampled_from(Waterfall.values), st.integers(1, 1000))
def test_the_pieces_of_a_refund_make_its_value_and_none_exceeds_its_source(currency, owed, held, paid, rule, per_mille):
    parts, payments, kept = pile(owed, currency), pile(paid, currency, 100), from_minor(held, currency)
    total = sum(owed) + held + sum(paid)
    if not total:
        return
    value = from_minor(max(1, total * per_mille // 1000), currency)
    found = split(value, owed=parts, held=kept, paid=payments, rule=rule)
    assert found.less_owed + found.not_taken + found.to_pay_back == value
    sources = {each.of: each.amount for each in (*parts, *payments)}
    for each in (*found.cuts, *found.returns):
        assert 0 < each.amount <= sources[each.of]
        assert each.amount == rounded(each.amount, currency)
    assert 0 <= found.not_taken <= kept
    for taken, all_of in ((found.cuts, parts), (found.returns, payments)):
        # The last first: all before the one that is cut in part are whole, counted from the end.
        assert [each.of for each in taken] == [each.of for each in reversed(all_of)][: len(taken)]
        assert all(each.amount == sources[each.of] for each in taken[:-1])
    if rule == Waterfall.OWED_FIRST and found.returns:
        assert found.less_owed == sum(each.amount for each in parts)
    if rule == Waterfall.PAID_FIRST and found.cuts:
        assert found.to_pay_back == sum(each.amount for each in payments)


@pytest.mark.parametrize("value", [Decimal(0), Decimal(-1), Decimal("10.01")])
def test_nothing_and_more_than_there_is_are_refused(value):
    with pytest.raises(ValueError):
        split(value, owed=[Amount(2, Decimal(4))], held=Decimal(1), paid=[Amount(9, Decimal(5))], rule=Waterfall.OWED_FIRST)


def test_the_last_part_falls_first_and_then_the_last_payment_comes_back():
    owed = [Amount(2, Decimal(100)), Amount(3, Decimal(101))]
    found = split(Decimal(250), owed=owed, held=Decimal(0), paid=[Amount(7, Decimal(100))], rule=Waterfall.OWED_FIRST)
    assert found.cuts == (Amount(3, Decimal(101)), Amount(2, Decimal(100)))
    assert found.returns == (Amount(7, Decimal(49)),)


@given(CURRENCIES, st.integers(1, 10**9), st.integers(1, 9), st.data())
def test_the_shares_of_a_line_make_its_total_in_whatever_steps_its_pieces_come_back(currency, minor, quantity, data):
    total, before, given_back = from_minor(minor, currency), 0, Decimal(0)
    while before < quantity:
        number = data.draw(st.integers(1, quantity - before))
        one = share(total, quantity=quantity, before=before, number=number, currency=currency)
        assert one >= 0 and one == rounded(one, currency)
        given_back += one
        before += number
    assert given_back == total
    with pytest.raises(ValueError):
        share(total, quantity=quantity, before=quantity, number=1, currency=currency)


@given(CURRENCIES, st.integers(1, 10**9), st.integers(0, 30))
def test_the_tax_in_an_amount_is_in_proportion(currency, minor, per_cent):
    gross = from_minor(minor, currency)
    tax = rounded(gross * per_cent / (100 + per_cent), currency)
    assert proportion(gross, of=tax, gross=gross, currency=currency) == tax
    half = rounded(gross / 2, currency)
    quantum = Decimal(1).scaleb(-decimals(currency))
    assert abs(proportion(half, of=tax, gross=gross, currency=currency) - tax / 2) <= quantum

"""What an amount gives back of each line: exact, and never more than is left."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.invoicing.apportioning import Left, of_line, over_lines
from services.foundation.money import quantum, rounded
from services.foundation.regions.models import Region, TaxMode
from services.foundation.regions.tax import taxed

CURRENCIES = ("EUR", "CNY", "JPY", "KWD")


@st.composite
def invoices(draw) -> tuple[list[Left], str]:
    """Lines as orders have them: prices with their tax, in currencies with two, none and three decimals."""
    currency = draw(st.sampled_from(CURRENCIES))
    region = Region(currency=currency, tax_mode=draw(st.sampled_from(TaxMode.values)))
    rate = draw(st.sampled_from([Decimal(0), Decimal("0.08875"), Decimal("0.13"), Decimal("0.2")]))
    prices = draw(st.lists(st.integers(1, 5_000_000), min_size=1, max_size=6))
    lines = [taxed(price * quantum(currency), rate, "X", region) for price in prices]
    return [Left(line.net, line.tax) for line in lines], currency


@given(invoices(), st.lists(st.floats(0.001, 1), min_size=1, max_size=6))
def test_credits_one_after_the_other_never_give_back_more_and_the_last_takes_all(invoice, fractions):
    lefts, currency = invoice
    given_back = Decimal(0)
    whole = sum(left.gross for left in lefts)
    for fraction in [*fractions, 1.0]:
        rest = sum(left.gross for left in lefts)
        if not rest:
            break
        amount = rest if fraction == 1.0 else max(rounded(rest * Decimal(fraction), currency), quantum(currency))
        parts = over_lines(amount, lefts, currency)
        assert sum(parts) == amount
        backs = [of_line(part, left, currency) for part, left in zip(parts, lefts, strict=True)]
        for part, back, left in zip(parts, backs, lefts, strict=True):
            assert back.gross == part
            assert 0 <= back.net <= left.net and 0 <= back.tax <= left.tax
            assert back.tax == rounded(back.tax, currency)
        lefts = [Left(left.net - back.net, left.tax - back.tax) for left, back in zip(lefts, backs, strict=True)]
        given_back += amount
    assert given_back == whole
    assert all(left == Left(Decimal(0), Decimal(0)) for left in lefts)


@given(invoices())
def test_what_is_left_of_a_line_is_taken_to_the_cent(invoice):
    lefts, currency = invoice
    for left in lefts:
        assert of_line(left.gross, left, currency) == left


def test_the_shares_follow_the_lines():
    lefts = [Left(Decimal("1000"), Decimal("200")), Left(Decimal("500"), Decimal("100"))]
    assert over_lines(Decimal("100"), lefts, "EUR") == [Decimal("66.67"), Decimal("33.33")]
    assert of_line(Decimal("66.67"), lefts[0], "EUR") == Left(Decimal("55.56"), Decimal("11.11"))


@pytest.mark.parametrize("amount", ["0", "-1", "1800.01", "0.001"])
def test_nothing_too_much_and_nothing_finer_than_the_currency(amount):
    lefts = [Left(Decimal("1500"), Decimal("300"))]
    with pytest.raises(ValueError):
        over_lines(Decimal(amount), lefts, "EUR")

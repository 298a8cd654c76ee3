"""Instalments, tax, minor units: exact to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.deferred.instalments import months_later, schedule
from services.foundation import formats
from services.foundation.money import from_minor, rounded, to_minor
from services.foundation.regions.models import Region, TaxMode
from services.foundation.regions.tax import taxed

cents = st.integers(min_value=3, max_value=10**9).map(lambda n: Decimal(n).scaleb(-2))


@given(total=cents, parts=st.sampled_from([2, 3, 4, 12]))
def test_parts_sum_to_the_total(total, parts):
    if total < parts * Decimal("0.01"):
        return
    plan = schedule(total, parts=parts, currency="EUR", first=date(2026, 1, 31))
    assert sum(p.amount for p in plan) == total
    assert all(p.amount > 0 and p.amount == rounded(p.amount, "EUR") for p in plan)
    assert plan[-1].amount - plan[0].amount < parts * Decimal("0.01")
    assert [p.due_on for p in plan] == sorted({p.due_on for p in plan})


def test_the_last_part_takes_the_rounding():
    plan = schedule(Decimal("100.00"), parts=3, currency="EUR", first=date(2026, 11, 23))
    assert [p.amount for p in plan] == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert [p.due_on for p in plan] == [date(2026, 11, 23), date(2026, 12, 23), date(2027, 1, 23)]


def test_a_month_has_an_end():
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2027, 12, 31), 2) == date(2028, 2, 29)


def test_a_yen_has_no_cents():
    plan = schedule(Decimal("1000"), parts=3, currency="JPY", first=date(2026, 1, 1))
    assert [p.amount for p in plan] == [333, 333, 334]
    assert to_minor(Decimal("1000"), "JPY") == 1000
    with pytest.raises(ValueError):
        to_minor(Decimal("0.5"), "JPY")


@given(cents)
def test_minor_units_go_there_and_back(amount):
    assert from_minor(to_minor(amount, "CNY"), "CNY") == amount


@given(amount=cents, rate=st.sampled_from(["0", "0.13", "0.20", "0.08875"]), mode=st.sampled_from(list(TaxMode)))
def test_net_and_tax_are_gross(amount, rate, mode):
    found = taxed(amount, Decimal(rate), "X", Region(currency="EUR", tax_mode=mode))
    assert found.net + found.tax == found.gross
    assert (found.gross if mode == TaxMode.INCLUDED else found.net) == amount
    assert found.tax >= 0


def test_amounts_are_written_as_each_language_writes_them():
    from django.utils import translation

    said = {}
    for language in ("en", "zh-hans", "fr"):
        with translation.override(language):
            said[language] = (formats.money(Decimal("1750"), "EUR"), formats.day_words(date(2026, 12, 3)))
    assert said["en"] == ("€1,750", "Thursday 3 December")
    assert said["zh-hans"][1] == "12月3日 星期四"
    assert said["fr"][1] == "jeudi 3 décembre"
    assert said["fr"][0].endswith("€")

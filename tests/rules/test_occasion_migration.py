"""Lunar days in words, as occasions had them before they fell on named days."""

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

migration = import_module("catalog.migrations.0042_occasion_feast")


@given(st.integers(1, 12), st.integers(1, 30))
def test_a_lunar_day_is_read_as_it_is_written(month, day):
    assert migration.lunar_day(migration.hanzi_of(month, day)) == (month, day)


@pytest.mark.parametrize(
    ("words", "day"),
    [("农历七月初七", (7, 7)), ("农历十二月三十", (12, 30)), ("腊月廿三", (12, 23)), ("七夕", None), ("", None), (None, None)],
)
def test_what_is_no_lunar_day_is_not_guessed(words, day):
    assert migration.lunar_day(words) == day

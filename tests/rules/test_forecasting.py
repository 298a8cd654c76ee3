"""What is owed and expected: nothing is lost between buckets and weeks, and the drawing holds what the table says."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from checkout.desk.chart import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, draw, top_of
from checkout.desk.forecasting import HELD, PARTS, WEEKS, Expected, Week, outlooks

TODAY = date(2026, 12, 2)  # a Wednesday
MONDAY = date(2026, 11, 30)


def part(days: int, amount: str = "100", currency: str = "EUR") -> Expected:
    return Expected(currency, PARTS, TODAY + timedelta(days=days), Decimal(amount), 1)


def test_each_age_has_its_bucket():
    (eur,) = outlooks([part(days) for days in (5, 0, -1, -7, -8, -30, -31, -60, -61, -400)], today=TODAY)
    assert [(bucket.to, bucket.count) for bucket in eur.ageing] == [(0, 2), (7, 2), (30, 2), (60, 2), (None, 2)]
    assert (eur.owed, eur.overdue) == (Decimal(1000), Decimal(800))


def test_what_is_due_stands_in_its_week_and_a_late_hold_in_this_one():
    held = Expected("EUR", HELD, TODAY - timedelta(days=9), Decimal(7), 1)
    (eur,) = outlooks([part(0), part(4), part(5), part(-1), part(7 * WEEKS), held], today=TODAY)
    assert eur.weeks[0] == Week(MONDAY, Decimal(200), Decimal(7))
    assert eur.weeks[1].parts == Decimal(100) and len(eur.weeks) == WEEKS and eur.later == Decimal(100)


def test_currencies_are_never_added():
    found = outlooks([part(1), part(1, "5", "CNY")], today=TODAY)
    assert [(each.currency, each.owed) for each in found] == [("CNY", Decimal(5)), ("EUR", Decimal(100))]


expected = st.lists(st.tuples(st.integers(-500, 500), st.integers(1, 10**9), st.sampled_from([PARTS, HELD])), max_size=20)


@given(expected)
def test_nothing_is_lost(rows):
    every = [Expected("EUR", kind, TODAY + timedelta(days=days), Decimal(cents) / 100, 1) for days, cents, kind in rows]
    for each in outlooks(every, today=TODAY):
        assert each.owed == sum(row.amount for row in every if row.kind == PARTS)
        coming = sum(row.amount for row in every if row.kind == HELD or row.day >= TODAY)
        assert sum(week.total for week in each.weeks) + each.later == coming
        chart = draw(each.weeks)
        assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH for bar in chart.bars)
        assert all(bar.height > 0 and bar.y >= TOP - 0.5 and bar.y + bar.height <= HEIGHT - BOTTOM + 0.2 for bar in chart.bars)
        drawn = sum(bool(week.parts) + bool(week.held) for week in each.weeks)
        assert len(chart.bars) == drawn


@given(st.decimals(0, 10**10, places=2))
def test_the_scale_is_round_and_holds_the_highest(most):
    top = top_of(most)
    assert top >= most and (not most or top < most * 3)
    assert top.normalize().as_tuple().digits in ((1,), (2,), (4,), (8,))


def test_without_any_weeks_there_is_a_scale_and_no_bar():
    assert draw([]).bars == [] and len(draw([]).lines) == 5

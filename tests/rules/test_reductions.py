"""What a reduction is announced beside: the lowest price of the 30 days before it (Directive 98/6/EC, art. 6a)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from catalog.partner.pricing import Standing, lowest_before

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def history(*rows: tuple[int, int, bool]) -> list[Standing]:
    """(days before now, amount, reduction), oldest first."""
    return [Standing(Decimal(amount), NOW - timedelta(days=days), reduced) for days, amount, reduced in rows]


def test_the_price_that_stood_when_the_30_days_began_counts():
    assert lowest_before(history((400, 1000, False), (0, 800, True))) == 1000
    assert lowest_before(history((400, 1000, False), (10, 1200, False), (0, 900, True))) == 1000


def test_a_short_dip_within_the_30_days_counts_and_one_before_them_does_not():
    assert lowest_before(history((400, 1000, False), (20, 850, False), (19, 1000, False), (0, 900, True))) == 850
    assert lowest_before(history((400, 1000, False), (50, 850, False), (31, 1000, False), (0, 900, True))) == 1000
    # It ended the very moment the 30 days began.
    assert lowest_before(history((400, 1000, False), (50, 850, False), (30, 1000, False), (0, 900, True))) == 1000


def test_a_reduction_that_goes_further_step_by_step_is_one_reduction():
    assert lowest_before(history((400, 1000, False), (10, 900, True), (0, 800, True))) == 1000
    # One that went up in between is another.
    assert lowest_before(history((400, 1000, False), (10, 800, True), (0, 900, True))) == 800


def test_without_an_earlier_price_nothing_is_reduced():
    assert lowest_before(history((0, 800, True))) is None
    assert lowest_before(history((5, 900, True), (0, 800, True))) is None

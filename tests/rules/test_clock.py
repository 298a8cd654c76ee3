"""The clock of an order: from when on it may be packed, and what is left until then."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from checkout import clock
from services.delivery import promising

PARIS, SHANGHAI = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Shanghai")
CHRISTMAS = frozenset({date(2026, 12, 25)})


def paris(*args) -> datetime:
    return datetime(*args, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("bench_done_on", "needs_bench", "begins"),
    [
        (date(2026, 11, 24), True, paris(2026, 11, 25, 9)),  # the morning after the bench
        (date(2026, 11, 27), True, paris(2026, 11, 30, 9)),  # a Friday: Monday morning
        (date(2026, 12, 24), True, paris(2026, 12, 28, 9)),  # before a holiday and a week-end
        (date(2026, 11, 24), False, paris(2026, 11, 24, 14)),  # no bench: the same day, after the cut-off
    ],
)
def test_packing_begins_after_the_bench_or_after_the_cut_off(bench_done_on, needs_bench, begins):
    found = clock.packing_begins(
        bench_done_on=bench_done_on, needs_bench=needs_bench, cut_off_hour=14, zone=PARIS, holidays=CHRISTMAS
    )
    assert found == begins


def test_packing_begins_by_the_clock_of_the_region():
    found = clock.packing_begins(
        bench_done_on=date(2026, 11, 24), needs_bench=True, cut_off_hour=16, zone=SHANGHAI, holidays=frozenset()
    )
    assert found.astimezone(UTC) == datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("placed_on", "bench_done_on", "engraved", "needed"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), False, False),  # before the cut-off
        (date(2026, 11, 23), date(2026, 11, 24), False, False),  # after it
        (date(2026, 11, 27), date(2026, 11, 30), False, False),  # Friday evening begins on Monday
        (date(2026, 12, 24), date(2026, 12, 28), False, False),  # over a holiday
        (date(2026, 11, 23), date(2026, 12, 14), False, True),  # made to order
        (date(2026, 11, 23), date(2026, 11, 24), True, True),  # one day of engraving
    ],
)
def test_what_the_bench_works_on_is_told_from_what_only_waits_for_its_first_day(placed_on, bench_done_on, engraved, needed):
    found = clock.needs_bench(placed_on=placed_on, bench_done_on=bench_done_on, engraved=engraved, holidays=CHRISTMAS)
    assert found == needed


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (paris(2026, 11, 23, 6), "2 days and 3 hours"),
        (paris(2026, 11, 24, 9), "1 day"),
        (paris(2026, 11, 24, 8, 30), "1 day"),
        (paris(2026, 11, 24, 22, 1), "10 hours"),
        (paris(2026, 11, 25, 8), "1 hour"),
        (paris(2026, 11, 25, 8, 30), "less than an hour"),
    ],
)
def test_what_is_left_is_said_in_days_and_hours_never_more_than_there_is(now, words):
    found = clock.compute(paris(2026, 11, 25, 9), now=now)
    assert not found.has_passed
    with translation.override("en"):
        assert found.left_words == words


def test_what_is_left_is_real_time_when_the_clocks_change():
    found = clock.compute(paris(2027, 3, 28, 9), now=paris(2027, 3, 27, 9))  # the night of summer time has 23 hours
    assert found.left == timedelta(hours=23)


@pytest.mark.parametrize("now", [paris(2026, 11, 25, 9), paris(2026, 12, 25, 9)])
def test_the_moment_passes_and_nothing_is_left(now):
    found = clock.compute(paris(2026, 11, 25, 9), now=now)
    assert found.has_passed
    assert found.left == timedelta(0)


def test_the_moment_is_said_with_weekday_hour_and_zone_in_words():
    found = clock.compute(paris(2026, 11, 25, 9), now=paris(2026, 11, 23, 9))
    with translation.override("en"):
        assert (found.day, found.hour, found.zone) == ("Wednesday 25 November", "09:00", "Central European Time")
    with translation.override("fr"):
        assert found.day == "mercredi 25 novembre"


@pytest.mark.parametrize(
    ("now", "bench_done_on", "transit", "promised"),
    [
        (paris(2026, 11, 23, 10), date(2026, 11, 23), 2, date(2026, 11, 26)),  # the moment it was placed: nothing has moved
        (paris(2026, 11, 24, 10), date(2026, 11, 23), 2, date(2026, 11, 26)),  # the next morning it can still be packed in time
        (paris(2026, 11, 24, 15), date(2026, 11, 23), 2, date(2026, 11, 27)),  # after the cut-off it cannot
        (paris(2026, 11, 24, 10), date(2026, 11, 23), 5, date(2026, 12, 1)),  # a longer way
        (paris(2026, 11, 24, 10), date(2026, 12, 4), 2, date(2026, 12, 9)),  # the bench still has days to go
        (paris(2026, 11, 24, 10), None, 2, date(2026, 11, 26)),  # the bench was done early
    ],
)
def test_a_promise_made_anew_counts_the_bench_that_remains_and_never_the_past(now, bench_done_on, transit, promised):
    found = promising.anew(
        now, zone=PARIS, cut_off_hour=14, bench_done_on=bench_done_on, transit_days=transit, holidays=frozenset()
    )
    assert found == promised


@pytest.mark.parametrize("days", [0, 1, 2, 5, 9])
@pytest.mark.parametrize("end", [date(2026, 12, 28), date(2026, 12, 31), date(2027, 1, 6)])
def test_what_leaves_so_many_days_before_arrives_on_the_day(end, days):
    left_on = promising.working_days_before(end, days, CHRISTMAS)
    assert promising.working_days_after(left_on, days, CHRISTMAS) == end

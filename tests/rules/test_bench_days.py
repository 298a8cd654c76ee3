"""The bench's days, as rules: the earliest there is, never more than there is."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.engraving.bench_days import BenchDays, FreeDay

MONDAY = date(2026, 11, 23)
LASER, STAMP = frozenset({"laser"}), frozenset({"hot stamp"})


def bench(*rows) -> BenchDays:
    return BenchDays((FreeDay(MONDAY + timedelta(days=n), 1, methods, free) for n, methods, free in rows), served=LASER | STAMP)


def test_the_earliest_day_with_room_is_taken():
    days = bench((0, LASER, 1), (1, LASER, 2))
    assert days.take("laser", quantity=1, not_before=MONDAY) == MONDAY
    assert days.take("laser", quantity=1, not_before=MONDAY) == MONDAY + timedelta(days=1)


def test_several_pieces_are_done_on_the_day_of_the_last():
    assert bench((0, LASER, 1), (3, LASER, 2)).take("laser", quantity=2, not_before=MONDAY) == MONDAY + timedelta(days=3)


def test_what_is_made_first_is_engraved_after():
    later = MONDAY + timedelta(days=2)
    assert bench((0, LASER, 5), (4, LASER, 5)).take("laser", quantity=1, not_before=later) == MONDAY + timedelta(days=4)


def test_looking_uses_nothing_up():
    days = bench((0, LASER, 1))
    assert days.day_for("laser", not_before=MONDAY) == days.day_for("laser", not_before=MONDAY) == MONDAY


def test_another_method_does_not_help():
    assert bench((0, STAMP, 5)).take("laser", quantity=1, not_before=MONDAY) is None


def test_a_house_without_a_station_counts_the_days_of_work_alone():
    assert BenchDays().take("laser", quantity=9, not_before=MONDAY) == MONDAY


@given(
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from([LASER, STAMP, LASER | STAMP]), st.integers(0, 4)), max_size=30),
    st.lists(st.tuples(st.sampled_from(["laser", "hot stamp"]), st.integers(1, 4), st.integers(0, 20)), max_size=30),
)
def test_never_more_is_taken_than_there_is(rows, wants):
    days = bench(*rows)
    taken = 0
    for method, quantity, from_day in wants:
        not_before = MONDAY + timedelta(days=from_day)
        day = days.take(method, quantity=quantity, not_before=not_before)
        assert day is None or day >= not_before
        taken += quantity if day else 0
    assert taken <= sum(free for _n, _methods, free in rows)

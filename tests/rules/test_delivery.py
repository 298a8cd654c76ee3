"""The promised day and the address."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from services.delivery.addresses import problems
from services.delivery.promising import Way

PARIS = ZoneInfo("Europe/Paris")


def day(*args) -> datetime:
    return datetime(*args, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "bench", "transit", "holidays", "promised"),
    [
        (day(2026, 11, 23, 10), 0, 2, [], date(2026, 11, 26)),  # Monday morning
        (day(2026, 11, 23, 15), 0, 2, [], date(2026, 11, 27)),  # after the cut-off
        (day(2026, 11, 23, 10), 2, 2, [], date(2026, 11, 30)),  # two bench days, over a week-end
        (day(2026, 11, 28, 10), 0, 2, [], date(2026, 12, 3)),  # a Saturday begins on Monday
        (day(2026, 12, 24, 10), 0, 2, [date(2026, 12, 25)], date(2026, 12, 30)),
    ],
)
def test_the_day_counts_bench_packing_and_courier(now, bench, transit, holidays, promised):
    way = Way(PARIS, cut_off_hour=14, transit_days=transit, holidays=frozenset(holidays))
    found = way.promise(bench_days=bench, now=now)
    assert found.on == promised


def test_the_day_is_reckoned_in_the_clients_zone():
    late_in_utc = datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("UTC"))  # Tuesday morning in Shanghai
    way = Way(ZoneInfo("Asia/Shanghai"), cut_off_hour=14, transit_days=1, holidays=frozenset())
    found = way.promise(bench_days=0, now=late_in_utc)
    assert found.on == date(2026, 11, 26)


FRANCE = {
    "name": "Anna Test",
    "mobile": "06 12 34 56 78",
    "country": "FR",
    "subdivision": "",
    "city": "Paris",
    "district": "",
    "line1": "12 rue de Rivoli",
    "line2": "",
    "postcode": "75001",
}
CHINA = FRANCE | {
    "name": "王小明",
    "mobile": "138 0013 8000",
    "country": "CN",
    "subdivision": "上海市",
    "city": "上海市",
    "district": "静安区",
    "line1": "南京西路 1515 号",
    "postcode": "",
}


def test_good_addresses_pass():
    assert problems(FRANCE) == {}
    assert problems(CHINA) == {}
    assert (
        problems(
            FRANCE | {"country": "US", "subdivision": "NY", "city": "New York", "postcode": "10019", "mobile": "+12125551234"}
        )
        == {}
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"line1": "P.O. Box 12"}, "line1"),
        ({"postcode": "7500"}, "postcode"),
        ({"mobile": "12"}, "mobile"),
        ({"city": ""}, "city"),
        ({"name": "A\u202enna"}, "name"),
    ],
)
def test_what_cannot_be_delivered_is_said_beside_its_field(change, field):
    found = problems(FRANCE | change)
    assert set(found) == {field}
    assert found[field].endswith(".")


def test_china_asks_for_a_place_that_exists():
    assert set(problems(CHINA | {"district": "朝阳区"})) == {"district"}
    assert set(problems(CHINA | {"subdivision": "江苏省"})) == {"city"}
    assert set(problems(CHINA | {"mobile": "+33 6 12 34 56 78"})) <= {"mobile"}

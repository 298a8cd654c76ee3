"""Where and when, without a database: cities in two scripts, named days of two calendars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery import places
from services.delivery.feasts import falls_on
from services.delivery.places import Place, SeveralPlaces, UnknownPlace
from services.foundation.regions.models import Region

CHINA = Region(code="cn", countries=["CN"])
EUROPE = Region(code="eu", countries=["FR", "DE"])
AMERICA = Region(code="us", countries=["US"])


@pytest.mark.parametrize("typed", ["成都", "成都市", "Chengdu", "chengdu", "Chéngdū", " CHENG DU ", "chengdushi"])
def test_a_city_of_china_is_found_however_it_is_written(typed):
    assert places.find(typed, region=CHINA) == Place("CN", "四川省", "成都市")


@pytest.mark.parametrize(("typed", "city"), [("Xi’an", "西安市"), ("Xi'an", "西安市"), ("Lhasa", "拉萨市"), ("lasa", "拉萨市")])
def test_names_known_abroad_are_found_beside_their_pinyin(typed, city):
    assert places.find(typed, region=CHINA).city == city


def test_every_city_is_found_by_its_own_name_and_reads_in_latin_letters():
    for found in {p for several in places._cities().values() for p in several}:
        try:
            assert places.find(found.city, region=CHINA) == found
        except SeveralPlaces as no:
            assert found in no.facts["places"]
        assert places.in_latin(found.city).isascii() or "’" in places.in_latin(found.city)


def test_two_cities_of_one_sound_are_named_with_their_provinces():
    with pytest.raises(SeveralPlaces) as no:
        places.find("Suzhou", region=CHINA)
    assert "苏州市（江苏省）" in no.value.sentence() and "宿州市（安徽省）" in no.value.sentence()


def test_countries_and_states_are_chosen_from_those_the_region_delivers_to():
    assert places.find("de", region=EUROPE) == Place("DE")
    assert places.find("NY", region=AMERICA) == Place("US", "NY")
    for typed, region in (("CH", EUROPE), ("ZZ", AMERICA), ("CN", CHINA), ("", CHINA)):
        with pytest.raises(UnknownPlace):
            places.find(typed, region=region)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_place_or_a_sentence(typed):
    for region in (CHINA, EUROPE, AMERICA):
        try:
            assert places.find(typed, region=region).country in region.countries
        except (UnknownPlace, SeveralPlaces) as no:
            assert no.sentence()


@pytest.mark.parametrize(
    ("month", "day", "on"),
    [(7, 7, date(2026, 8, 19)), (1, 1, date(2026, 2, 17)), (8, 15, date(2026, 9, 25)), (12, 30, date(2026, 2, 16))],
)
def test_lunar_days_fall_where_the_almanac_has_them_in_2026(month, day, on):
    assert falls_on("lunar", month, day, after=date(2026, 1, 1)) == on


@given(
    st.sampled_from(["lunar", "gregorian"]),
    st.integers(1, 12),
    st.integers(1, 29),
    st.dates(date(1990, 1, 1), date(2080, 1, 1)),
)
def test_a_named_day_comes_again_within_thirteen_months_or_at_the_next_leap_day(calendar, month, day, after):
    on = falls_on(calendar, month, day, after=after)
    leap = calendar == "gregorian" and (month, day) == (2, 29)
    assert on is not None and after <= on <= after + timedelta(days=8 * 366 if leap else 13 * 31)
    assert falls_on(calendar, month, day, after=on) == on


def test_a_day_that_no_year_has_never_comes():
    assert falls_on("gregorian", 2, 30, after=date(2026, 1, 1)) is None

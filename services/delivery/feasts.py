"""Days that have a name: when they fall next, by the sun's calendar or the moon's."""

from dataclasses import dataclass
from datetime import date, timedelta

from borax.calendars.lunardate import LunarDate

from services.foundation.memory import Kept

from .models import Calendar, Feast

#: The lunar tables end with 2100; a day after that is entered by date.
_LAST_LUNAR_YEAR = 2100


#: The named days clients may choose from.
offered: Kept[list[Feast]] = Kept(lambda: list(Feast.objects.filter(is_offered=True)))


@dataclass(frozen=True)
class Day:
    """A named day and when it falls next."""

    feast: Feast
    on: date


def falls_on(calendar: str, month: int, day: int, *, after: date) -> date | None:
    """The first such day on or after a day. Pure; None when there is none (30 February, or beyond the lunar tables).

    A month of the moon has 29 or 30 days: its 30th is then the 29th (除夕 is entered as 12/30). Leap months are not feasts.
    """
    for year in range(after.year - 1, after.year + 9):
        found = _in_year(calendar, year, month, day)
        if found and found >= after:
            return found
    return None


def _in_year(calendar: str, year: int, month: int, day: int) -> date | None:
    if calendar == Calendar.GREGORIAN:
        try:
            return date(year, month, day)
        except ValueError:
            return None
    if year > _LAST_LUNAR_YEAR:
        return None
    for last in (day, day - 1) if day == 30 else (day,):
        try:
            return LunarDate(year, month, last).to_solar_date()
        except ValueError:
            continue
    return None


def by_the_moon(on: date) -> str:
    """A day as Chinese readers name it by the lunar calendar: 农历七月初七. Empty beyond the lunar tables."""
    try:
        found = LunarDate.from_solar(on)
    except ValueError:
        return ""
    return f"农历{found.cn_month}月{found.cn_day}"


def coming(region_code: str, *, today: date, within_days: int = 300) -> list[Day]:
    """The named days a region offers, the next one first."""
    found = []
    for feast in offered():
        if feast.regions and region_code not in feast.regions:
            continue
        on = falls_on(feast.calendar, feast.month, feast.day, after=today)
        if on and on <= today + timedelta(days=within_days):
            found.append(Day(feast, on))
    return sorted(found, key=lambda day: (day.on, day.feast.position))

"""The house's boutiques, from `[[boutiques]]` of its configuration, and whether one is open at a moment. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language

from services.foundation.house import House

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hours = tuple[time, time]


@dataclass(frozen=True)
class Boutique:
    """One boutique. ``hours``: opening and closing by weekday, Monday first, None where it is closed; times in its own zone."""

    code: str
    names: dict[str, str]
    addresses: dict[str, str]
    telephone: str
    zone: ZoneInfo
    hours: tuple[Hours | None, ...]
    closed_on: frozenset[date]

    @property
    def name(self) -> str:
        return _said(self.names)

    @property
    def address(self) -> str:
        return _said(self.addresses)

    def on(self, day: date) -> Hours | None:
        """The hours of a day; None when the door stays shut."""
        return None if day in self.closed_on else self.hours[day.weekday()]

    def closes_at(self, now: datetime) -> datetime | None:
        """When it closes, if it is open at ``now``; None if it is closed. An hour of closing is already closed."""
        here = now.astimezone(self.zone)
        hours = self.on(here.date())
        if hours is None or not hours[0] <= here.time() < hours[1]:
            return None
        return datetime.combine(here.date(), hours[1], self.zone)

    def opens_at(self, now: datetime) -> datetime | None:
        """When it opens next after ``now``, in its own zone; None when it does not within five weeks."""
        here = now.astimezone(self.zone)
        for days in range(36):
            day = here.date() + timedelta(days=days)
            hours = self.on(day)
            if hours and (days or here.time() < hours[0]):
                return datetime.combine(day, hours[0], self.zone)
        return None


def _said(words: dict[str, str]) -> str:
    return words.get(get_language() or "") or next(iter(words.values()))


def of(house: House) -> list[Boutique]:
    """The boutiques of a house. Raises ImproperlyConfigured with a sentence that names the boutique and what it lacks."""
    return [_read(row, house) for row in house.raw.get("boutiques", [])]


def _read(row: dict[str, Any], house: House) -> Boutique:
    def refuse(what: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"{house.folder / 'house.toml'}: boutique {row.get('code', '?')}: {what}")

    for key in ("code", "name", "address", "telephone", "time_zone", "hours"):
        if not row.get(key):
            raise refuse(f"{key} is missing.")
    for key in ("name", "address"):
        if gaps := [language for language in house.languages if not row[key].get(language)]:
            raise refuse(f"{key} is not written in {', '.join(gaps)}.")
    try:
        zone = ZoneInfo(row["time_zone"])
    except (KeyError, ValueError) as unknown:
        raise refuse(f"{row['time_zone']!r} is not a zone of the IANA database.") from unknown
    if strangers := set(row["hours"]) - set(DAYS):
        raise refuse(f"hours of {', '.join(sorted(strangers))}: write {', '.join(DAYS)}.")
    hours = tuple(_hours(row["hours"][day], refuse) if day in row["hours"] else None for day in DAYS)
    return Boutique(row["code"], row["name"], row["address"], row["telephone"], zone, hours, frozenset(row.get("closed_on", [])))


def _hours(text: str, refuse: Any) -> Hours:
    found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", text)
    try:
        opening, closing = (time.fromisoformat(part) for part in found.groups()) if found else (None, None)
    except ValueError:
        opening, closing = None, None
    if opening is None or closing is None or opening >= closing:
        raise refuse(f"{text!r} is not a time from and to, such as 11:00-20:00 (leave a closed day out).")
    return opening, closing

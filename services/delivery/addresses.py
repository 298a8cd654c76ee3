"""Addresses by country: which fields there are, and whether what was typed can be delivered to. Pure but for the data file.

China: one name field, +86 mobile, province → city → district. United States: state and ZIP. Elsewhere: town and postcode.
No post-office boxes: a jewel is handed to a person.
"""

import json
import re
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _

from services.foundation.contacts.addresses import NotAMobile, mobile
from services.foundation.formats import country_name
from services.foundation.plain_text import NotPlain, plain

#: The fields of an address, in the order in which they are asked for, and how many characters each may hold.
LONGEST = {
    "name": 120,
    "mobile": 30,
    "country": 2,
    "subdivision": 80,
    "city": 80,
    "district": 80,
    "line1": 200,
    "line2": 200,
    "postcode": 16,
}
FIELDS = tuple(LONGEST)
_PO_BOX = re.compile(r"\b(p\.?\s*o\.?\s*box|boîte postale|b\.?p\.?\s*\d+|postfach)\b|邮政信箱|信箱", re.IGNORECASE)
_POSTCODES = {
    "CN": r"\d{6}",
    "FR": r"\d{5}",
    "DE": r"\d{5}",
    "IT": r"\d{5}",
    "ES": r"\d{5}",
    "NL": r"\d{4}\s?[A-Za-z]{2}",
    "BE": r"\d{4}",
    "US": r"\d{5}(-\d{4})?",
}
#: Those that stand on the parcel's label in one line.
_ON_ONE_LINE = ("name", "district")
US_STATES = [
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "DC",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
]


@cache
def china() -> dict[str, dict[str, list[str]]]:
    """Provinces, their cities, their districts (GB/T 2260, as published with element-china-area-data)."""
    return json.loads((settings.ROOT / "static" / "data" / "china.json").read_text(encoding="utf-8"))


def choices(typed: dict[str, str]) -> dict[str, list[str]]:
    """What the country of a half-filled address lets one choose from: provinces, cities, districts, or states."""
    chinese = typed["country"] == "CN"
    cities = china().get(typed["subdivision"], {}) if chinese else {}
    return {
        "provinces": list(china()) if chinese else [],
        "cities": list(cities),
        "districts": cities.get(typed["city"], []),
        "states": US_STATES if typed["country"] == "US" else [],
    }


def written(typed: dict[str, str]) -> list[str]:
    """An address as its country writes it, below the name, line by line; the country last, in the active language."""
    country, city, state = typed["country"], typed["city"], typed["subdivision"]
    if country == "CN":
        lines = [
            " ".join(word for word in (state, city, typed["district"]) if word),
            typed["line1"],
            typed["line2"],
            typed["postcode"],
        ]
    elif country == "US":
        lines = [typed["line1"], typed["line2"], f"{city}, {state} {typed['postcode']}"]
    elif country == "GB":
        lines = [typed["line1"], typed["line2"], city, typed["postcode"]]
    else:
        lines = [typed["line1"], typed["line2"], f"{typed['postcode']} {city}", state]
    return [line.strip() for line in (*lines, country_name(country)) if line.strip()]


def problems(typed: dict[str, str]) -> dict[str, str]:
    """What is wrong, by field, as sentences in the active language. Empty when it can be delivered to.

    ``typed`` has every one of `FIELDS`, as typed.
    """
    found: dict[str, str] = {}
    for field, value in typed.items():
        if len(value.strip()) > LONGEST[field]:
            found[field] = _too_long(field)
        try:
            plain(value)
        except NotPlain as no:
            found[field] = no.sentence()
    if not typed["name"].strip():
        found["name"] = _("Please write the recipient’s name.")
    if not typed["line1"].strip():
        found["line1"] = _("Please write the street and number.")
    elif _PO_BOX.search(typed["line1"] + " " + typed["line2"]):
        found["line1"] = _("We hand every piece to a person, so we cannot deliver to a post-office box.")
    try:
        number = mobile(typed["mobile"], country=typed["country"])
        if typed["country"] == "CN" and not re.fullmatch(r"\+861\d{10}", number):
            found["mobile"] = _("Please write a mobile number of mainland China (+86), for the courier.")
    except NotAMobile as no:
        found["mobile"] = no.sentence()
    pattern = _POSTCODES.get(typed["country"])
    needs_postcode = typed["country"] != "CN"
    if pattern and typed["postcode"].strip() and not re.fullmatch(pattern, typed["postcode"].strip()):
        found["postcode"] = _("Please check the postcode.")
    elif needs_postcode and not typed["postcode"].strip():
        found["postcode"] = _("Please write the postcode.")
    found |= _places(typed)
    return found


def _too_long(field: str) -> str:
    if field in _ON_ONE_LINE:
        return _("Please shorten this to %(most)s characters: a label takes no more.") % {"most": LONGEST[field]}
    return _("Please shorten this to %(most)s characters.") % {"most": LONGEST[field]}


def _places(typed: dict[str, str]) -> dict[str, str]:
    found = {}
    if typed["country"] == "CN":
        provinces = china()
        if typed["subdivision"] not in provinces:
            found["subdivision"] = _("Please choose the province.")
        elif typed["city"] not in provinces[typed["subdivision"]]:
            found["city"] = _("Please choose a city of this province.")
        elif not _district_known(provinces[typed["subdivision"]][typed["city"]], typed["district"]):
            found["district"] = _("Please choose a district of this city.")
        return found
    if typed["country"] == "US" and typed["subdivision"] not in US_STATES:
        found["subdivision"] = _("Please choose the state.")
    if not typed["city"].strip():
        found["city"] = _("Please write the town.")
    return found


def _district_known(districts: list[str], typed: str) -> bool:
    """A few cities have no districts; there any wording is right."""
    return typed in districts if districts else True

"""Where a client wants it, in a few signs: a city of China in hanzi or pinyin, a state, a country. Pure but for the data file."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from services.foundation import formats
from services.foundation.refusal import Refusal
from services.foundation.regions.models import Region

from .addresses import US_STATES, china

#: How the names of GB/T 2260 end; clients leave the ending out.
_ENDINGS = ("市", "地区", "自治州", "盟", "特别行政区")
#: Cities known abroad by another name than their pinyin.
_KNOWN_AS = {
    "拉萨市": "Lhasa",
    "乌鲁木齐市": "Urumqi",
    "哈尔滨市": "Harbin",
    "呼和浩特市": "Hohhot",
    "齐齐哈尔市": "Qiqihar",
    "鄂尔多斯市": "Ordos",
    "喀什地区": "Kashgar",
    "西安市": "Xi’an",
}
#: Headings of the table that are no places.
_NO_CITY = ("省直辖县级行政区划", "自治区直辖县级行政区划")


@dataclass(frozen=True)
class Place:
    """A destination as far as couriers care: ISO 3166-1 country, province or state, and the city where it was said."""

    country: str
    subdivision: str = ""
    city: str = ""

    @property
    def code(self) -> str:
        """The place in an address: 成都市, NY or FR."""
        return self.city or self.subdivision or self.country

    @property
    def words(self) -> str:
        """The place as a client reads it: Chengdu in Latin letters where he reads those."""
        if self.country == "CN" and self.city:
            return self.city if (get_language() or "").startswith("zh") else in_latin(self.city)
        if self.country == "US" and self.subdivision:
            return self.subdivision
        return str(formats.locale().territories.get(self.country, self.country))


class UnknownPlace(Refusal):
    """Facts: typed, in_china (whether the region's client names a city of China)."""

    code = "unknown-place"

    def sentence(self) -> str:
        if self.facts["in_china"]:
            return _("We do not find this city. Please write its name in hanzi or pinyin, for example 成都 or Chengdu.")
        return _("We do not deliver there from this region. Please choose from the list.")


class SeveralPlaces(Refusal):
    """Facts: places (tuple of Place)."""

    code = "several-places"

    def sentence(self) -> str:
        names = formats.listed(f"{p.city}（{p.subdivision}）" for p in self.facts["places"])
        return _("Several cities are called so: %(names)s. Please write the name in hanzi.") % {"names": names}


def _short(city: str) -> str:
    for ending in _ENDINGS:
        if city.endswith(ending) and len(city) > len(ending) + 1:
            return city.removesuffix(ending)
    return city


def in_latin(city: str) -> str:
    """A city's name in Latin letters: 成都市 → Chengdu."""
    return _KNOWN_AS.get(city) or "".join(lazy_pinyin(_short(city), style=Style.NORMAL)).capitalize()


def _letters(typed: str) -> str:
    """Latin letters alone, without tones, signs and case: Xi’ān → xian."""
    bare = unicodedata.normalize("NFD", typed.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c) and c not in " '’-")


@cache
def _cities() -> dict[str, tuple[Place, ...]]:
    """Every way to write a city of China, and the cities it means."""
    found: dict[str, list[Place]] = {}
    for province, cities in china().items():
        for city in cities:
            if city in _NO_CITY:
                continue
            place = Place("CN", province, city)
            spelt = "".join(lazy_pinyin(_short(city), style=Style.NORMAL))
            for written in {city, _short(city), spelt, _letters(in_latin(city))}:
                found.setdefault(written, []).append(place)
    return {written: tuple(places) for written, places in found.items()}


def offered(region: Region) -> list[tuple[str, str]]:
    """Code and name of each place a list can offer: countries, or states. Empty in China, where the city is typed."""
    if region.countries == ["CN"]:
        return []
    if region.countries == ["US"]:
        return [(state, state) for state in US_STATES]
    return [(code, Place(code).words) for code in region.countries]


def find(typed: str, *, region: Region) -> Place:
    """The place that was typed or chosen. Raises UnknownPlace or SeveralPlaces."""
    said = unicodedata.normalize("NFKC", typed).strip()
    if "CN" in region.countries:
        key = _letters(said)
        found = _cities().get(said) or _cities().get(key) or _cities().get(key.removesuffix("shi"))
        if found and len(found) == 1:
            return found[0]
        if found:
            raise SeveralPlaces(places=found)
    if said.upper() in region.countries and said.upper() != "CN":
        return Place(said.upper())
    if region.countries == ["US"] and said.upper() in US_STATES:
        return Place("US", said.upper())
    raise UnknownPlace(typed=typed, in_china="CN" in region.countries)

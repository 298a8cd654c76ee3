"""The house this flagship belongs to: one folder with its configuration (`house.toml`), texts, faces, mark and pictures.

It is read and checked once, when a process starts: what is missing or cannot be read is refused with a sentence.
"""

import json
import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parseaddr
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import palette

#: The languages this software speaks; a house uses those that its regions name.
SPOKEN = ("en", "zh-hans", "fr")
#: The pages every house writes, in each of its languages: `texts/<page>.<language>.txt`.
PAGES = ("terms", "privacy", "delivery-and-returns", "services", "care", "accessibility", "imprint")
_KEYS = ("wordmark", "mail_from", "terms_version", "adviser_email", "adviser_phone", "texts", "regions")
_SAID = ("name", "tagline", "hero", "hero_text", "hero_alt", "gift", "gift_text", "gift_alt")


@dataclass(frozen=True)
class Face:
    """A typeface of the house: its family, its file, the weights it has, and the families that set what it has not."""

    family: str
    file: Path
    weight: str
    fallbacks: tuple[str, ...]


@dataclass(frozen=True)
class Sizers:
    """Kinds of pieces by their codes; days are counted from the day a sizer was sent."""

    kinds: tuple[str, ...]
    remind_after_days: tuple[int, ...]
    ask_adviser_after_days: int


@dataclass(frozen=True)
class Dunning:
    """What follows a part that fails. Days of new tries are counted from the first failure; then those of grace begin."""

    retry_after_days: tuple[int, ...]
    grace_days: int
    link_days: int


@dataclass(frozen=True)
class House:
    """Name, wordmark, contact, looks and legal texts of the house. ``raw`` is the whole configuration file."""

    folder: Path
    raw: dict[str, Any]
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    faces: dict[str, Face] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name in the active language."""
        return str(self.said("name"))

    @property
    def wordmark(self) -> str:
        return str(self.raw["wordmark"])

    @property
    def mail_from(self) -> str:
        return str(self.raw["mail_from"])

    @property
    def domain(self) -> str:
        """Where the house's e-mail addresses live; the demo's staff get theirs here."""
        return parseaddr(self.mail_from)[1].rpartition("@")[2]

    @property
    def terms_version(self) -> str:
        """Which wording of the terms is in force: kept with every consent, changed with the texts."""
        return str(self.raw["terms_version"])

    @property
    def adviser_email(self) -> str:
        return str(self.raw["adviser_email"])

    @property
    def adviser_phone(self) -> str:
        return str(self.raw["adviser_phone"])

    @property
    def tagline(self) -> str:
        return str(self.said("tagline"))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the house: those of its regions, in the software's order."""
        used = {language for region in self.raw["regions"] for language in region["languages"]}
        return tuple(language for language in SPOKEN if language in used)

    @property
    def first_language(self) -> str:
        """The language that stands in where a text is missing: English, in a house that speaks it."""
        return self.languages[0]

    @property
    def pages(self) -> list[str]:
        """The names of the house's own pages (terms, care …), which it has in its first language at least."""
        ending = f".{self.first_language}.txt"
        return sorted(file.name.removesuffix(ending) for file in (self.folder / "texts").glob(f"*{ending}"))

    @property
    def texts(self) -> dict[str, str]:
        """The house's own texts in the active language, in its first language where one is missing."""
        texts = self.raw["texts"]
        return {**texts[self.first_language], **texts.get(get_language() or self.first_language, {})}

    @cached_property
    def colours(self) -> dict[str, str]:
        """Every colour as #RRGGBB, for what cannot read a stylesheet (letters, slip): `house.colours.accent_text`."""
        return {name.replace("-", "_"): colour for name, colour in palette.colours(self.tokens).items()}

    @property
    def first_faces(self) -> list[str]:
        """The static files that every page asks for first: its display and its text face."""
        return [f"house/{role}.woff2" if role in self.faces else f"fonts/{role}.woff2" for role in ("display", "text")]

    @cached_property
    def scenes(self) -> dict[str, dict[str, Any]]:
        """The house's own pictures by name (`closed`, `open`, `hero` …), as `pictures.json` tells of them under `box`."""
        found = self.folder / "pictures" / "pictures.json"
        rows = json.loads(found.read_text(encoding="utf-8")) if found.exists() else []
        return {row["view"]: row for row in rows if row["piece"] == "box"}

    def label(self, group: str, code: str) -> str:
        """What a code of the house's data (a kind, a family of metals, a stone) is called in the active language."""
        words = self.raw.get("labels", {}).get(group, {}).get(code, {})
        return str(words.get(get_language() or "en") or words.get(self.first_language) or code)

    def choice_label(self, family: str) -> str:
        """What a client chooses among the metals of a family: Metal, Leather …; `labels.choice` says it."""
        return self.label("choice", family) if family in self.raw.get("labels", {}).get("choice", {}) else _("Material")

    def required_views(self, kind: str) -> list[str]:
        """Views without which a piece of this kind is not made public; see catalog/views_required.py."""
        wanted = self.raw.get("required_views", {})
        return list(wanted.get(kind, wanted.get("default", [])))

    @property
    def sizers(self) -> "Sizers":
        """Which kinds of pieces a sizer travels before, and after how many days somebody asks for the answer."""
        said = self.raw.get("sizers", {})
        return Sizers(
            kinds=tuple(said.get("kinds", ())),
            remind_after_days=tuple(said.get("remind_after_days", (7, 14))),
            ask_adviser_after_days=said.get("ask_adviser_after_days", 28),
        )

    @property
    def dunning(self) -> "Dunning":
        """When a part that failed is tried again, and how long a client may help himself before a person speaks with him."""
        said = self.raw.get("dunning", {})
        return Dunning(
            retry_after_days=tuple(said.get("retry_after_days", (1, 3, 7))),
            grace_days=said.get("grace_days", 7),
            link_days=said.get("link_days", 30),
        )

    def lid_price(self, region_code: str) -> Decimal:
        """What words on the lid of a box cost in a region, in its currency and as it lists prices; nothing if it is not named."""
        return Decimal(str(self.raw.get("lid_engraving", {}).get("prices", {}).get(region_code, 0)))

    def search_words(self, group: str, code: str) -> list[str]:
        """Every word by which clients may look for a code, in all languages."""
        words = self.raw.get("labels", {}).get(group, {}).get(code, {})
        return [w for name, w in words.items() if name != "search"] + list(words.get("search", []))

    def said(self, key: str) -> Any:
        """A text of the house in the active language, else in its first."""
        return self.texts.get(key, "")


@cache
def read(folder: Path) -> House:
    """A house from its folder, checked. Raises ImproperlyConfigured with a sentence that says what to change."""
    file = folder / "house.toml"
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as missing:
        raise ImproperlyConfigured(f"HOUSE names {folder}, where there is no house.toml: name the house's folder.") from missing
    except tomllib.TOMLDecodeError as unread:
        raise ImproperlyConfigured(f"{file} is not TOML: {unread}") from unread
    try:
        _refuse_gaps(folder, raw)
        _refuse_prices(raw)
        found = House(folder, raw, palette.read(raw.get("tokens", {})), _faces(folder, raw.get("faces", {})))
        palette.refuse_unreadable(palette.colours(found.tokens))
    except ImproperlyConfigured as no:
        raise ImproperlyConfigured(f"{file}: {no}") from None
    return found


def house() -> House:
    """The house of this process."""
    return read(Path(settings.HOUSE))


def _refuse_gaps(folder: Path, raw: dict[str, Any]) -> None:
    """Raise ImproperlyConfigured for what no page can do without."""
    for key in _KEYS:
        if not raw.get(key):
            raise ImproperlyConfigured(f"{key} is missing.")
    for key in ("mail_from", "adviser_email"):
        if "@" not in parseaddr(raw[key])[1]:
            raise ImproperlyConfigured(f"{key} = {raw[key]!r} holds no e-mail address.")
    _refuse_ladder(raw.get("dunning", {}))
    for region in raw["regions"]:
        for language in region["languages"] or [""]:
            if language not in SPOKEN:
                raise ImproperlyConfigured(f"region {region['code']}: {language!r} is not among {', '.join(SPOKEN)}.")
            gaps = [key for key in _SAID if not raw["texts"].get(language, {}).get(key)]
            if gaps:
                raise ImproperlyConfigured(f"[texts.{language}] lacks {', '.join(gaps)}; region {region['code']} speaks it.")
            for page in PAGES:
                text = folder / "texts" / f"{page}.{language}.txt"
                if not text.exists() or not text.read_text(encoding="utf-8").startswith("# "):
                    raise ImproperlyConfigured(f"texts/{text.name} is missing, or does not begin with its title (# …).")


def _refuse_ladder(said: dict[str, Any]) -> None:
    """Raise ImproperlyConfigured for days that go backwards, or are none."""
    days = said.get("retry_after_days", [1])
    if not all(isinstance(day, int) and day > 0 for day in days) or list(days) != sorted(set(days)):
        raise ImproperlyConfigured(f"[dunning] retry_after_days = {days}: whole days after the first failure, each later.")
    for key in ("grace_days", "link_days"):
        if not isinstance(said.get(key, 1), int) or said.get(key, 1) < 1:
            raise ImproperlyConfigured(f"[dunning] {key} = {said[key]!r}: a number of whole days.")


def _refuse_prices(raw: dict[str, Any]) -> None:
    """A price for words on a lid is an amount, and belongs to a region of the house."""
    regions = {region["code"] for region in raw["regions"]}
    for code, amount in raw.get("lid_engraving", {}).get("prices", {}).items():
        if code not in regions:
            raise ImproperlyConfigured(f"[lid_engraving] prices names the region {code!r}, which this house has not.")
        if not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", str(amount)):
            raise ImproperlyConfigured(f'[lid_engraving] prices.{code} = {amount!r} is not an amount such as "25" or "0".')


def _faces(folder: Path, said: dict[str, Any]) -> dict[str, Face]:
    """The typefaces: display and text for pages (woff2), print for card and slip (ttf or otf)."""
    found = {}
    for role, row in said.items():
        if role not in ("display", "text", "print"):
            raise ImproperlyConfigured(f"[faces.{role}] is not a face of this shop. There are: display, text, print.")
        family, weight = row.get("family", ""), str(row.get("weight", "500" if role == "display" else "400"))
        fallbacks = tuple(row.get("hanzi", []))
        if not all(re.fullmatch(r"[\w -]+", name) for name in (family, *fallbacks)):
            raise ImproperlyConfigured(f"[faces.{role}] needs family and hanzi as plain names (letters, figures, spaces).")
        if not re.fullmatch(r"\d{3}( \d{3})?", weight):
            raise ImproperlyConfigured(f'[faces.{role}] weight = {weight!r} is not a weight such as "500" or "100 900".')
        file = (folder / row.get("file", "")).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            raise ImproperlyConfigured(f"[faces.{role}] file = {row.get('file', '')!r} is not a file in the house's folder.")
        _refuse_other_file(role, family, file)
        found[role] = Face(family, file, weight, fallbacks)
    return found


def _refuse_other_file(role: str, family: str, file: Path) -> None:
    """A page's face is a woff2; the printer's is one that is called what the slip will ask for."""
    with open(file, "rb") as opened:
        magic = opened.read(4)
    if role != "print":
        if magic != b"wOF2":
            raise ImproperlyConfigured(f"[faces.{role}] {file.name} is not a woff2 file.")
        return
    if magic not in (b"\x00\x01\x00\x00", b"OTTO"):
        raise ImproperlyConfigured(f"[faces.print] {file.name} is not a ttf or otf file.")
    from fontTools.ttLib import TTFont

    names = {record.toUnicode() for record in TTFont(file, lazy=True)["name"].names if record.nameID in (1, 16)}
    if family not in names:
        raise ImproperlyConfigured(f"[faces.print] {file.name} is the family {', '.join(sorted(names))}, not {family}.")

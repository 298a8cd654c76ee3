"""The house this flagship belongs to: its one configuration file, `HOUSE/house.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language


@dataclass(frozen=True)
class House:
    """Name, wordmark, contact and legal texts of the house. ``raw`` is the whole file."""

    folder: Path
    raw: dict[str, Any]

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
    def pages(self) -> list[str]:
        """The names of the house's own pages (terms, care …): its files `texts/<name>.en.txt`."""
        return sorted(file.name.removesuffix(".en.txt") for file in (self.folder / "texts").glob("*.en.txt"))

    @property
    def texts(self) -> dict[str, str]:
        """The house's own texts in the active language, English where one is missing."""
        texts = self.raw["texts"]
        return {**texts["en"], **texts.get(get_language() or "en", {})}

    def label(self, group: str, code: str) -> str:
        """What a code of the house's data (a kind, a family of metals, a stone) is called in the active language."""
        words = self.raw.get("labels", {}).get(group, {}).get(code, {})
        return str(words.get(get_language() or "en") or words.get("en") or code)

    def search_words(self, group: str, code: str) -> list[str]:
        """Every word by which clients may look for a code, in all languages."""
        words = self.raw.get("labels", {}).get(group, {}).get(code, {})
        return [w for name, w in words.items() if name != "search"] + list(words.get("search", []))

    def said(self, key: str) -> Any:
        """A text of the house in the active language, else in English."""
        return self.texts.get(key, "")


@cache
def house() -> House:
    """Read the configuration once per process."""
    folder = Path(settings.HOUSE)
    return House(folder, tomllib.loads((folder / "house.toml").read_text(encoding="utf-8")))

"""The house's texts, written as simple Markdown-like files in its folder: `texts/<slug>.<language>.txt`."""

import re
from dataclasses import dataclass

from django.utils.text import Truncator

from services.foundation.house import PAGES, house


@dataclass(frozen=True)
class Page:
    """A title and its blocks: ("h2"|"p", words)."""

    slug: str
    title: str
    blocks: tuple[tuple[str, str], ...]

    @property
    def summary(self) -> str:
        """Its first words, for those who list it."""
        words = next((words for kind, words in self.blocks if kind == "p"), self.title)
        return Truncator(" ".join(words.split())).chars(160)


def page(slug: str, language: str) -> Page | None:
    """A text in a language, else in the first of the house; None when there is none of this name."""
    if slug not in PAGES:
        return None
    for tag in (language, house().first_language):
        file = house().folder / "texts" / f"{slug}.{tag}.txt"
        if file.exists():
            first, *rest = [b.strip() for b in re.split(r"\n\s*\n", file.read_text(encoding="utf-8")) if b.strip()]
            blocks = tuple(("h2", b[3:]) if b.startswith("## ") else ("p", b) for b in rest)
            return Page(slug, first.removeprefix("# "), blocks)
    return None

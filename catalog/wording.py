"""Words that no text may hold: the rule, pure. The rows of a house stand in `catalog.models.ForbiddenWord`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_HANZI = re.compile(r"[\u3400-\u9fff]")
#: Spaces and invisible joiners do not make another word of it between hanzi: 最 佳 is read as 最佳.
_BETWEEN_HANZI = re.compile(r"(?<=[\u3400-\u9fff])[\s\u200b-\u200d\u2060\ufeff]+(?=[\u3400-\u9fff])")


@dataclass(frozen=True)
class Rule:
    """One forbidden word, why, and whom to ask. ``allowed`` are longer words in which it is harmless (第一次)."""

    word: str
    reason: str = ""
    owner: str = ""
    allowed: tuple[str, ...] = ()


def _folded(text: str) -> str:
    return _BETWEEN_HANZI.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _places(word: str, text: str) -> list[tuple[int, int]]:
    """Where a word stands in a folded text: hanzi anywhere, Latin words as whole words."""
    pattern = re.escape(_folded(word))
    if not _HANZI.search(word):
        pattern = rf"(?<!\w){pattern}(?!\w)"
    # The look-ahead finds places that overlap as well.
    return [(found.start(1), found.end(1)) for found in re.finditer(f"(?=({pattern}))", text)]


def broken(text: str, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that a text breaks: those whose word stands in it at least once outside every allowed longer word."""
    folded = _folded(text)
    found = []
    for rule in rules:
        harmless = [place for longer in rule.allowed for place in _places(longer, folded)]
        if any(not any(a <= start and end <= b for a, b in harmless) for start, end in _places(rule.word, folded)):
            found.append(rule)
    return found

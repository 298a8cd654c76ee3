"""Words of three languages for one index, pure: Latin words without accents, hanzi as single signs and pairs, pinyin of names."""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

_HANZI = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+")


def folded(text: str) -> str:
    """Lower case, without accents, compatibility forms resolved."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def latin(text: str) -> list[str]:
    """Latin words and figures of a text."""
    return _WORD.findall(folded(text))


def hanzi(text: str) -> list[str]:
    """Each run of hanzi as its signs and its neighbouring pairs."""
    found = []
    for run in _HANZI.findall(text):
        found += list(run)
        found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def pinyin(text: str) -> list[str]:
    """How the hanzi of a text are typed in Latin letters: each syllable, the run together, and its initials."""
    found = []
    for run in _HANZI.findall(text):
        syllables = lazy_pinyin(run, style=Style.NORMAL)
        found += [*syllables, "".join(syllables), "".join(s[0] for s in syllables if s)]
    return found

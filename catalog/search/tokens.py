"""Words of three languages for one index, pure: Latin words without accents, hanzi as single signs and pairs, pinyin of names.

Traditional hanzi count as the simplified ones they stand for, in the index and in a question alike.
"""

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

_HANZI = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z0-9]+")
#: All that is ever stored or asked for.
TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_SPELLED = re.compile(r"[^\W_]+")
#: Letters that Unicode does not take apart.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
#: What nobody sees and no word is made of: bidi marks, joiners, halves of signs, signs of nobody.
_UNSEEN = {"Cf", "Cs", "Co", "Cn"}


@cache
def _to_simplified() -> OpenCC:
    """The dictionary, read once per process (some 10 ms)."""
    return OpenCC("t2s")


def visible(text: str) -> str:
    """A question as it may be shown again: one line, nothing unseen that could turn the page's own words around."""
    seen = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN)
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in seen).split())


def folded(text: str) -> str:
    """Lower case, without accents, compatibility forms resolved, hanzi simplified."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) not in _UNSEEN)
    plain = plain.translate(_LIGATURES)
    return _to_simplified().convert(plain) if _HANZI.search(plain) else plain


def latin(text: str) -> list[str]:
    """Latin words and figures of a text."""
    return _WORD.findall(folded(text))


def runs(text: str) -> list[str]:
    """The unbroken runs of hanzi of a text, simplified."""
    return _HANZI.findall(folded(text))


def hanzi(text: str) -> list[str]:
    """Each run of hanzi as its signs and its neighbouring pairs."""
    found = []
    for run in runs(text):
        found += list(run)
        found += pairs(run)
    return found


def is_hanzi(word: str) -> bool:
    """Whether a word that is of one script only is of hanzi."""
    return bool(_HANZI.match(word))


def pairs(run: str) -> list[str]:
    """The neighbouring pairs of a run of hanzi."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


@lru_cache(maxsize=20_000)
def syllables(run: str) -> tuple[str, ...]:
    """How a run of hanzi is said, sign by sign, in Latin letters without tones (ü is v, as it is typed)."""
    return tuple(lazy_pinyin(run, style=Style.NORMAL))


def readings(run: str) -> list[str]:
    """How a run of hanzi is typed in Latin letters: each syllable, all together, and its initials."""
    said = syllables(run)
    found = [*said, "".join(said), "".join(s[0] for s in said if s)]
    return [*found, *(s.replace("v", "u") for s in found if "v" in s)]


def pinyin(text: str) -> list[str]:
    """How the hanzi of a text are typed in Latin letters."""
    return [reading for run in runs(text) for reading in readings(run)]


def spelled(text: str) -> list[str]:
    """The words of a text as the house writes them, accents and all, and its runs of hanzi: what a question is corrected to."""
    apart = _HANZI.sub(" ", unicodedata.normalize("NFC", text).lower())
    return [word for word in _SPELLED.findall(apart) if len(latin(word)) == 1] + runs(text)

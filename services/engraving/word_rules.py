"""Words that a market does not engrave: the rule, pure, and the rows of the house.

A text is compared as it reads: in one width of letters (NFKC), without regard to capitals, spaces and line ends as one space. A
word counts where it stands alone, never inside another; hanzi, which are written without spaces, count anywhere but in the longer
words a rule calls harmless. Accents are kept, nothing is guessed from figures or look-alikes, and no list is taken from anywhere:
who is called Dick or Fanny, or lives in Scunthorpe, is never told that his name is a bad word.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import regex

from services.foundation.memory import Kept

from .inscription import normalised
from .models import WordRule
from .refusals import WordRefused

_HAN = regex.compile(r"\p{Han}")
#: Between hanzi neither space nor line end makes another word of them.
_BETWEEN_HAN = regex.compile(r"(?<=\p{Han})\s+(?=\p{Han})")
_PART_OF_A_WORD = r"[\p{L}\p{M}\p{N}]"


@dataclass(frozen=True)
class Rule:
    """One word, and the longer words in which it is harmless."""

    word: str
    harmless_in: tuple[str, ...] = ()


def folded(text: str) -> str:
    """A text as it is compared."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _BETWEEN_HAN.sub("", regex.sub(r"\s+", " ", plain).strip())


def stands_in(rule: Rule, text: str) -> bool:
    """Whether a text holds a rule's word outside its harmless longer words."""
    said = folded(text)
    harmless = [place for longer in rule.harmless_in for place in _places(longer, said)]
    return any(not any(a <= start and end <= b for a, b in harmless) for start, end in _places(rule.word, said))


def _places(word: str, said: str) -> list[tuple[int, int]]:
    word = folded(word)
    if not word:
        return []
    pattern = regex.escape(word, literal_spaces=True)
    if not _HAN.search(word):
        pattern = rf"(?<!{_PART_OF_A_WORD}){pattern}(?!{_PART_OF_A_WORD})"
    return [found.span() for found in regex.finditer(pattern, said, overlapped=True)]


def digest(text: str) -> str:
    """By what an approved text is known again, however it is spaced or capitalised."""
    return hashlib.sha256(folded(normalised(text)).encode()).hexdigest()


_rows: Kept[list[WordRule]] = Kept(lambda: list(WordRule.objects.order_by("pk")))


def forget() -> None:
    """Read the rows anew at the next question."""
    _rows.forget()


def broken(text: str, *, region_code: str, rows: Iterable[WordRule] | None = None) -> WordRule | None:
    """The first rule of a market, or of all, that a text breaks."""
    for row in rows if rows is not None else _rows():
        if row.region_id in (None, region_code) and stands_in(Rule(row.word, tuple(row.harmless_in)), text):
            return row
    return None


def check(text: str, *, region_code: str, let_through: Callable[[str], bool] = lambda _digest: False) -> None:
    """Raises WordRefused, unless a person has let this text through; that is asked only about a text that breaks a rule."""
    row = broken(text, region_code=region_code)
    if row is not None and not let_through(digest(text)):
        raise WordRefused(word=row.word, reason=row.reason)

"""Suggestions while a question is typed: which collections, kinds and occasions are called so. Pure."""

from collections.abc import Iterable

from .tokens import latin, pinyin, runs

#: Entries in all, and of each kind of thing that is no piece; pieces take what room is left, but not more than these.
MOST, MOST_OTHERS, MOST_PIECES = 8, 2, 5


def is_enough(asked: str) -> bool:
    """One of the hanzi says something; of Latin letters it takes two."""
    return bool(runs(asked)) or sum(len(word) for word in latin(asked)) >= 2


def is_called(asked: str, names: Iterable[str]) -> bool:
    """Whether every word of a question begins a word of these names (or their pinyin), or stands in them in hanzi."""
    words: set[str] = set()
    signs: list[str] = []
    for name in names:
        words.update(latin(name), pinyin(name))
        signs += runs(name)
    begun = all(any(word.startswith(start) for word in words) for start in latin(asked))
    return is_enough(asked) and begun and all(any(run in sign for sign in signs) for run in runs(asked))

"""Correcting a question from the house's own words, pure: slips of the finger, pinyin for hanzi, hanzi that sound alike.

Latin words are compared by edit distance (a swap of two neighbours counts as one slip), hanzi by how they are said.
"""

import re
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .tokens import TOKEN, folded, syllables
from .vocabulary import LONGEST_PART, Words, loose

#: The figure of a tone, as in shou3 zhuo2.
_TONE = re.compile(r"(?<=[a-z])[1-5]")
#: Words that name nothing (en, fr): they neither find nor are corrected. "or" is gold in French.
EMPTY = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "her", "his", "in", "my", "of", "on", "the", "to", "with",
     "au", "aux", "avec", "de", "des", "du", "et", "l", "la", "le", "les", "ma", "mon", "pour", "un", "une")
)  # fmt: skip
#: Cost of reading a stretch of hanzi: as it is, by its sound.
_EXACT, _SOUND = 1, 10


@dataclass(frozen=True)
class Guess:
    """What a client may have meant. ``complete``: every word of the question found its place."""

    text: str
    complete: bool


def correct(asked: str, words: Words, *, whole: bool = False, unfinished: bool = False) -> Guess | None:
    """The question in words the house knows; None when it already is, or when nothing is near.

    ``whole``: the beginning of a word is not enough to count as known. ``unfinished``: the last word is still being typed.
    """
    tokens = [(token, token.isascii()) for token in TOKEN.findall(folded(asked))]
    parts: list[str] = []
    complete, changed, place = True, False, 0
    while place < len(tokens):
        token, is_latin = tokens[place]
        taken = 1
        if not is_latin:
            found, kept = _hanzi(token, words)
        elif joined := _together(tokens, place, words, whole):
            (found, taken), kept = joined, True
        else:
            found, kept = _latin(token, words, whole=whole, unfinished=unfinished and place == len(tokens) - 1)
        said = folded(found) if is_latin else found.replace(" ", "")  # hanzi are read apart without a word about it
        changed = changed or said != token or taken > 1
        complete = complete and kept
        parts += [found] if found else []
        place += taken
    return Guess(" ".join(parts), complete) if changed and parts else None


def apart(run: str, words: Words) -> list[str]:
    """A run of hanzi that stands nowhere as it is, as names that do: 弧手镯 as 弧 and 手镯. The run itself when it cannot be."""
    if words.knows_run(run):
        return [run]
    found, lost = _segments(run, words, by_sound=False)
    return [run] if lost else found


def _latin(word: str, words: Words, *, whole: bool, unfinished: bool) -> tuple[str, bool]:
    """A word as the house spells it, and whether there is one."""
    if word in EMPTY:
        return word, True
    if words.knows(word, whole=whole):
        return words.latin.get(word, word), True
    spoken = loose(_TONE.sub("", word))
    if len(spoken) >= 4 and spoken in words.sounds:
        return words.sounds[spoken], True
    if any(sign.isdigit() for sign in word):
        return "", False
    near = [*_near(word, words.latin, words), *_near(spoken, words.sounds, words)]
    if unfinished and not near and len(word) >= 4:
        by_weight = sorted(words.latin, key=lambda known: words.weight.get(known, 0))
        ends = range(len(word) - 1, len(word) + 2)
        beginnings = {known[:end]: words.latin[known] for known in by_weight if len(known) > len(word) for end in ends}
        near = _near(word, beginnings, words, most=1)
    if near:
        return min(near)[-1], True
    for cut in range(3, len(word) - 2):  # two words typed as one
        if word[:cut] in words.latin and word[cut:] in words.latin:
            return f"{words.latin[word[:cut]]} {words.latin[word[cut:]]}", True
    return "", False


def _near(word: str, known: dict[str, str], words: Words, most: int = 2) -> list[tuple[int, bool, int, str]]:
    """Known words within a few slips, as (slips, other first letter, minus weight, as written). One slip for short words."""
    slips = min(most, 0 if len(word) < 3 else 1 if len(word) < 6 else 2)
    found = []
    for near, distance, _place in process.extract(word, list(known), scorer=OSA.distance, score_cutoff=slips, limit=20):
        other = near[0] != word[0]
        if len(near) > 2 and not (other and (distance > 1 or len(word) < 4)):
            written = known[near]
            found.append((int(distance), other, -words.weight.get(folded(written), 0), written))
    return found


def _together(tokens: list[tuple[str, bool]], place: int, words: Words, whole: bool) -> tuple[str, int] | None:
    """Neighbouring Latin words that are one: "neck lace", "shou zuo", "shou3 zhuo2". With how many they are."""
    for count in range(LONGEST_PART, 1, -1):
        some = tokens[place : place + count]
        if len(some) < count or not all(is_latin for _token, is_latin in some):
            continue
        if all(words.knows(token, whole=whole) or token in EMPTY for token, _is_latin in some):
            continue
        joined = "".join(token for token, _is_latin in some)
        if joined in words.latin:
            return words.latin[joined], count
        said = loose(_TONE.sub("", joined))
        if said in words.sounds:
            return words.sounds[said], count
    return None


def _hanzi(run: str, words: Words) -> tuple[str, bool]:
    """A run as names the house has, and whether all of it found its place."""
    if words.knows_run(run):
        return run, True
    found, lost = _segments(run, words, by_sound=True)
    return " ".join(found), not lost


def _segments(run: str, words: Words, *, by_sound: bool) -> tuple[list[str], int]:
    """The cheapest reading of a run, and how many signs have none and are left out."""
    said = syllables(run)
    if len(said) != len(run):  # a sign that pinyin does not know
        said = tuple(run)
    best: list[tuple[int, int, list[str]]] = [(0, 0, [])]  # lost, cost, read so far
    for end in range(1, len(run) + 1):
        ways = [(best[end - 1][0] + 1, *best[end - 1][1:])]
        for start in range(max(0, end - LONGEST_PART), end):
            lost, cost, read = best[start]
            stretch = run[start:end]
            if stretch in words.parts:
                ways.append((lost, cost + _EXACT, [*read, stretch]))
            elif by_sound and end - start > 1 and (alike := words.sounds.get(loose("".join(said[start:end])))):
                ways.append((lost, cost + _SOUND, [*read, alike]))
        best.append(min(ways, key=lambda way: way[:2]))
    return best[-1][2], best[-1][0]

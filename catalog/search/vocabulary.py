"""The house's own words, read from the index in one query and kept in memory for a minute: what questions are corrected from."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from django.db import connection

from services.foundation.memory import Kept

from .tokens import folded, is_hanzi, pairs, readings, syllables

#: A name of hanzi is also known by its parts: 铭牌项链 by 铭牌 and 项链. Longer parts than this are whole names.
LONGEST_PART = 6
#: What southern speakers and hurried fingers do not tell apart.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("v", "u"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


def loose(sound: str) -> str:
    """Pinyin without the differences that many people do not hear or type: shou, sou; jing, jin; lü, lu."""
    for one, other in _ALIKE:
        sound = sound.replace(one, other)
    return sound


@dataclass
class Words:
    """What the index knows.

    ``latin``: each folded word as the house spells it. ``weight``: how much a word or a part stands for, by pieces, names before
    texts. ``typed``: pinyin that finds something as it is. ``parts``: hanzi of names. ``sounds``: the part that is said so.
    """

    latin: dict[str, str] = field(default_factory=dict)
    weight: dict[str, int] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    pairs: set[str] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)
    sounds: dict[str, str] = field(default_factory=dict)
    in_order: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.weight)

    def knows(self, word: str, *, whole: bool = False) -> bool:
        """Whether a Latin word, or a word that begins so, finds anything at all."""
        if word in self.latin or word in self.typed:
            return True
        place = bisect_left(self.in_order, word)
        return not whole and place < len(self.in_order) and self.in_order[place].startswith(word)

    def knows_run(self, run: str) -> bool:
        """Whether a run of hanzi can be found as it is: by every one of its neighbouring pairs."""
        return all(pair in self.pairs for pair in pairs(run)) if len(run) > 1 else run in self.signs


def words_of(rows: Iterable[tuple[str, bool, int]]) -> Words:
    """The vocabulary of words as they are spelled, each with whether it is (part of) a name, and of how many pieces. Pure."""
    found = Words()
    for word, is_name, pieces in sorted(rows, key=lambda row: (row[1], row[2], row[0])):  # the weightiest spelling comes last
        weight = pieces + (1000 if is_name else 0)
        if not is_hanzi(word):
            plain = folded(word)
            found.latin[plain] = word
            found.weight[plain] = max(weight, found.weight.get(plain, 0))
            continue
        found.pairs.update(pairs(word))
        found.signs.update(word)
        if is_name:
            found.typed.update(readings(word))
            _take_parts(found, word, weight)
    found.in_order = sorted({*found.latin, *found.typed})
    return found


def _take_parts(found: Words, name: str, weight: int) -> None:
    """A name of hanzi and its parts; of two that sound alike, the weightier is meant, and a whole name before a part."""
    said = syllables(name)
    for start in range(len(name)):
        for end in range(start + 1, min(len(name), start + LONGEST_PART) + 1):
            part = name[start:end]
            if len(part) == 1 < len(name):
                continue
            mine = weight + (500 if part == name else 0)
            if part in found.parts and mine <= found.weight[part]:
                continue
            found.parts.add(part)
            found.weight[part] = mine
            if len(part) > 1 and len(said) == len(name):
                for sound in {loose("".join(said[start:end])), loose("".join(map(_alone, part)))}:
                    if mine >= found.weight.get(found.sounds.get(sound, ""), 0):
                        found.sounds[sound] = part


@cache
def _alone(sign: str) -> str:
    """How a sign is said outside any word: 长 is zhang in some names, and chang to whoever types it alone."""
    return syllables(sign)[0]


def _read() -> Words:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT word, bool_or(is_name), count(*) FROM (
                 SELECT unnest(e.names) AS word, true AS is_name FROM search_entry e
                   JOIN catalogue_product p ON p.id = e.piece_id AND p.is_public
                 UNION ALL
                 SELECT unnest(e.texts), false FROM search_entry e
                   JOIN catalogue_product p ON p.id = e.piece_id AND p.is_public) AS said
               GROUP BY word"""
        )
        return words_of(cursor.fetchall())


#: The vocabulary of all public pieces.
words: Kept[Words] = Kept(_read, seconds=60)

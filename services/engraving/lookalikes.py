"""Signs that are easily taken for one another, for the review before keeping; nothing is refused for them. Pure.

A short table of our own instead of Unicode's (UTS #39), which lists thousands of pairs nobody confuses in a name on a ring and
flags half of every ordinary text. Ours holds what an engraver or a client has reason to look at twice: figures and letters, hanzi
that differ by the length of one stroke, and letters of another script inside a Latin word.
"""

import unicodedata
from dataclasses import dataclass

import regex

#: Signs of one look, by what tells them apart.
GROUPS = (
    "lI1|",  # small l, capital i, one, bar
    "O0oОο",  # capital and small o, nought, Cyrillic, Greek
    "S5$",
    "Z2",
    "B8ß",
    "己已巳",  # how far the last stroke closes
    "未末",  # which of the two strokes is longer
    "土士",
    "日曰",
    "人入八",
    "大太犬",
    "王玉主",
    "干千于",
    "戊戌戍戎",
    "天夭",
    "刀力",
    "晴睛",
    "候侯",
    "祗衹祇",
    "茶荼",
    "汩汨",
    "一—―－ー",  # one, dashes, the mark of a long vowel
    "口囗",
    "卜ト",
    "二ニ",
)
#: Only among these groups a lone sign is worth a word: the others matter where two of them, or figures and letters, meet.
_ALWAYS = frozenset("lI1|O0己已巳未末土士日曰人入戊戌戍汩汨祗衹祇候侯晴睛")
#: Letters of other scripts drawn like a Latin one.
LIKE_LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοονυ",
        "ABESIJKMHOPCTYXaeopcyxijsdhqwABEZHIKMNOPTYXoovu",
        strict=True,
    )
)


@dataclass(frozen=True)
class Lookalike:
    """A sign of the text, and what it might be taken for."""

    sign: str
    others: tuple[str, ...]

    @property
    def words(self) -> str:
        """As the review shows it: l (l I 1 |)."""
        return f"{self.sign} ({' '.join(self.others)})"


def lookalikes(text: str) -> list[Lookalike]:
    """The signs of a text that have a look-alike, each once, in the order of the groups; then strangers in a Latin word."""
    found = []
    for group in GROUPS:
        for sign in group:
            if sign in text and (sign in _ALWAYS or any(other in text for other in group if other != sign)):
                found.append(Lookalike(sign, tuple(group)))
    seen = {one.sign for one in found}
    for word in regex.findall(r"\p{L}+", text):
        if not regex.search(r"\p{Latin}", word):
            continue
        for sign in word:
            if sign in LIKE_LATIN and sign not in seen:
                seen.add(sign)
                found.append(Lookalike(sign, (LIKE_LATIN[sign], _script(sign))))
    for sign in dict.fromkeys(text):
        plain = unicodedata.normalize("NFKC", sign)
        if sign not in seen and unicodedata.east_asian_width(sign) == "F" and len(plain) == 1 and plain.isalnum():
            found.append(Lookalike(sign, (plain,)))
    return found


def _script(sign: str) -> str:
    return unicodedata.name(sign, "").split(" ", 1)[0].capitalize()

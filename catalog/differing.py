"""What differs between two texts, piece by piece. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

#: A word, a single hanzi, a run of spaces, or any other sign.
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|.")


@dataclass(frozen=True)
class Stretch:
    """Consecutive signs of a text; ``changed`` says whether the other text lacks them."""

    words: str
    changed: bool


def differing(before: str, after: str) -> tuple[list[Stretch], list[Stretch]]:
    """Both texts in stretches, each saying what the other has not: what was taken away, and what was put there."""
    one, two = _TOKEN.findall(before), _TOKEN.findall(after)
    former: list[Stretch] = []
    latter: list[Stretch] = []
    for act, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if a < b:
            former.append(Stretch("".join(one[a:b]), act != "equal"))
        if c < d:
            latter.append(Stretch("".join(two[c:d]), act != "equal"))
    return former, latter

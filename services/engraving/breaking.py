"""Breaking one line into two, where a reader would: at a space, or between hanzi; never inside a word. Pure."""

import unicodedata
from collections.abc import Callable, Iterator

from .shaping import SPACES, clusters

#: Marks that may not begin a line, and those that may not end one (after GB/T 15834 and JIS X 4051).
_NOT_FIRST, _NOT_LAST = frozenset("，。、；：！？）》」』”’·…—,.;:!?)]}%"), frozenset("（《「『“‘([{")


def breaks(line: str) -> Iterator[tuple[str, str]]:
    """All ways to break a line in two."""
    parts = clusters(line)
    for n in range(1, len(parts)):
        before, after = parts[n - 1], parts[n]
        if before in SPACES:
            first, second = "".join(parts[:n]).rstrip("".join(SPACES)), "".join(parts[n:]).lstrip("".join(SPACES))
            if first and second and after not in SPACES:
                yield first, second
        elif after not in SPACES and (_wide(before) or _wide(after)) and after not in _NOT_FIRST and before not in _NOT_LAST:
            yield "".join(parts[:n]), "".join(parts[n:])


def in_two(line: str, width: Callable[[str], float]) -> tuple[str, str] | None:
    """The break whose longer half is shortest; None where the line has no place to break."""
    return min(breaks(line), key=lambda halves: max(map(width, halves)), default=None)


def _wide(cluster: str) -> bool:
    return unicodedata.east_asian_width(cluster[0]) in "WF"

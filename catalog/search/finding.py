"""Finding pieces: every word of the question must stand in a piece, in whatever language it was asked."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from catalog.showing import public_pieces

from .correcting import EMPTY, apart
from .tokens import _HANZI, folded, latin, pairs, runs
from .vocabulary import Words

#: A question is read to here, and finds no more than this.
LONGEST, MOST = 100, 480


@dataclass(frozen=True)
class Found:
    """Ids of pieces, best first. ``by_name``: at least one is called so, and does not only speak of it."""

    ids: list[int]
    by_name: bool


def find(asked: str, words: Words | None = None, *, now: datetime, limit: int = MOST, some: bool = False) -> Found:
    """Pieces shown at this moment that hold all words of a question, or only ``some``; without a word none. One query."""
    query = _query(asked[:LONGEST], words, some=some)
    if not query:
        return Found([], False)
    shown, params = public_pieces(now).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT e.piece_id, ts_filter(e.words, '{{a}}') @@ %s::tsquery
               FROM search_entry e JOIN catalogue_product p ON p.id = e.piece_id
               WHERE e.words @@ %s::tsquery AND p.id IN ({shown})
               ORDER BY ts_rank(e.words, %s::tsquery) DESC, p.position, p.id LIMIT %s""",  # noqa: S608 - only what the ORM wrote stands in it
            [query, query, *params, query, limit],
        )
        rows = cursor.fetchall()
    return Found([pk for pk, _by_name in rows], any(by_name for _pk, by_name in rows))


def _query(asked: str, words: Words | None = None, *, some: bool = False) -> str:
    """The question as a tsquery of quoted tokens: Latin words by their beginning, hanzi by their pairs.

    Nothing but letters, figures and hanzi gets into it, so no question can be a query language. Where ``some`` words are enough,
    short ones count only as they are.
    """
    named = latin(_HANZI.sub(" ", folded(asked)))
    named = [word for word in named if word not in EMPTY] or named
    parts = [f"'{word}'" if some and len(word) < 4 else f"'{word}':*" for word in named]
    for whole in runs(asked):
        for run in apart(whole, words) if words else [whole]:
            parts += [f"'{pair}'" for pair in pairs(run) or [run]]
    return (" | " if some else " & ").join(dict.fromkeys(parts))

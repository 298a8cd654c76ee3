"""Finding pieces: every word of the question must stand in a piece, in whatever language it was asked."""

from datetime import datetime

from django.db import connection

from .tokens import _HANZI, folded, latin


def find(asked: str, *, now: datetime, limit: int = 60) -> list[int]:
    """Ids of pieces shown at this moment, best first. A question without a word finds nothing."""
    query = _query(asked[:100])
    if not query:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT e.piece_id FROM search_entry e JOIN catalogue_product p ON p.id = e.piece_id
               WHERE p.is_public AND e.words @@ %s::tsquery
               AND (p.publish_at IS NULL OR p.publish_at <= %s) AND (p.withdraw_at IS NULL OR p.withdraw_at > %s)
               ORDER BY ts_rank(e.words, %s::tsquery) DESC, p.position LIMIT %s""",
            [query, now, now, query, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def _query(asked: str) -> str:
    """The question as a tsquery of quoted tokens: Latin words by their beginning, hanzi by their pairs."""
    parts = [f"'{word}':*" for word in latin(_HANZI.sub(" ", asked))]
    for run in _HANZI.findall(folded(asked)):
        pairs = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        parts += [f"'{pair}'" for pair in pairs]
    return " & ".join(parts)

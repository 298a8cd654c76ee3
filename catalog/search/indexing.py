"""Writing the search index: after a piece's texts change, and for the whole house."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from catalog.models import Product
from services.foundation.house import house
from services.foundation.scheduling import is_shown, turns_at

from . import vocabulary
from .models import Entry
from .tokens import TOKEN, hanzi, latin, pinyin, spelled

LANGUAGES = ("en", "zh_hans", "fr")


def said_of(piece: Product, now: datetime) -> tuple[list[str], list[str]]:
    """What a piece is found by: names (also of its kind, its metals, shown collections and occasions), and texts."""
    collections = [found for found in piece.categories.all() if is_shown(found, now)]
    occasions = [found for found in piece.occasions.all() if is_shown(found, now)]
    metals = {v.metal for v in piece.children.select_related("metal") if v.metal}
    names, texts = [piece.upc or "", piece.stone], []
    names += house().search_words("stone", piece.stone)
    if piece.product_class:
        names += [piece.product_class.name, *house().search_words("kind", piece.product_class.slug)]
    for metal in metals:
        names += house().search_words("family", metal.family)
    for language in LANGUAGES:
        names.append(getattr(piece, f"title_{language}") or "")
        names += [getattr(named, f"name_{language}") or "" for named in (*collections, *metals, *occasions)]
        texts += [getattr(piece, f"{f}_{language}") or "" for f in ("description", "material_line")]
    return names, texts


def index(piece: Product) -> None:
    """Write one piece's entry."""
    now = timezone.now()
    names, texts = said_of(piece, now)
    turns = [turns_at(found, now) for found in (*piece.categories.all(), *piece.occasions.all())]
    strong = {t for n in names for t in (*latin(n), *hanzi(n), *pinyin(n))}
    weak = {t for x in texts for t in (*latin(x), *hanzi(x))}
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO search_entry (piece_id, words, names, texts, holds_until) VALUES (%s, %s::tsvector, %s, %s, %s)
               ON CONFLICT (piece_id) DO UPDATE SET words = excluded.words, names = excluded.names, texts = excluded.texts,
                 holds_until = excluded.holds_until""",
            [
                piece.pk,
                _vector(strong, weak),
                sorted({w for n in names for w in spelled(n)}),
                sorted({w for x in texts for w in spelled(x)}),
                min((moment for moment in turns if moment), default=None),
            ],
        )
    vocabulary.words.forget()


def _vector(strong: set[str], weak: set[str]) -> str:
    """Tokens as PostgreSQL writes a tsvector. Each gets a place, for a weight is kept on places only."""
    weights = [(token, "A") for token in sorted(strong)] + [(token, "B") for token in sorted(weak - strong)]
    return " ".join(f"'{token}':1{weight}" for token, weight in weights if TOKEN.fullmatch(token))


def index_some(ids: Iterable[int]) -> None:
    """Write the entries of these pieces."""
    pieces = Product.objects.filter(parent=None, pk__in=ids).select_related("product_class")
    for piece in pieces.prefetch_related("categories", "occasions"):
        index(piece)


def index_what_turned(now: datetime) -> int:
    """Write the entries anew in which a collection or an occasion began or ended since; returns how many. Safe to run twice."""
    ids = list(Entry.objects.filter(holds_until__lte=now).values_list("piece_id", flat=True))
    index_some(ids)
    return len(ids)


def index_all() -> None:
    """Write every piece's entry."""
    index_some(Product.objects.filter(parent=None).values_list("pk", flat=True))

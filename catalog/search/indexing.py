"""Writing the search index: after a piece's texts change, and for the whole house."""

from collections.abc import Iterable

from django.db import connection

from catalog.models import Product
from services.foundation.house import house

from . import vocabulary
from .tokens import TOKEN, hanzi, latin, pinyin, spelled

LANGUAGES = ("en", "zh_hans", "fr")


def said_of(piece: Product) -> tuple[list[str], list[str]]:
    """What a piece is found by: names (also of its kind, metals, collection and occasions), and texts."""
    collections = list(piece.categories.all())
    occasions = [occasion for occasion in piece.occasions.all() if occasion.is_public]
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
    names, texts = said_of(piece)
    strong = {t for n in names for t in (*latin(n), *hanzi(n), *pinyin(n))}
    weak = {t for x in texts for t in (*latin(x), *hanzi(x))}
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO search_entry (piece_id, words, names, texts) VALUES (%s, %s::tsvector, %s, %s)
               ON CONFLICT (piece_id) DO UPDATE SET words = excluded.words, names = excluded.names, texts = excluded.texts""",
            [
                piece.pk,
                _vector(strong, weak),
                sorted({w for n in names for w in spelled(n)}),
                sorted({w for x in texts for w in spelled(x)}),
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


def index_all() -> None:
    """Write every piece's entry."""
    index_some(Product.objects.filter(parent=None).values_list("pk", flat=True))

"""Writing the search index: after a piece's texts change, and for the whole house."""

from collections.abc import Iterable

from django.db import connection

from catalog.models import Product
from services.foundation.house import house

from .tokens import hanzi, latin, pinyin

LANGUAGES = ("en", "zh_hans", "fr")


def words_of(piece: Product) -> tuple[list[str], list[str]]:
    """Tokens of a piece: those of its names (weight A) and those of its texts (weight B)."""
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
    strong = [t for n in names for t in (*latin(n), *hanzi(n), *pinyin(n))]
    return strong, [t for x in texts for t in (*latin(x), *hanzi(x))]


def index(piece: Product) -> None:
    """Write one piece's entry."""
    strong, weak = words_of(piece)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO search_entry (piece_id, words) VALUES (%s,
                 setweight(array_to_tsvector(%s::text[]), 'A') || setweight(array_to_tsvector(%s::text[]), 'B'))
               ON CONFLICT (piece_id) DO UPDATE SET words = excluded.words""",
            [piece.pk, sorted(set(filter(None, strong))), sorted(set(filter(None, weak)))],
        )


def index_some(ids: Iterable[int]) -> None:
    """Write the entries of these pieces."""
    pieces = Product.objects.filter(parent=None, pk__in=ids).select_related("product_class")
    for piece in pieces.prefetch_related("categories", "occasions"):
        index(piece)


def index_all() -> None:
    """Write every piece's entry."""
    index_some(Product.objects.filter(parent=None).values_list("pk", flat=True))

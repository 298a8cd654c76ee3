"""What two people answer for in the catalogue: pieces and their variants, pictures, collections, tiles, occasions, metals."""

from services.foundation.second_person import answer_for

from . import completeness, uploading
from .models import Category, Metal, Occasion, Picture, Product, Tile
from .refusals import ViewsMissing
from .search import indexing


def words_beside(piece: Product) -> dict[str, str]:
    """What becomes public with a piece: its public variants, and what its pictures say they show."""
    if piece.is_child:
        return {}
    said = {}
    for variant in piece.children.filter(is_public=True).select_related("metal").order_by("pk"):
        said[str(variant.upc or variant.pk)] = ", ".join(filter(None, [variant.metal_id, variant.size, variant.title]))
    for picture in piece.pictures.order_by("pk"):
        for language in uploading.LANGUAGES:
            said[f"{picture.view} [{language}]"] = getattr(picture, f"alt_{language}") or ""
    return said


def check_views(piece: Product) -> None:
    """Raise ViewsMissing for a piece that lacks a view the house asks for, or would with this variant on sale."""
    lacking = completeness.missing_of(piece.piece, more=piece.metal_id if piece.is_child else None)
    if piece.is_child:
        lacking = [one for one in lacking if one.metal == piece.metal_id]
    if lacking:
        raise ViewsMissing(views=completeness.words(piece.piece, lacking))


def named(piece: Product) -> str:
    """A piece or variant with its reference."""
    return f"{piece.get_title()} ({piece.upc})"


def picture_is_read(picture: Picture) -> bool:
    """Whether clients are shown a picture, or will be once it is ready: of a public piece, or in a public tile."""
    if Product.objects.filter(pk=picture.piece_id, is_public=True).exists():
        return True
    return picture.pk is not None and Tile.objects.filter(picture=picture, is_public=True).exists()


def index_collection(collection: Category) -> None:
    indexing.index_some(Product.objects.filter(categories=collection).values_list("pk", flat=True))


def index_occasion(occasion: Occasion) -> None:
    indexing.index_some(occasion.pieces.values_list("pk", flat=True))


def index_metal(metal: Metal) -> None:
    indexing.index_some(Product.objects.filter(metal=metal, parent__isnull=False).values_list("parent_id", flat=True))


def tile_beside(tile: Tile) -> dict[str, str]:
    """What the picture of a tile says it shows."""
    picture = tile.picture
    return {f"{picture.view} [{language}]": getattr(picture, f"alt_{language}") or "" for language in uploading.LANGUAGES}


answer_for(
    Product,
    flag="is_public",
    more=("size", "metal"),
    root=lambda piece: piece.parent if piece.parent_id else None,
    is_read=lambda piece: not piece.parent_id or Product.objects.filter(pk=piece.parent_id, is_public=True).exists(),
    beside=words_beside,
    check=check_views,
    after=lambda piece: indexing.index(piece.piece),
    named=named,
)
answer_for(
    Picture,
    root=lambda picture: picture.piece,
    is_read=picture_is_read,
    named=lambda picture: f"{picture.piece.get_title()}: {picture.view}",
    fill=uploading.say_what_it_shows,
)
answer_for(Category, flag="is_public", after=index_collection)
answer_for(Tile, flag="is_public", more=("picture",), root=lambda tile: tile.picture.piece, beside=tile_beside)
answer_for(Occasion, flag="is_public", more=("feast",), after=index_occasion)
answer_for(Metal, after=index_metal)

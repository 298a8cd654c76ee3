"""Pieces as listing, home and search show them: each page in a constant number of queries, however many pieces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from services.engraving.models import Zone
from services.foundation.memory import Kept
from services.foundation.regions.models import Region
from services.foundation.units import availability
from services.foundation.units.availability import Availability, Reason
from services.launches import opening
from services.launches.models import Launch

from .models import Category, Occasion, Picture, Product
from .partner.pricing import prices_of

#: The public collections, in the house's order.
collections: Kept[list[Category]] = Kept(lambda: list(Category.objects.filter(depth=1, is_public=True).order_by("path")))
#: The public occasions, in the house's order.
occasions: Kept[list[Occasion]] = Kept(lambda: list(Occasion.objects.filter(is_public=True)))


@dataclass
class Card:
    """One piece on a listing. ``price`` is the lowest of its variants, None when it has none in this region."""

    piece: Product
    picture: Picture | None
    second: Picture | None
    price: Decimal | None
    has_several_prices: bool
    metals: list
    launch: Launch | None
    reason: Reason
    can_be_engraved: bool
    sizes: list[str]


def public_pieces() -> QuerySet[Product]:
    """Every piece that has a picture and is public, in the house's order."""
    return (
        Product.objects.filter(parent=None, is_public=True)
        .filter(Exists(Picture.objects.filter(piece=OuterRef("pk"))))
        .annotate(engravable=Exists(Zone.objects.filter(piece=OuterRef("pk"))))
        .order_by("position")
    )


def head_of_collections() -> Iterable[tuple[int, int]]:
    """The first public piece of each collection, as (collection id, piece id); one query."""
    links = Product.categories.through.objects.filter(product__in=public_pieces().values("pk"))
    return links.order_by("category_id", "product__position").distinct("category_id").values_list("category_id", "product_id")


def cards(pieces: Iterable[Product], *, region: Region, now: datetime) -> list[Card]:
    """Cards for pieces, in their order. Five queries."""
    found = list(pieces)
    variants = list(Product.objects.filter(parent__in=found, is_public=True).select_related("metal").order_by("position"))
    by_piece: dict[int, list[Product]] = {}
    for variant in variants:
        by_piece.setdefault(variant.parent_id, []).append(variant)
    pictures: dict[int, list[Picture]] = {}
    for picture in Picture.objects.filter(piece__in=found):
        pictures.setdefault(picture.piece_id, []).append(picture)
    prices = prices_of([v.pk for v in variants], region_code=region.code, now=now)
    to_order = frozenset(v.pk for p in found if p.made_to_order_weeks for v in by_piece.get(p.pk, []))
    free = availability.of_variants([v.pk for v in variants], made_to_order=to_order)
    launches = opening.of_pieces([p.pk for p in found])
    made = []
    for piece in found:
        own = by_piece.get(piece.pk, [])
        amounts = [prices[v.pk] for v in own if v.pk in prices]
        shown = pictures.get(piece.pk, [])
        launch = launches.get(piece.pk)
        made.append(
            Card(
                piece=piece,
                picture=shown[0] if shown else None,
                second=shown[1] if len(shown) > 1 else None,
                price=min(amounts, default=None),
                has_several_prices=len(set(amounts)) > 1,
                metals=list({v.metal_id: v.metal for v in own if v.metal_id}.values()),
                launch=launch,
                reason=reason_of([free[v.pk] for v in own], launch, now),
                can_be_engraved=getattr(piece, "engravable", False),
                sizes=list(dict.fromkeys(v.size for v in own if v.size)),
            )
        )
    return made


def reason_of(found: list[Availability], launch: Launch | None, now: datetime) -> Reason:
    """One reason for a whole piece: the best of its variants, unless its launch says otherwise."""
    if launch and now < launch.opens_at:
        return Reason.NOT_YET_OPEN
    if launch and launch.closes_at and now >= launch.closes_at:
        return Reason.CLOSED
    order = (Reason.AVAILABLE, Reason.MADE_TO_ORDER, Reason.HELD_BY_OTHERS, Reason.SOLD_OUT)
    return next((r for r in order if any(f.reason == r for f in found)), Reason.SOLD_OUT)


def piece_with_all(slug: str) -> Product | None:
    """A public piece with pictures, variants, zones and its neighbours, ready for its page."""
    return (
        public_pieces()
        .filter(slug=slug)
        .prefetch_related(
            "pictures",
            "categories",
            Prefetch("children", Product.objects.filter(is_public=True).select_related("metal").order_by("position")),
            "engraving_zones",
        )
        .first()
    )

"""Pieces as listing, home and search show them: each page in a constant number of queries, however many pieces.

And which pieces, collections and occasions are shown at a moment (the rule itself: `services.foundation.scheduling`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from services.engraving.models import Zone
from services.foundation.memory import Kept
from services.foundation.regions.models import Region
from services.foundation.scheduling import is_shown, shown_at
from services.foundation.units import availability
from services.foundation.units.availability import Availability, Reason
from services.launches import opening
from services.launches.models import Launch

from .models import Category, Occasion, Picture, Product
from .partner.pricing import reductions_of, standing_of

#: The public collections, whatever their schedule; see `collections`.
every_collection: Kept[list[Category]] = Kept(lambda: list(Category.objects.filter(depth=1, is_public=True).order_by("path")))
#: The public occasions, whatever their schedule; see `occasions`.
every_occasion: Kept[list[Occasion]] = Kept(lambda: list(Occasion.objects.filter(is_public=True).select_related("feast")))


#: Working days of a piece's quickest engraving; nothing where it takes none.
_ENGRAVING_DAYS = Zone.objects.filter(piece=OuterRef("pk")).order_by("work_days").values("work_days")[:1]


@dataclass
class Card:
    """One piece on a listing. ``price`` is the lowest of its variants, None when it has none in this region.

    ``price_before`` is the lowest of the 30 days before, when that price is a reduction of every variant that has it.
    """

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
    engraving_days: int | None
    arrives: date | None = None  # set by `reaching`, when a client said where and when
    price_before: Decimal | None = None


def collections(now: datetime) -> list[Category]:
    """The collections that are shown at this moment, in the house's order."""
    return [found for found in every_collection() if is_shown(found, now)]


def occasions(now: datetime) -> list[Occasion]:
    """The occasions that are shown at this moment, in the house's order, each with its named day."""
    return [found for found in every_occasion() if is_shown(found, now)]


def public_pieces(now: datetime) -> QuerySet[Product]:
    """Every piece that is shown at this moment and has a picture to show, in the house's order."""
    return (
        Product.objects.filter(shown_at(now), parent=None)
        .filter(Exists(Picture.objects.filter(piece=OuterRef("pk"), is_ready=True)))
        .annotate(engraving_days=Subquery(_ENGRAVING_DAYS))
        .order_by("position", "pk")
    )


def announced(now: datetime) -> QuerySet[Launch]:
    """Every launch that is shown at this moment, as its piece is."""
    return Launch.objects.filter(shown_at(now), piece__in=public_pieces(now).values("pk"))


def head_of_collections(now: datetime) -> Iterable[tuple[int, int]]:
    """The first shown piece of each collection, as (collection id, piece id); one query."""
    links = Product.categories.through.objects.filter(product__in=public_pieces(now).values("pk"))
    return (
        links.order_by("category_id", "product__position", "product_id")
        .distinct("category_id")
        .values_list("category_id", "product_id")
    )


def cards(pieces: Iterable[Product], *, region: Region, now: datetime) -> list[Card]:
    """Cards for pieces, in their order. Five queries, and one more when a price is a reduction."""
    found = list(pieces)
    variants = list(Product.objects.filter(parent__in=found, is_public=True).select_related("metal").order_by("position"))
    by_piece: dict[int, list[Product]] = {}
    for variant in variants:
        by_piece.setdefault(variant.parent_id, []).append(variant)
    pictures: dict[int, list[Picture]] = {}
    for picture in Picture.objects.filter(piece__in=found, is_ready=True):
        pictures.setdefault(picture.piece_id, []).append(picture)
    standing = standing_of([v.pk for v in variants], region_code=region.code, now=now)
    before = reductions_of(standing, region_code=region.code, now=now)
    to_order = frozenset(v.pk for p in found if p.made_to_order_weeks for v in by_piece.get(p.pk, []))
    free = availability.of_variants([v.pk for v in variants], made_to_order=to_order)
    launches = opening.of_pieces([p.pk for p in found])
    made = []
    for piece in found:
        own = by_piece.get(piece.pk, [])
        amounts = [standing[v.pk].amount for v in own if v.pk in standing]
        price = min(amounts, default=None)
        reduced_from = [before.get(v.pk) for v in own if v.pk in standing and standing[v.pk].amount == price]
        shown = pictures.get(piece.pk, [])
        launch = launches.get(piece.pk)
        made.append(
            Card(
                piece=piece,
                picture=shown[0] if shown else None,
                second=shown[1] if len(shown) > 1 else None,
                price=price,
                has_several_prices=len(set(amounts)) > 1,
                metals=list({v.metal_id: v.metal for v in own if v.metal_id}.values()),
                launch=launch,
                reason=reason_of([free[v.pk] for v in own], launch, now),
                can_be_engraved=getattr(piece, "engraving_days", None) is not None,
                sizes=list(dict.fromkeys(v.size for v in own if v.size)),
                engraving_days=getattr(piece, "engraving_days", None),
                price_before=min((a for a in reduced_from if a), default=None) if all(reduced_from) else None,
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


def piece_with_all(slug: str, now: datetime) -> Product | None:
    """A piece that is shown, with pictures, variants, zones and its neighbours, ready for its page."""
    return (
        public_pieces(now)
        .filter(slug=slug)
        .prefetch_related(
            Prefetch("pictures", Picture.objects.filter(is_ready=True)),
            Prefetch("categories", Category.objects.filter(shown_at(now)).order_by("path")),
            Prefetch("children", Product.objects.filter(is_public=True).select_related("metal").order_by("position")),
            "engraving_zones",
        )
        .first()
    )

"""Pieces as listing, home and search show them: each page in a constant number of queries, however many pieces.

And which pieces, collections and occasions are shown at a moment (the rule itself: `services.foundation.scheduling`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from services.engraving.models import Zone
from services.foundation.memory import Kept
from services.foundation.regions.models import Region
from services.foundation.scheduling import is_shown, shown_at
from services.foundation.units.availability import Reason
from services.launches import opening
from services.launches.models import Launch

from .models import Category, Metal, Occasion, Picture, Product
from .offering import Offer, begins_at_its_price, best, of_variants

#: The public collections, whatever their schedule; see `collections`.
every_collection: Kept[list[Category]] = Kept(lambda: list(Category.objects.filter(depth=1, is_public=True).order_by("path")))
#: The public occasions, whatever their schedule; see `occasions`.
every_occasion: Kept[list[Occasion]] = Kept(lambda: list(Occasion.objects.filter(is_public=True).select_related("feast")))


#: The zone that a piece's page offers.
_ZONE = Zone.objects.filter(piece=OuterRef("pk")).order_by("pk")


@dataclass
class Card:
    """One piece on a listing, and those of its offers that answer what was asked, in the house's order.

    Everything it says is said of one of them, the best; its link opens the piece at the same one.
    """

    piece: Product
    pictures: Sequence[Picture]
    offers: Sequence[Offer]
    launch: Launch | None
    engraving_days: int | None
    engraving_method: str | None
    is_narrowed: bool = False

    def narrowed(self, fits: Callable[[Offer], bool]) -> "Card | None":
        """The card with the offers that fit; None when none does."""
        fitting = [offer for offer in self.offers if fits(offer)]
        if len(fitting) == len(self.offers):
            return self if fitting else None
        return replace(self, offers=fitting, is_narrowed=True) if fitting else None

    @cached_property
    def best(self) -> Offer | None:
        """The offer it is shown by; None for a piece without variants."""
        return best(self.offers)

    @property
    def price(self) -> Decimal | None:
        """None when it is not offered in this region."""
        return self.best.price if self.best else None

    @property
    def price_before(self) -> Decimal | None:
        """For a reduction, the lowest of the 30 days before it."""
        return self.best.price_before if self.best else None

    @property
    def is_from(self) -> bool:
        """Whether the price is the lowest of several."""
        return self.best is not None and begins_at_its_price(self.best, self.offers)

    @property
    def reason(self) -> Reason:
        return self.best.reason if self.best else Reason.SOLD_OUT

    @property
    def arrives(self) -> date | None:
        """The day it can be in the client's hands, once he said where and when."""
        return self.best.arrives if self.best else None

    @property
    def can_be_engraved(self) -> bool:
        return self.engraving_days is not None

    @cached_property
    def metals(self) -> list[Metal]:
        return list({offer.metal.code: offer.metal for offer in self.offers if offer.metal}.values())

    @property
    def sizes(self) -> list[str]:
        return list(dict.fromkeys(offer.size for offer in self.offers if offer.size))

    @cached_property
    def _shown(self) -> list[Picture]:
        """Pictures in the metal of its price, and those that show none; whatever there is where it has none of its own."""
        metal = self.best.metal.code if self.best and self.best.metal else None
        return [p for p in self.pictures if p.metal_id in (metal, None)] or list(self.pictures)

    @property
    def picture(self) -> Picture | None:
        return self._shown[0] if self._shown else None

    @property
    def second(self) -> Picture | None:
        """The picture that shows itself under a pointer."""
        return self._shown[1] if len(self._shown) > 1 else None

    @property
    def query(self) -> str:
        """What its link says behind the piece's address: the variant, when not all of them answer what was asked."""
        if not self.is_narrowed or self.best is None:
            return ""
        said = {"metal": self.best.metal.code if self.best.metal else "", "size": self.best.size}
        return "?" + urlencode({name: value for name, value in said.items() if value})


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
        .annotate(
            engraving_days=Subquery(_ZONE.values("work_days")[:1]),  # nothing where it takes no engraving
            engraving_method=Subquery(_ZONE.values("method")[:1]),
        )
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
    """Cards for pieces, in their order; a piece none of whose variants is public has no page, and so no card.

    Five queries, and one more when a price is a reduction.
    """
    found = list(pieces)
    variants = list(Product.objects.filter(parent__in=found, is_public=True).select_related("metal").order_by("position"))
    by_piece: dict[int, list[Product]] = {}
    for variant in variants:
        by_piece.setdefault(variant.parent_id, []).append(variant)
    pictures: dict[int, list[Picture]] = {}
    for picture in Picture.objects.filter(piece__in=found, is_ready=True):
        pictures.setdefault(picture.piece_id, []).append(picture)
    to_order = frozenset(v.pk for p in found if p.made_to_order_weeks for v in by_piece.get(p.pk, []))
    launches = opening.of_pieces([p.pk for p in found])
    offers = of_variants(variants, to_order=to_order, launches=launches, region=region, now=now)
    return [
        Card(
            piece=piece,
            pictures=pictures.get(piece.pk, []),
            offers=[offers[v.pk] for v in by_piece[piece.pk]],
            launch=launches.get(piece.pk),
            engraving_days=getattr(piece, "engraving_days", None),
            engraving_method=getattr(piece, "engraving_method", None),
        )
        for piece in found
        if piece.pk in by_piece
    ]


def piece_with_all(slug: str, now: datetime) -> Product | None:
    """A piece that is shown, with pictures, variants, zones and its neighbours, ready for its page."""
    return (
        public_pieces(now)
        .filter(slug=slug)
        .prefetch_related(
            Prefetch("pictures", Picture.objects.filter(is_ready=True)),
            Prefetch("categories", Category.objects.filter(shown_at(now)).order_by("path")),
            Prefetch("children", Product.objects.filter(is_public=True).select_related("metal").order_by("position")),
            Prefetch("engraving_zones", Zone.objects.order_by("pk")),
        )
        .first()
    )

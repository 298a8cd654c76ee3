"""What stands in a bag, with today's prices, in a constant number of queries."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.functions import Coalesce

from catalog import sizing
from catalog.models import Picture, Product
from catalog.partner.pricing import reductions_of, standing_of
from services.engraving import second_looks, surfaces
from services.engraving.models import Inscription, Zone
from services.engraving.surfaces import LID
from services.foundation.house import house
from services.foundation.regions.models import Region
from services.foundation.scheduling import is_shown
from services.foundation.units import availability
from services.foundation.units.models import Hold
from services.gifting.models import Wrapping

from .models import Basket, Line


@dataclass
class Item:
    """One line as the client sees it. Amounts in the region's currency, as listed."""

    line: Line
    variant: Product
    piece: Product
    picture: Picture | None
    unit_price: Decimal | None
    inscription: Inscription | None
    #: The words on the lid of its box.
    lid: Inscription | None
    wrapping: Wrapping | None
    #: What these words cost.
    lid_price: Decimal
    availability: availability.Availability
    hold_until: datetime | None
    is_made_to_order: bool = False
    can_be_engraved: bool = False
    #: Whether the lid of its own box can be engraved.
    can_have_lid: bool = False
    #: Whether a sizer can travel before its engraving.
    has_sizer: bool = False
    #: False when the piece, or this variant of it, was withdrawn while it waited here.
    is_offered: bool = True
    #: For a reduction, the lowest unit price of the 30 days before it.
    unit_price_before: Decimal | None = None
    #: Other pieces of the bag in whose box there is still room for this one.
    hosts: list["Item"] = field(default_factory=list)

    @property
    def price(self) -> Decimal | None:
        """None when it is not offered in this region."""
        return self.unit_price * self.line.quantity if self.unit_price is not None else None

    @property
    def whole_price(self) -> Decimal:
        """The piece and the words on the lid of its box; nothing when it is not offered in this region."""
        return (self.price or Decimal(0)) + self.lid_price

    @property
    def price_before(self) -> Decimal | None:
        return self.unit_price_before * self.line.quantity if self.unit_price_before else None

    @property
    def words(self) -> str:
        return variant_words(self.variant)

    @property
    def lost_hold(self) -> bool:
        """A scarce piece whose time in the bag has run out: it must be held again before it can be ordered."""
        return self.piece.is_scarce and self.hold_until is None

    @property
    def can_be_placed(self) -> bool:
        available = self.availability.can_be_bought or self.hold_until is not None
        return self.is_offered and self.unit_price is not None and available and not self.lost_hold

    @property
    def quantity_can_change(self) -> bool:
        return self.is_offered and not (self.inscription or self.wrapping or self.piece.is_scarce)


@dataclass
class Contents:
    """A bag's lines and their sum."""

    bag: Basket | None
    items: list[Item] = field(default_factory=list)

    @property
    def subtotal(self) -> Decimal:
        return sum((item.whole_price for item in self.items if item.price is not None), Decimal(0))

    @property
    def count(self) -> int:
        return sum(item.line.quantity for item in self.items)

    @property
    def can_be_placed(self) -> bool:
        return bool(self.items) and all(item.can_be_placed for item in self.items)

    @property
    def hold_until(self) -> datetime | None:
        """When the first hold of the bag ends."""
        return min((i.hold_until for i in self.items if i.hold_until), default=None)


def variant_words(variant: Product) -> str:
    """Metal and size in the active language: what tells a variant from its sisters."""
    parts = [str(variant.metal)] if variant.metal_id else []
    if variant.size:
        parts.append(variant.size)
    return " · ".join(parts)


def picture_of(piece: Product, metal_code: str | None) -> Picture | None:
    """The first picture in this metal, else the piece's first that is ready (pictures are prefetched)."""
    pictures = [p for p in piece.pictures.all() if p.is_ready]
    return next((p for p in pictures if p.metal_id == metal_code), pictures[0] if pictures else None)


def of(bag: Basket | None, *, region: Region, now: datetime) -> Contents:
    """Read a bag: lines, crafts, prices, availability and holds."""
    if bag is None:
        return Contents(None)
    lines = list(
        Line.objects.filter(basket=bag)
        .select_related(
            "product__metal",
            "product__parent__product_class",
            "stockrecord",
            "recipient",
            "wrapping__box",
            "wrapping__ribbon",
            "wrapping__paper",
            "wrapping__carrier",
        )
        .prefetch_related(
            surfaces.kept(),
            "product__pictures",
            "product__parent__pictures",
            Prefetch("holds", Hold.objects.filter(expires_at__gt=now)),
        )
        .annotate(
            has_lid=Exists(Zone.objects.filter(box=OuterRef("wrapping__box"))),
            takes_engraving=Exists(Zone.objects.filter(piece=Coalesce(OuterRef("product__parent_id"), OuterRef("product_id")))),
            second_look=second_looks.said_of("bag_line"),
            lid_second_look=second_looks.said_of("bag_line", LID),
        )
        .order_by("pk")
    )
    ids = [line.product_id for line in lines]
    standing = standing_of(ids, region_code=region.code, now=now)
    before = reductions_of(standing, region_code=region.code, now=now)
    to_order = frozenset(line.product_id for line in lines if line.product.piece.made_to_order_weeks)
    free = availability.of_variants(ids, made_to_order=to_order)
    items = []
    ready = {variant_id: found.free for variant_id, found in free.items()}
    for line in lines:
        holds = list(line.holds.all())
        makes = bool(line.product.piece.made_to_order_weeks) and not holds and ready[line.product_id] < line.quantity
        if not makes and not holds:  # two lines of one variant share what lies ready
            ready[line.product_id] -= line.quantity
        items.append(
            Item(
                line=line,
                variant=line.product,
                piece=line.product.piece,
                picture=picture_of(line.product.piece, line.product.metal_id),
                unit_price=standing[line.product_id].amount if line.product_id in standing else None,
                unit_price_before=before.get(line.product_id),
                inscription=line.inscription,
                lid=line.lid_inscription,
                wrapping=getattr(line, "wrapping", None),
                lid_price=house().lid_price(region.code) if line.lid_inscription else Decimal(0),
                availability=free[line.product_id],
                hold_until=min((h.expires_at for h in holds), default=None),
                is_made_to_order=makes,
                can_be_engraved=line.takes_engraving and line.quantity == 1,
                can_have_lid=line.has_lid and not line.wrapping.in_box_of_id,
                has_sizer=line.inscription is not None and bool(line.product.size) and sizing.has_sizer(line.product.piece),
                is_offered=line.product.is_public and is_shown(line.product.piece, now),
            )
        )
    bag.known_count = sum(item.line.quantity for item in items)
    _offer_boxes(items)
    return Contents(bag, items)


def _offer_boxes(items: list[Item]) -> None:
    """Where a piece could lie with another: in its box, when that takes one more. Whether it fits, the act itself looks."""
    inside = Counter(item.wrapping.in_box_of_id for item in items if item.wrapping and item.wrapping.in_box_of_id)
    roomy = [
        item
        for item in items
        if item.wrapping and not item.wrapping.in_box_of_id and inside[item.wrapping.pk] + 1 < item.wrapping.box.holds
    ]
    for item in items:
        is_guest = item.wrapping is not None and item.wrapping.in_box_of_id is not None
        is_host = item.wrapping is not None and inside[item.wrapping.pk] > 0
        if item.is_offered and item.line.quantity == 1 and not is_guest and not is_host:
            item.hosts = [host for host in roomy if host is not item]

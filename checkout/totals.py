"""What an order costs: lines with their tax, delivery with its tax, and the one total that is shown and charged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.delivery import promising
from services.engraving import reserving
from services.engraving.bench_days import BenchDays
from services.engraving.surfaces import LID, PIECE
from services.foundation.regions import tax
from services.foundation.regions.models import Region, TaxMode

from .basket.contents import Contents, Item

#: A week of making, at the bench.
WORKING_DAYS_A_WEEK = 5


@dataclass(frozen=True)
class Destination:
    """Where it goes, as far as tax and couriers care: ISO 3166-1 country and the province or state."""

    country: str
    subdivision: str = ""


@dataclass(frozen=True)
class BenchWant:
    """What a surface of a bag line wants of the bench."""

    bag_line_id: int
    method: str
    quantity: int
    not_before: date
    surface: str = PIECE


@dataclass(frozen=True)
class Totals:
    """Amounts in `currency`; `lines` pairs each item with its whole tax. ``wants``: what placement has to reserve.

    ``ready_on``: when the bench is done with all that waits for no size.
    """

    currency: str
    lines: tuple[tuple[Item, tax.Taxed], ...]
    shipping: tax.Taxed
    promise: promising.Promise
    way: promising.Way
    #: Whether the region shows prices before tax and adds it below them.
    tax_is_added: bool = False
    wants: tuple[BenchWant, ...] = ()
    bench_is_full: bool = False
    ready_on: date | None = None

    @property
    def net(self) -> Decimal:
        return sum((taxed.net for _item, taxed in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((taxed.tax for _item, taxed in self.lines), Decimal(0))

    @property
    def goods(self) -> Decimal:
        return sum((taxed.gross for _item, taxed in self.lines), Decimal(0))

    @property
    def shown_goods(self) -> Decimal:
        """The pieces as they stand beside their lines: with their tax, or before it where the region adds it below."""
        return self.net if self.tax_is_added else self.goods

    @property
    def shown_shipping(self) -> Decimal:
        """The delivery, with its tax or before it, like the pieces."""
        return self.shipping.net if self.tax_is_added else self.shipping.gross

    @property
    def total(self) -> Decimal:
        return self.goods + self.shipping.gross

    @property
    def waits_for_size(self) -> bool:
        """Whether the client has yet to confirm a size: the promise is then what it would be if he did so today."""
        return any(_waits(item) for item, _taxed in self.lines)

    @property
    def is_charged_now(self) -> bool:
        """A hold of the bank lapses after days, long before what is made to order, or waits for a size, is ready."""
        return self.is_made_to_order or self.waits_for_size

    @property
    def is_made_to_order(self) -> bool:
        """Whether the atelier has yet to make something of it."""
        return any(item.is_made_to_order for item, _taxed in self.lines)

    @property
    def all_tax(self) -> Decimal:
        return self.tax + self.shipping.tax


def compute(contents: Contents, *, region: Region, to: Destination, now: datetime) -> Totals:
    """The totals of a bag for a destination, and the day by the bench's free places as they are now."""
    way = promising.way_to(
        region_code=region.code, zone=region.time_zone, country=to.country, subdivision=to.subdivision, now=now
    )
    amounts = [item.price or Decimal(0) for item in contents.items] + [way.charge]
    taxed = tax.table.quote(region, country=to.country, subdivision=to.subdivision, amounts=amounts, on=now.date())
    lines = tuple(zip(contents.items, taxed[:-1], strict=True))
    wants = tuple(_wants(contents, way, now))
    bench = reserving.free_days(since=min(want.not_before for want in wants)) if wants else BenchDays()
    later = {item.line.pk for item in contents.items if _waits(item)}
    days = [bench.take(want.method, quantity=want.quantity, not_before=want.not_before) for want in wants]
    made = [_bench_done(item, way, now) for item in contents.items] or [way.bench_done(bench_days=0, now=now)]
    done = max([*made, *(want.not_before for want in wants), *(day for day in days if day)])
    lids = [_lid_done(item, way, now) for item in contents.items if item.lid]
    waits_not = [_bench_done(item, way, now) for item in contents.items if not _waits(item)]
    ready = max(waits_not + lids, default=way.bench_done(bench_days=0, now=now))
    return Totals(
        region.currency,
        lines,
        taxed[-1],
        way.after_bench(done),
        way,
        tax_is_added=region.tax_mode == TaxMode.ADDED,
        wants=tuple(want for want in wants if want.bag_line_id not in later or want.surface == LID),
        ready_on=ready,
        bench_is_full=None in days,
    )


def _wants(contents: Contents, way: promising.Way, now: datetime) -> Iterator[BenchWant]:
    # In the order in which placement claims, so that what is shown is what is reserved.
    for item in sorted(contents.items, key=lambda each: each.variant.pk):
        if item.inscription:
            yield BenchWant(item.line.pk, item.inscription.zone.method, item.line.quantity, _bench_done(item, way, now))
        if item.lid:
            yield BenchWant(item.line.pk, item.lid.zone.method, item.line.quantity, _lid_done(item, way, now), LID)


def _waits(item: Item) -> bool:
    return item.inscription is not None and item.inscription.waits_for_size


def _bench_done(item: Item, way: promising.Way, now: datetime) -> date:
    """The first day on which an item can be made and engraved, if the bench has a place."""
    weeks = (item.piece.made_to_order_weeks or 0) if item.is_made_to_order else 0
    engraving = item.inscription.zone.work_days if item.inscription else 0
    return way.bench_done(bench_days=weeks * WORKING_DAYS_A_WEEK + engraving, now=now)


def _lid_done(item: Item, way: promising.Way, now: datetime) -> date:
    """The first day on which the lid of its box can be engraved: boxes lie ready, whatever its piece waits for."""
    return way.bench_done(bench_days=item.lid.zone.work_days if item.lid else 0, now=now)

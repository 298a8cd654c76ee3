"""What an order costs: lines with their tax, delivery with its tax, and the one total that is shown and charged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from services.delivery import promising
from services.engraving import reserving
from services.engraving.bench_days import BenchDays
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
    """What a bag line wants of the bench."""

    bag_line_id: int
    method: str
    quantity: int
    not_before: date


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
    return compute_parcels([(contents.items, to)], region=region, now=now)[0]


def compute_later(contents: Contents, *, region: Region, to: Destination, now: datetime, begins: datetime) -> Totals:
    """The amounts of today, and the days as if all of it began at a later moment: nothing is made before it is paid."""
    later = compute(contents, region=region, to=to, now=begins)
    today = compute(contents, region=region, to=to, now=now)
    return replace(later, lines=today.lines, shipping=today.shipping)


def compute_parcels(parts: Sequence[tuple[Sequence[Item], Destination]], *, region: Region, now: datetime) -> list[Totals]:
    """The totals of each part of a bag for its destination. They share the bench, in the order in which placement claims."""
    ways = promising.ways_to(region, {(to.country, to.subdivision) for _items, to in parts}, now=now)
    way_of = [ways[to.country, to.subdivision] for _items, to in parts]
    entries = [(item, number) for number, (items, _to) in enumerate(parts) for item in items]
    wants: list[list[BenchWant]] = [[] for _part in parts]
    days: list[list[date | None]] = [[] for _part in parts]
    asked = [
        (number, _want(item, way_of[number], now))
        for item, number in sorted(entries, key=lambda entry: claim_order(entry[0]))
        if item.inscription
    ]
    bench = reserving.free_days(since=min(want.not_before for _number, want in asked)) if asked else BenchDays()
    for number, want in asked:
        wants[number].append(want)
        days[number].append(bench.take(want.method, quantity=want.quantity, not_before=want.not_before))
    return [
        _totals(items, to, way_of[number], wants[number], days[number], region=region, now=now)
        for number, (items, to) in enumerate(parts)
    ]


def claim_order(item: Item) -> tuple[int, int]:
    """In which order placement claims: pieces in one order for everybody, so that two bags never wait for each other."""
    return item.variant.pk, item.line.pk


def _totals(
    items: Sequence[Item],
    to: Destination,
    way: promising.Way,
    wants: Sequence[BenchWant],
    days: Sequence[date | None],
    *,
    region: Region,
    now: datetime,
) -> Totals:
    amounts = [item.price or Decimal(0) for item in items] + [way.charge]
    taxed = tax.table.quote(region, country=to.country, subdivision=to.subdivision, amounts=amounts, on=now.date())
    later = {item.line.pk for item in items if _waits(item)}
    begins = way.bench_done(bench_days=0, now=now)
    done = _done(items, way, days, now)
    ready = max((_bench_done(item, way, now) for item in items if not _waits(item)), default=begins)
    return Totals(
        region.currency,
        tuple(zip(items, taxed[:-1], strict=True)),
        taxed[-1],
        way.after_bench(done),
        way,
        tax_is_added=region.tax_mode == TaxMode.ADDED,
        wants=tuple(want for want in wants if want.bag_line_id not in later),
        ready_on=ready,
        bench_is_full=None in days,
    )


def foreseen(items: Sequence[Item], way: promising.Way, *, now: datetime) -> date:
    """The day a bag would be there if all of it began at a moment, now or later, by the bench's free places as they are now."""
    wants = [_want(item, way, now) for item in sorted(items, key=claim_order) if item.inscription]
    bench = reserving.free_days(since=min(want.not_before for want in wants)) if wants else BenchDays()
    days = [bench.take(want.method, quantity=want.quantity, not_before=want.not_before) for want in wants]
    return way.after_bench(_done(items, way, days, now)).on


def _want(item: Item, way: promising.Way, now: datetime) -> BenchWant:
    return BenchWant(item.line.pk, item.inscription.zone.method, item.line.quantity, _bench_done(item, way, now))  # type: ignore[union-attr]


def _done(items: Sequence[Item], way: promising.Way, days: Sequence[date | None], now: datetime) -> date:
    made = max((_bench_done(item, way, now) for item in items), default=way.bench_done(bench_days=0, now=now))
    return max([made, *(day for day in days if day)])


def together(parts: Sequence[Totals]) -> Totals:
    """One sum of several parcels; its promise is that of the last."""
    delivery = [part.shipping for part in parts]
    rates = {(each.rate, each.jurisdiction) for each in delivery}
    rate, jurisdiction = rates.pop() if len(rates) == 1 else (Decimal(0), "")
    shipping = tax.Taxed(
        sum((each.net for each in delivery), Decimal(0)),
        sum((each.tax for each in delivery), Decimal(0)),
        sum((each.gross for each in delivery), Decimal(0)),
        rate,
        jurisdiction,
    )
    last = max(parts, key=lambda part: part.promise.on)
    return replace(
        last,
        lines=tuple(pair for part in parts for pair in part.lines),
        shipping=shipping,
        wants=tuple(want for part in parts for want in part.wants),
        bench_is_full=any(part.bench_is_full for part in parts),
    )


def _waits(item: Item) -> bool:
    return item.inscription is not None and item.inscription.waits_for_size


def _bench_done(item: Item, way: promising.Way, now: datetime) -> date:
    """The first day on which an item can be made and engraved, if the bench has a place."""
    weeks = (item.piece.made_to_order_weeks or 0) if item.is_made_to_order else 0
    engraving = item.inscription.zone.work_days if item.inscription else 0
    return way.bench_done(bench_days=weeks * WORKING_DAYS_A_WEEK + engraving, now=now)

"""What an order costs: lines with their tax, delivery with its tax, and the one total that is shown and charged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    #: What of a line is for the words on a lid, by bag line.
    lids: Mapping[int, tax.Taxed] = field(default_factory=dict)

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


def compute(contents: Contents, *, region: Region, to: Destination, now: datetime, paid_by: datetime | None = None) -> Totals:
    """The totals of a bag for a destination, and the day by the bench's free places as they are now.

    ``paid_by``: the last moment to pay the balance after a deposit. Before it nothing is engraved or packed, so that the day is
    the one that is kept even then; the atelier makes what is made to order meanwhile.
    """
    return compute_parcels([(contents.items, to)], region=region, now=now, paid_by=paid_by)[0]


def compute_later(contents: Contents, *, region: Region, to: Destination, now: datetime, begins: datetime) -> Totals:
    """The amounts of today, and the days as if all of it began at a later moment: nothing is made before it is paid."""
    later = compute(contents, region=region, to=to, now=begins)
    today = compute(contents, region=region, to=to, now=now)
    return replace(later, lines=today.lines, shipping=today.shipping)


def compute_parcels(
    parts: Sequence[tuple[Sequence[Item], Destination]], *, region: Region, now: datetime, paid_by: datetime | None = None
) -> list[Totals]:
    """The totals of each part of a bag for its destination. They share the bench, in the order in which placement claims."""
    ways = promising.ways_to(region, {(to.country, to.subdivision) for _items, to in parts}, now=now)
    way_of = [ways[to.country, to.subdivision] for _items, to in parts]
    entries = [(item, number) for number, (items, _to) in enumerate(parts) for item in items]
    wants: list[list[BenchWant]] = [[] for _part in parts]
    days: list[list[date | None]] = [[] for _part in parts]
    asked = [
        (number, want)
        for item, number in sorted(entries, key=lambda entry: claim_order(entry[0]))
        for want in _wants(item, way_of[number], now, paid_by)
    ]
    bench = reserving.free_days(since=min(want.not_before for _number, want in asked)) if asked else BenchDays()
    for number, want in asked:
        wants[number].append(want)
        days[number].append(bench.take(want.method, quantity=want.quantity, not_before=want.not_before))
    taxed = _taxed(parts, way_of, region=region, now=now)
    return [
        _totals(items, to, way_of[number], taxed[number], wants[number], days[number], region=region, now=now, paid_by=paid_by)
        for number, (items, to) in enumerate(parts)
    ]


def _taxed(
    parts: Sequence[tuple[Sequence[Item], Destination]], ways: Sequence[promising.Way], *, region: Region, now: datetime
) -> list[list[tax.Taxed]]:
    """For each part its items' amounts and, last, its delivery, with their tax: asked for once a destination."""
    amounts = [[*(item.whole_price for item in items), way.charge] for (items, _to), way in zip(parts, ways, strict=True)]
    found: list[list[tax.Taxed]] = [[] for _part in parts]
    for place in dict.fromkeys(to for _items, to in parts):
        there = [number for number, (_items, to) in enumerate(parts) if to == place]
        asked = [amount for number in there for amount in amounts[number]]
        said = iter(tax.table.quote(region, country=place.country, subdivision=place.subdivision, amounts=asked, on=now.date()))
        for number in there:
            found[number] = [next(said) for _amount in amounts[number]]
    return found


def _lids(
    items: Sequence[Item], taxed: Sequence[tax.Taxed], *, region: Region, to: Destination, now: datetime
) -> dict[int, tax.Taxed]:
    """What of the lines is for words on lids: what they cost less what their pieces alone would, so that parts sum exactly."""
    priced = [(item, whole) for item, whole in zip(items, taxed, strict=True) if item.lid_price]
    if not priced:
        return {}
    amounts = [item.price or Decimal(0) for item, _whole in priced]
    alone = tax.table.quote(region, country=to.country, subdivision=to.subdivision, amounts=amounts, on=now.date())
    return {
        item.line.pk: replace(whole, net=whole.net - bare.net, tax=whole.tax - bare.tax, gross=whole.gross - bare.gross)
        for (item, whole), bare in zip(priced, alone, strict=True)
    }


def claim_order(item: Item) -> tuple[int, int]:
    """In which order placement claims: pieces in one order for everybody, so that two bags never wait for each other."""
    return item.variant.pk, item.line.pk


def _totals(
    items: Sequence[Item],
    to: Destination,
    way: promising.Way,
    taxed: Sequence[tax.Taxed],
    wants: Sequence[BenchWant],
    days: Sequence[date | None],
    *,
    region: Region,
    now: datetime,
    paid_by: datetime | None,
) -> Totals:
    later = {item.line.pk for item in items if _waits(item)}
    begins = way.bench_done(bench_days=0, now=now)
    done = _done(items, way, days, now, paid_by)
    waits_not = [_bench_done(item, way, now, paid_by) for item in items if not _waits(item)]
    ready = max([begins, *waits_not, *(_lid_done(item, way, paid_by or now) for item in items)])
    return Totals(
        region.currency,
        tuple(zip(items, taxed[:-1], strict=True)),
        taxed[-1],
        way.after_bench(done),
        way,
        tax_is_added=region.tax_mode == TaxMode.ADDED,
        wants=tuple(want for want in wants if want.bag_line_id not in later or want.surface == LID),
        ready_on=ready,
        lids=_lids(items, taxed[:-1], region=region, to=to, now=now),
        bench_is_full=None in days,
    )


def foreseen(items: Sequence[Item], way: promising.Way, *, now: datetime) -> date:
    """The day a bag would be there if all of it began at a moment, now or later, by the bench's free places as they are now."""
    wants = [want for item in sorted(items, key=claim_order) for want in _wants(item, way, now)]
    bench = reserving.free_days(since=min(want.not_before for want in wants)) if wants else BenchDays()
    days = [bench.take(want.method, quantity=want.quantity, not_before=want.not_before) for want in wants]
    return way.after_bench(_done(items, way, days, now)).on


def _wants(item: Item, way: promising.Way, now: datetime, paid_by: datetime | None = None) -> Iterator[BenchWant]:
    """What its piece and the lid of its box want, in the order in which placement claims."""
    if item.inscription:
        zone = item.inscription.zone
        yield BenchWant(item.line.pk, zone.method, item.line.quantity, _bench_done(item, way, now, paid_by))
    if item.lid:
        yield BenchWant(item.line.pk, item.lid.zone.method, item.line.quantity, _lid_done(item, way, paid_by or now), LID)


def _done(
    items: Sequence[Item], way: promising.Way, days: Sequence[date | None], now: datetime, paid_by: datetime | None = None
) -> date:
    made = [max(_bench_done(item, way, now, paid_by), _lid_done(item, way, paid_by or now)) for item in items]
    return max([*(made or [way.bench_done(bench_days=0, now=now)]), *(day for day in days if day)])


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
        lids={line: share for part in parts for line, share in part.lids.items()},
        bench_is_full=any(part.bench_is_full for part in parts),
    )


def _waits(item: Item) -> bool:
    return item.inscription is not None and item.inscription.waits_for_size


def _bench_done(item: Item, way: promising.Way, now: datetime, paid_by: datetime | None) -> date:
    """The first day on which an item can be made and engraved, if the bench has a place."""
    weeks = (item.piece.made_to_order_weeks or 0) if item.is_made_to_order else 0
    engraving = item.inscription.zone.work_days if item.inscription else 0
    done = way.bench_done(bench_days=weeks * WORKING_DAYS_A_WEEK + engraving, now=now)
    return max(done, way.bench_done(bench_days=engraving, now=paid_by)) if paid_by else done


def _lid_done(item: Item, way: promising.Way, now: datetime) -> date:
    """The first day on which the lid of its box can be engraved: boxes lie ready, whatever its piece waits for."""
    return way.bench_done(bench_days=item.lid.zone.work_days if item.lid else 0, now=now)

"""What an order costs: lines with their tax, delivery with its tax, and the one total that is shown and charged."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.delivery import promising
from services.foundation.regions import tax
from services.foundation.regions.models import Region

from .basket.contents import Contents, Item


@dataclass(frozen=True)
class Destination:
    """Where it goes, as far as tax and couriers care: ISO 3166-1 country and the province or state."""

    country: str
    subdivision: str = ""


@dataclass(frozen=True)
class Totals:
    """Amounts in `currency`; `lines` pairs each item with its whole tax."""

    currency: str
    lines: tuple[tuple[Item, tax.Taxed], ...]
    shipping: tax.Taxed
    promise: promising.Promise

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
    def total(self) -> Decimal:
        return self.goods + self.shipping.gross

    @property
    def is_made_to_order(self) -> bool:
        """Whether the atelier has yet to make something of it."""
        return any(item.is_made_to_order for item, _taxed in self.lines)

    @property
    def all_tax(self) -> Decimal:
        return self.tax + self.shipping.tax


def compute(contents: Contents, *, region: Region, to: Destination, now: datetime) -> Totals:
    """The totals of a bag for a destination."""
    transit = promising.transit_to(region.code, to.country, to.subdivision)
    amounts = [item.price or Decimal(0) for item in contents.items] + [transit.charge if transit else Decimal(0)]
    taxed = tax.table.quote(region, country=to.country, subdivision=to.subdivision, amounts=amounts, on=now.date())
    bench_days = max((i.inscription.zone.work_days for i in contents.items if i.inscription), default=0)
    weeks = max((i.piece.made_to_order_weeks or 0 for i in contents.items if i.is_made_to_order), default=0)
    promise = promising.promise(
        region_code=region.code,
        zone=region.time_zone,
        country=to.country,
        subdivision=to.subdivision,
        bench_days=bench_days + weeks * 5,
        now=now,
    )
    lines = tuple(zip(contents.items, taxed[:-1], strict=True))
    return Totals(region.currency, lines, taxed[-1], promise)

"""Tax through a port: whoever answers, lines keep net, tax, gross, rate and jurisdiction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from services.foundation.money import rounded

from .models import Region, TaxMode, TaxRate


@dataclass(frozen=True)
class Taxed:
    """One amount with its tax. Amounts in the region's currency, rate as a fraction."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    rate: Decimal
    jurisdiction: str


class TaxPort(Protocol):
    """Whoever knows tax: our own table, or a tax service in its place."""

    def quote(self, region: Region, *, country: str, subdivision: str, amounts: Sequence[Decimal], on: date) -> list[Taxed]: ...


class TaxTable:
    """The port answered from the house's own `TaxRate` rows: the subdivision's rate, else the country's, else none."""

    def quote(self, region: Region, *, country: str, subdivision: str, amounts: Sequence[Decimal], on: date) -> list[Taxed]:
        rates = {}
        for row in TaxRate.objects.filter(region=region, valid_from__lte=on).order_by("valid_from"):
            rates[row.jurisdiction] = row.rate
        for jurisdiction in (f"{country}-{subdivision}", country):
            if jurisdiction in rates:
                return [taxed(a, rates[jurisdiction], jurisdiction, region) for a in amounts]
        return [taxed(amount, Decimal(0), country, region) for amount in amounts]


def taxed(amount: Decimal, rate: Decimal, jurisdiction: str, region: Region) -> Taxed:
    """Split (tax included) or raise (tax added) one listed amount; net + tax is gross to the cent."""
    if region.tax_mode == TaxMode.INCLUDED:
        net = rounded(amount / (1 + rate), region.currency)
        return Taxed(net, amount - net, amount, rate, jurisdiction)
    tax = rounded(amount * rate, region.currency)
    return Taxed(amount, tax, amount + tax, rate, jurisdiction)


table: TaxPort = TaxTable()

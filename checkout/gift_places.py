"""Where a gift by link can go: to countries within which neither tax nor charge depends on the place.

The giver pays before anybody knows the address, and what he paid never changes afterwards.
"""

from collections import defaultdict
from decimal import Decimal

from services.delivery.models import Transit
from services.foundation.regions.models import Region, TaxRate
from services.gifting import links


def countries(region: Region) -> list[str]:
    """The countries of a region to which gifts by link go, in the region's order. Two queries."""
    if not links.is_offered():
        return []
    taxed_by_place = {
        jurisdiction.partition("-")[0]
        for jurisdiction in TaxRate.objects.filter(region=region, jurisdiction__contains="-").values_list(
            "jurisdiction", flat=True
        )
    }
    charges: dict[str, set[Decimal]] = defaultdict(set)
    whole: dict[str, Decimal] = {}
    for row in Transit.objects.filter(region=region):
        charges[row.country].add(row.charge)
        if not row.subdivision:
            whole[row.country] = row.charge
    return [
        country
        for country in region.countries
        if country not in taxed_by_place and charges[country] <= {whole.get(country, Decimal(0))}
    ]

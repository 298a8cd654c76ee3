"""How Oscar's basket learns a price: from our dated prices, and "may it be bought" from units. Replaces Oscar's Selector."""

from django.utils import timezone
from oscar.apps.partner import availability as oscar_availability
from oscar.apps.partner import prices, strategy

from services.foundation.regions.tax import table
from services.foundation.units import availability

from .pricing import prices_of


class Selector(strategy.Selector):
    """Gives Oscar the one strategy of the house; the region is the request's."""

    def strategy(self, request=None, user=None, **kwargs):
        return HouseStrategy(request)


class HouseStrategy(strategy.Structured):
    """Price from `partner.Price`, availability from units. Our own pages ask in bulk; this answers Oscar's one-by-one."""

    def __init__(self, request=None):
        super().__init__(request)
        self.region = getattr(request, "region", None)
        self.now = getattr(request, "now", None) or timezone.now()

    def select_stockrecord(self, product):
        return product.stockrecords.first()

    def pricing_policy(self, product, stockrecord):
        if self.region is None:
            return prices.Unavailable()
        amount = prices_of([product.pk], region_code=self.region.code, now=self.now).get(product.pk)
        if amount is None:
            return prices.Unavailable()
        taxed = table.quote(self.region, country=self.region.countries[0], subdivision="", amounts=[amount], on=self.now.date())[
            0
        ]
        return prices.FixedPrice(currency=self.region.currency, excl_tax=taxed.net, tax=taxed.tax)

    def parent_pricing_policy(self, product, children_stock):
        return prices.Unavailable()

    def availability_policy(self, product, stockrecord):
        weeks = frozenset({product.pk}) if product.piece.made_to_order_weeks else frozenset()
        found = availability.of_variants([product.pk], made_to_order=weeks)[product.pk]
        return oscar_availability.Available() if found.can_be_bought else oscar_availability.Unavailable()

    def parent_availability_policy(self, product, children_stock):
        return oscar_availability.Unavailable()

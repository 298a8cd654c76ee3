"""Prices apart from stock: one piece, one stock, a dated price for each region."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractStockRecord

from services.foundation.units import availability


class StockRecord(AbstractStockRecord):
    """Replaces Oscar's to derive stock from units: a piece that exists is a row, and nothing is counted beside it.

    Oscar's two columns stay empty (its dashboard's forms ask for them at import); nobody reads or writes them.
    """

    @property
    def net_stock_level(self) -> int:
        """How many pieces of the variant are free: neither held by a bag nor claimed by an order."""
        return availability.of_variants([self.product_id])[self.product_id].free

    def allocate(self, quantity: int) -> None:
        raise NotImplementedError("Units are claimed (services.foundation.units.claiming), never allocated.")

    consume_allocation = cancel_allocation = allocate


class Price(models.Model):
    """What a variant costs in a region from a moment on; the latest row that has begun is in force.

    ``amount`` is in the region's currency, with tax when the region's prices include it. A reduction is announced beside the
    lowest price of the 30 days before it (see `pricing.reductions_of`). Rows are made by approving a proposal.
    """

    variant = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="prices", verbose_name=_("variant"))
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    starts_at = models.DateTimeField(_("from"))
    is_reduction = models.BooleanField(
        _("is a reduction"), default=False, help_text=_("Shown with the lowest price of the 30 days before it.")
    )

    class Meta:
        ordering = ["variant", "region", "-starts_at"]
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(fields=["variant", "region", "starts_at"], name="one_price_at_a_time"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="price_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.region_id} {self.amount}"


from oscar.apps.partner.models import *  # noqa: E402, F403 - Oscar's models that we do not replace come last

"""Launches: pieces that open at a moment, in a fixed number, with a limit for each client across all orders."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.foundation.scheduling import Scheduled


class Launch(Scheduled):
    """One launch. The number of pieces is the number of units; nothing here counts.

    Its schedule says when it is announced: its page, its place on the home page. Whether its piece may be bought, and how often,
    is said by the opening, the closing and the limit alone, however much of the launch is shown.
    """

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    story = models.TextField(_("story"), blank=True)
    piece = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="launches", verbose_name=_("piece"))
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    edition_size = models.PositiveIntegerField(_("edition"))
    limit_per_client = models.PositiveSmallIntegerField(_("limit for each client"), default=1)
    is_public = models.BooleanField(_("is public"), default=True)

    class Meta:
        verbose_name = _("launch")
        verbose_name_plural = _("launches")
        ordering = ["opens_at"]
        constraints = [
            *Scheduled.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(closes_at=None) | models.Q(closes_at__gt=models.F("opens_at")), name="closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Allowance(models.Model):
    """One of the places a client has in a launch, used by one order line. Unique places make the limit unbreakable."""

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="allowances", verbose_name=_("launch"))
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="launch_allowances", verbose_name=_("client")
    )
    place = models.PositiveSmallIntegerField(_("place"))
    order_line = models.ForeignKey("order.Line", models.CASCADE, related_name="launch_allowances", verbose_name=_("order line"))

    class Meta:
        verbose_name = _("client's place")
        verbose_name_plural = _("clients' places")
        constraints = [models.UniqueConstraint(fields=["launch", "client", "place"], name="one_place_once")]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.place}"

"""Paying later: the agreement, its parts, and who may have it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .states import PartState, PlanKind, PlanState


class EligibilityRule(models.Model):
    """Which orders may be paid in instalments: region and amount, never a profile the client did not give."""

    region = models.ForeignKey("regions.Region", models.CASCADE, related_name="+", verbose_name=_("region"))
    parts = models.PositiveSmallIntegerField(_("parts"), default=3)
    least = models.DecimalField(_("from (in the region's currency)"), max_digits=12, decimal_places=2)
    most = models.DecimalField(_("up to"), max_digits=12, decimal_places=2)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("instalment rule")
        verbose_name_plural = _("who may pay in instalments")
        constraints = [models.CheckConstraint(condition=models.Q(least__lte=models.F("most")), name="least_below_most")]

    def __str__(self) -> str:
        return f"{self.region_id}: {self.parts} × ({self.least} – {self.most})"


class Plan(models.Model):
    """What the client agreed to, word for word."""

    order = models.OneToOneField("order.Order", models.PROTECT, related_name="plan", verbose_name=_("order"))
    kind = models.CharField(_("way to pay"), max_length=20, choices=PlanKind, default=PlanKind.INSTALMENTS)
    state = models.CharField(_("state"), max_length=12, choices=PlanState, default=PlanState.AGREED)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    agreement = models.TextField(_("agreement as shown"))
    language = models.CharField(_("language"), max_length=10)
    agreed_at = models.DateTimeField(_("agreed"))
    zone_name = models.CharField(_("client's time zone (IANA)"), max_length=60, default="UTC")
    customer = models.CharField(_("provider's customer"), max_length=120, blank=True)
    method = models.CharField(_("saved method"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")

    def __str__(self) -> str:
        return f"{self.total} {self.currency}"

    @property
    def covers_dispatch(self) -> bool:
        """Whether goods may leave the house: all is paid, or what is owed runs as agreed and no part of it failed."""
        if self.state == PlanState.DONE:
            return True
        trusted = self.kind in (PlanKind.INSTALMENTS, PlanKind.AFTER_DELIVERY) and self.state == PlanState.RUNNING
        return trusted and not self.parts.filter(state=PartState.DECLINED).exists()


class Part(models.Model):
    """One part of a plan: paid by the client on the provider's page, or collected on its day with the saved method.

    ``next_try_at`` is when beat collects it; None where the client pays himself, in his window if there is one.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="parts", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    state = models.CharField(_("state"), max_length=12, choices=PartState, default=PartState.DUE)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    opens_at = models.DateTimeField(_("can be paid from"), null=True, blank=True)
    closes_at = models.DateTimeField(_("can be paid until"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_part_a_number"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="part_is_positive"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="part_to_collect",
                condition=models.Q(state__in=(PartState.DUE, PartState.DECLINED), next_try_at__isnull=False),
            ),
            models.Index(
                fields=["id"], name="part_with_provider", condition=models.Q(state__in=(PartState.COLLECTING, PartState.PAYING))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount} {self.get_state_display()}"


class Share(models.Model):
    """What one attempt to be paid pays of one part: several at once when a client settles early."""

    attempt = models.ForeignKey("provider.Attempt", models.PROTECT, related_name="shares", verbose_name=_("payment"))
    part = models.ForeignKey(Part, models.PROTECT, related_name="shares", verbose_name=_("part"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("share of a payment")
        verbose_name_plural = _("shares of payments")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "part"], name="one_share_a_part"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="share_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"

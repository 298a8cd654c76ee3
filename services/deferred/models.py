"""Paying later: the agreement, its parts, and who may have it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    AGREED = "agreed", _("Agreed, first part open")
    RUNNING = "running", _("Running")
    DONE = "done", _("Paid in full")
    CANCELLED = "cancelled", _("Cancelled")


class PartState(models.TextChoices):
    DUE = "due", _("Due")
    COLLECTING = "collecting", _("Being collected")
    PAID = "paid", _("Paid")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


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
    state = models.CharField(_("state"), max_length=12, choices=PlanState, default=PlanState.AGREED)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    agreement = models.TextField(_("agreement as shown"))
    language = models.CharField(_("language"), max_length=10)
    agreed_at = models.DateTimeField(_("agreed"))
    customer = models.CharField(_("provider's customer"), max_length=120, blank=True)
    method = models.CharField(_("saved method"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")

    def __str__(self) -> str:
        return f"{self.total} {self.currency}"


class Part(models.Model):
    """One part of a plan. Part 1 is paid on the provider's page, the others are collected on their day."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="parts", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    state = models.CharField(_("state"), max_length=12, choices=PartState, default=PartState.DUE)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_part_a_number"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="part_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount} {self.get_state_display()}"

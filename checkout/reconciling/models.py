"""The provider's ledger beside our book: its movements and payouts as it told us, and every difference ever found."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """One day (UTC) compared to its end. A day without its row has not been compared yet."""

    day = models.DateField(_("day"), unique=True)
    movements = models.PositiveIntegerField(_("movements"))
    payouts = models.PositiveIntegerField(_("payouts"))
    found = models.PositiveIntegerField(_("new differences"))
    compared_at = models.DateTimeField(_("compared"), db_default=Now())

    class Meta:
        verbose_name = _("day compared with the provider")
        verbose_name_plural = _("days compared with the provider")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class Payout(models.Model):
    """Money from the provider to our bank, as told last."""

    id = models.CharField(primary_key=True, max_length=120)
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("state"), max_length=20)
    created_at = models.DateTimeField(_("made"))
    arrives_on = models.DateField(_("arrives"))

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.id


class Movement(models.Model):
    """One movement in the provider's ledger. ``amount`` in ``currency``; ``fee`` and ``net`` in ``settled_in``."""

    id = models.CharField(primary_key=True, max_length=120)
    order = models.ForeignKey(
        "order.Order", models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("order")
    )
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("payout"))
    kind = models.CharField(_("kind"), max_length=40)
    source = models.CharField(_("charge or refund"), max_length=120, blank=True, db_index=True)
    intent = models.CharField(_("provider's payment"), max_length=120, blank=True, db_index=True)
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)
    fee = models.DecimalField(_("fee"), max_digits=15, decimal_places=3)
    net = models.DecimalField(_("net"), max_digits=15, decimal_places=3)
    settled_in = models.CharField(_("settled in"), max_length=3)
    created_at = models.DateTimeField(_("moved"), db_index=True)

    class Meta:
        verbose_name = _("movement at the provider")
        verbose_name_plural = _("movements at the provider")
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class DifferenceKind(models.TextChoices):
    MISSING_HERE = "missing here", _("Not in our book")
    MISSING_THERE = "missing there", _("Not at the provider")
    AMOUNT = "amount", _("Other amount")
    STATE = "state", _("Other state")
    FEE = "fee", _("Other fee")
    PAYOUT = "payout", _("Payout does not add up")


class DifferenceState(models.TextChoices):
    OPEN = "open", _("To be resolved")
    AGREES = "agrees", _("Agrees since")
    RESOLVED = "resolved", _("Resolved by staff")


class Difference(models.Model):
    """Where provider and book do not say the same. It is never removed: it agrees one day, or somebody answers for it."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.CharField(_("difference"), max_length=20, choices=DifferenceKind)
    state = models.CharField(_("state"), max_length=10, choices=DifferenceState, default=DifferenceState.OPEN, db_index=True)
    day = models.DateField(_("day"))
    order = models.ForeignKey(
        "order.Order", models.PROTECT, null=True, blank=True, related_name="differences", verbose_name=_("order")
    )
    thing = models.CharField(_("at the provider"), max_length=120, blank=True)
    ours = models.DecimalField(_("in our book"), max_digits=15, decimal_places=3, null=True, blank=True)
    theirs = models.DecimalField(_("at the provider"), max_digits=15, decimal_places=3, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    facts = models.CharField(_("facts"), max_length=200, blank=True)
    found_at = models.DateTimeField(_("found"), db_default=Now())
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resolved by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        ordering = ["state", "-found_at", "id"]
        permissions = [("resolve_difference", "Can resolve differences")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=DifferenceState.RESOLVED) | models.Q(resolved_by__isnull=False) & ~models.Q(reason=""),
                name="somebody_answers_for_a_resolved_difference",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.thing}"

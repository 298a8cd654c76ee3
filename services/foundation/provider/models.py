"""What we asked of the payment provider and what it told us: every attempt and every event is a row."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .methods import CARD


class AttemptState(models.TextChoices):
    STARTED = "started", _("Started, outcome unknown")
    REQUIRES_CLIENT = "requires client", _("Waits for the client")
    AUTHORISED = "authorised", _("Authorised")
    CAPTURED = "captured", _("Captured")
    DECLINED = "declined", _("Declined")
    VOIDED = "voided", _("Voided")
    LAPSED = "lapsed", _("Lapsed")


#: States in which the outcome is final or stands with us; the rest is asked of the provider until it is known.
OPEN_STATES = (AttemptState.STARTED, AttemptState.REQUIRES_CLIENT)


class Attempt(models.Model):
    """One attempt to be paid: a hosted page, or a charge of the saved method. Amount in the order's currency."""

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="attempts", verbose_name=_("order"))
    purpose = models.CharField(_("purpose"), max_length=40, help_text=_("order, hold, part:<number>, or parts"))
    state = models.CharField(_("state"), max_length=20, choices=AttemptState, default=AttemptState.STARTED)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    page_method = models.CharField(_("method of the page"), max_length=30, default=CARD, help_text=_("as the provider calls it"))
    captures_at_once = models.BooleanField(_("captured at once"), default=False)
    idempotency_key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    session = models.CharField(_("provider's session"), max_length=120, blank=True, db_index=True)
    page_expires_at = models.DateTimeField(_("provider's page closes"), null=True, blank=True)
    page_url = models.URLField(_("provider's page"), max_length=1000, blank=True)
    intent = models.CharField(_("provider's payment"), max_length=120, blank=True, db_index=True)
    customer = models.CharField(_("provider's customer"), max_length=120, blank=True)
    method = models.CharField(_("saved method"), max_length=120, blank=True)
    captured_amount = models.DecimalField(_("captured"), max_digits=12, decimal_places=2, default=0)
    refunded_amount = models.DecimalField(_("refunded"), max_digits=12, decimal_places=2, default=0)
    hold_until = models.DateTimeField(_("kept ready until"), null=True, blank=True)
    takes_parts = models.BooleanField(_("can be captured in parts"), default=False)
    decline_code = models.CharField(_("decline"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("started"), db_default=Now())
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="attempt_is_positive"),
            models.CheckConstraint(condition=models.Q(captured_amount__lte=models.F("amount")), name="never_over_captured"),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__lte=models.F("captured_amount")), name="never_over_refunded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.amount} {self.currency} {self.state}"


class Capability(models.Model):
    """Whether the configured account may use one of the provider's methods, as it said last."""

    method = models.CharField(_("method"), max_length=30, primary_key=True)
    is_active = models.BooleanField(_("active"), default=False)
    asked_at = models.DateTimeField(_("last asked"))

    class Meta:
        verbose_name = _("payment method of the account")
        verbose_name_plural = _("payment methods of the account")
        ordering = ["method"]

    def __str__(self) -> str:
        return self.method


class Event(models.Model):
    """One webhook, stored before it is acted on. The provider's id makes a doubled event harmless."""

    id = models.CharField(primary_key=True, max_length=120)
    kind = models.CharField(_("kind"), max_length=80)
    payload = models.JSONField(_("payload"))
    received_at = models.DateTimeField(_("received"), db_default=Now())

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

"""Money back: what the house decided to give back, through which payments it goes, and the rules of currency and region."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .states import RefundKind, RefundState, RepaymentState, Resolved, Waterfall


class RefundLimit(models.Model):
    """Up to here one person gives money back; above, or where a currency has none, a second one agrees."""

    currency = models.CharField(_("currency (ISO 4217)"), max_length=3, primary_key=True)
    amount = models.DecimalField(_("up to"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("limit of one person")
        verbose_name_plural = _("limits of one person")
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="refund_limit_is_an_amount")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class RegionRule(models.Model):
    """How a region gives money back. A region without a row: what is owed first, and clients cancel before the bench."""

    region = models.OneToOneField("regions.Region", models.CASCADE, primary_key=True, related_name="+", verbose_name=_("region"))
    waterfall = models.CharField(_("a refund takes first"), max_length=20, choices=Waterfall, default=Waterfall.OWED_FIRST)
    client_cancels = models.BooleanField(_("clients cancel themselves before the bench"), default=True)

    class Meta:
        verbose_name = _("money back in a region")
        verbose_name_plural = _("money back by region")

    def __str__(self) -> str:
        return str(self.region_id)


class Refund(models.Model):
    """One decision to give money back. Amounts in the order's currency, tax in.

    ``amount`` is ``less_owed`` (so much less is owed of the plan) plus ``not_taken`` (so much less of an authorisation will be
    captured) plus what its repayments send back. ``schedule`` is the plan as it was agreed anew: number, day (ISO), amount.
    """

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="refunds", verbose_name=_("order"))
    kind = models.CharField(_("for"), max_length=20, choices=RefundKind)
    state = models.CharField(_("state"), max_length=20, choices=RefundState, db_index=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    tax = models.DecimalField(_("of which tax"), max_digits=12, decimal_places=2, default=0)
    delivery = models.DecimalField(_("of which delivery"), max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    less_owed = models.DecimalField(_("less owed"), max_digits=12, decimal_places=2, default=0)
    not_taken = models.DecimalField(_("not charged"), max_digits=12, decimal_places=2, default=0)
    schedule = models.JSONField(_("the plan agreed anew"), default=list, blank=True)
    key = models.CharField(_("key"), max_length=120, unique=True, null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_words = models.CharField(_("by"), max_length=60, default="house")
    at = models.DateTimeField(_("when"), db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision = models.CharField(_("reason of the decision"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("money back")
        verbose_name_plural = _("money back")
        ordering = ["-at", "-id"]
        permissions = [
            ("ask_refund", "Can give money back"),
            ("approve_refund", "Can approve money back above the limit"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_positive"),
            models.CheckConstraint(
                condition=Q(less_owed__gte=0, not_taken__gte=0, amount__gte=F("less_owed") + F("not_taken")),
                name="refund_is_its_parts",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(by=None) | ~Q(decided_by=F("by")) | Q(state=RefundState.TAKEN_BACK),
                name="nobody_approves_his_own_refund",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.currency}"

    @property
    def to_pay_back(self):
        """What goes back through payments."""
        return self.amount - self.less_owed - self.not_taken


class RefundLine(models.Model):
    """So many pieces of a line come back, with their share of its amount and tax."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="lines", verbose_name=_("money back"))
    line = models.ForeignKey("order.Line", models.PROTECT, related_name="refunds", verbose_name=_("order line"))
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    tax = models.DecimalField(_("of which tax"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("piece given back")
        verbose_name_plural = _("pieces given back")
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="one_refund_line_a_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="refund_line_has_pieces"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.amount}"


class Repayment(models.Model):
    """What goes back out of one payment: stored with its key before the provider is asked."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="repayments", verbose_name=_("money back"))
    attempt = models.ForeignKey("provider.Attempt", models.PROTECT, related_name="repayments", verbose_name=_("payment"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    state = models.CharField(_("state"), max_length=10, choices=RepaymentState, default=RepaymentState.STARTED)
    idempotency_key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    provider_id = models.CharField(_("provider's refund"), max_length=120, blank=True, db_index=True)
    failure = models.CharField(_("failure"), max_length=60, blank=True)
    resolved = models.CharField(_("after a failure"), max_length=10, choices=Resolved, blank=True)
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    done_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta:
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="repayment_is_positive")]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="repayment_open",
                condition=Q(state__in=(RepaymentState.STARTED, RepaymentState.PENDING)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.get_state_display()}"

"""Paying later: the agreement, its parts, and who may have it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.foundation.provider import methods

from . import deposits
from .states import OWED, ActKind, CardState, Cost, Launches, PartState, PlanKind, PlanState, Way

#: For how many months a house offers its instalments.
MONTHS = (3, 6, 12, 24)


class EligibilityRule(models.Model):
    """A way to pay besides payment in full by card: who may have it, on which terms. Amounts in the region's currency.

    What it asks of a client he sees on the piece's page; it asks for no profile.
    """

    region = models.ForeignKey("regions.Region", models.CASCADE, related_name="+", verbose_name=_("region"))
    kind = models.CharField(_("way to pay"), max_length=20, choices=Way, default=Way.INSTALMENTS)
    is_offered = models.BooleanField(_("offered"), default=True)
    least = models.DecimalField(_("from (in the region's currency)"), max_digits=12, decimal_places=2)
    most = models.DecimalField(_("up to"), max_digits=12, decimal_places=2)
    kinds = ArrayField(
        models.SlugField(max_length=255),
        verbose_name=_("kinds of pieces"),
        default=list,
        blank=True,
        help_text=_("None means all kinds. An order needs every piece of it to be of these kinds."),
    )
    launches = models.CharField(_("launches"), max_length=10, choices=Launches, default=Launches.ALL)
    paid_orders = models.PositiveSmallIntegerField(
        _("paid orders before"), default=0, help_text=_("Orders of this client that were paid and handed over.")
    )
    none_missed = models.BooleanField(
        _("no part missed"), default=False, help_text=_("Only for clients who owe nothing that is overdue and missed no balance.")
    )
    parts = models.PositiveSmallIntegerField(_("parts"), default=3, choices=[(n, str(n)) for n in MONTHS])
    cost = models.CharField(_("cost"), max_length=10, choices=Cost, default=Cost.NONE)
    rate = models.DecimalField(_("rate (per cent)"), max_digits=6, decimal_places=3, default=0)

    deposit_percent = models.DecimalField(_("deposit (per cent)"), max_digits=5, decimal_places=2, null=True, blank=True)
    deposit_is_binding = models.BooleanField(
        _("binding deposit"),
        default=False,
        help_text=_(
            "定金, arrhes: kept when the balance is missed, double back when the house fails. Else an advance, given back."
        ),
    )
    opens_after = models.PositiveSmallIntegerField(_("balance can be paid after (days)"), null=True, blank=True)
    open_for = models.PositiveSmallIntegerField(_("for (days)"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(_("due so many days after hand-over"), null=True, blank=True)
    method = models.CharField(
        _("method of the provider"),
        max_length=30,
        choices=methods.CHOICES,
        blank=True,
        help_text=_("Offered while the account at the provider may use it."),
    )

    class Meta:
        verbose_name = _("way to pay later")
        verbose_name_plural = _("ways to pay later")
        ordering = ["region", "kind", "parts", "least"]
        constraints = [
            models.CheckConstraint(condition=models.Q(least__lte=models.F("most")), name="least_below_most"),
            models.CheckConstraint(
                condition=models.Q(cost=Cost.NONE, rate=0) | ~models.Q(cost=Cost.NONE) & models.Q(rate__gt=0, rate__lt=100),
                name="rate_where_it_costs",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Way.DEPOSIT)
                | models.Q(deposit_percent__gt=0, deposit_percent__lt=100, opens_after__isnull=False, open_for__gte=1),
                name="deposit_has_terms",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Way.AFTER_DELIVERY) | models.Q(due_days__gte=1), name="after_delivery_has_days"
            ),
            models.CheckConstraint(condition=~models.Q(kind=Way.PROVIDER) | ~models.Q(method=""), name="provider_has_method"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.code}: {self.least} – {self.most}"

    @property
    def code(self) -> str:
        """What this way is called in forms: the first rule of a region that holds answers for its code."""
        if self.kind == Way.PROVIDER:
            return f"{self.kind}:{self.method}"
        return f"{self.kind}:{self.parts}" if self.kind == Way.INSTALMENTS else self.kind

    @property
    def is_deposit(self) -> bool:
        return self.kind == Way.DEPOSIT

    @property
    def needs_known_goods(self) -> bool:
        """Whether goods leave, or are kept for weeks, before all is paid: then we know where they go and that they fit."""
        return self.kind in (Way.DEPOSIT, Way.AFTER_DELIVERY)

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if self.least is not None and self.most is not None and self.least > self.most:
            wrong["most"] = _("The least amount is above the most.")
        if self.cost == Cost.NONE and self.rate:
            wrong["rate"] = _("Without interest there is no rate.")
        elif self.cost != Cost.NONE and not 0 < (self.rate or 0) < 100:
            wrong["rate"] = _("Please write a rate between 0 and 100 per cent.")
        if self.kind == Way.DEPOSIT:
            wrong |= self._wrong_deposit()
        if self.kind == Way.AFTER_DELIVERY and not self.due_days:
            wrong["due_days"] = _("Please write after how many days it is due.")
        if self.kind == Way.PROVIDER and not self.method:
            wrong["method"] = _("Please choose a method.")
        elif self.kind == Way.PROVIDER and self.region_id and not methods.takes(self.method, self.region.currency):
            wrong["method"] = _("It does not take the currency of this region.")
        if self.kind != Way.INSTALMENTS and self.cost != Cost.NONE:
            wrong["cost"] = _("Only instalments can cost something.")
        if wrong:
            raise ValidationError(wrong)

    def _wrong_deposit(self) -> dict[str, Any]:
        wrong: dict[str, Any] = {}
        percent = self.deposit_percent or Decimal(0)
        most = deposits.cap(self.region.countries if self.region_id else (), is_binding=self.deposit_is_binding)
        if not 0 < percent < 100:
            wrong["deposit_percent"] = _("Please write a share between 0 and 100 per cent.")
        elif most is not None and percent > most:
            wrong["deposit_percent"] = _("By law a binding deposit is at most %(most)s %% of the price here.") % {"most": most}
        if self.opens_after is None:
            wrong["opens_after"] = _("Please write after how many days the balance can be paid.")
        if not self.open_for:
            wrong["open_for"] = _("Please write for how many days the balance can be paid.")
        return wrong


class Plan(models.Model):
    """What the client agreed to, word for word."""

    order = models.OneToOneField("order.Order", models.PROTECT, related_name="plan", verbose_name=_("order"))
    kind = models.CharField(_("way to pay"), max_length=20, choices=PlanKind, default=PlanKind.INSTALMENTS)
    state = models.CharField(_("state"), max_length=12, choices=PlanState, default=PlanState.AGREED)
    total = models.DecimalField(_("total to pay"), max_digits=12, decimal_places=2)
    cost = models.DecimalField(_("of which the cost of paying later"), max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3)
    agreement = models.TextField(_("agreement as shown"))
    language = models.CharField(_("language"), max_length=10)
    agreed_at = models.DateTimeField(_("agreed"))
    zone_name = models.CharField(_("client's time zone (IANA)"), max_length=60, default="UTC")
    deposit_is_binding = models.BooleanField(_("binding deposit"), default=False)
    due_days = models.PositiveSmallIntegerField(_("due so many days after hand-over"), null=True, blank=True)
    customer = models.CharField(_("provider's customer"), max_length=120, blank=True)
    method = models.CharField(_("saved method"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        permissions = [("arrange_plan", "Can arrange a plan with its client (pause, new days, hand over)")]

    def __str__(self) -> str:
        return f"{self.total} {self.currency}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @property
    def is_deposit(self) -> bool:
        return self.kind == PlanKind.DEPOSIT

    def binds(self, now: datetime) -> bool:
        """Whether its deposit is no longer given back for a change of mind: it is binding, and the balance can be paid."""
        if not (self.deposit_is_binding and self.state == PlanState.RUNNING):
            return False
        return any(part.opens_at and part.opens_at <= now and part.state != PartState.PAID for part in self.parts.all())

    def payable(self, now: datetime) -> "Part | None":
        """The part the client can pay on his order's page now: of a deposit its balance, else what is due after delivery."""
        if self.kind not in (PlanKind.DEPOSIT, PlanKind.AFTER_DELIVERY) or self.state != PlanState.RUNNING:
            return None
        owed = (PartState.DUE, PartState.DECLINED, PartState.PAYING)
        return next((part for part in self.parts.all() if part.state in owed and part.is_open(now)), None)

    @property
    def covers_dispatch(self) -> bool:
        """Whether goods may leave the house: all is paid, or what is owed runs as agreed and no part of it failed."""
        if self.state == PlanState.DONE:
            return True
        trusted = self.kind in (PlanKind.INSTALMENTS, PlanKind.AFTER_DELIVERY) and self.state == PlanState.RUNNING
        # Not by their state: a failed part that is being tried again, or paid on an open page, is not paid yet.
        return trusted and not self.parts.filter(failures__gt=0, state__in=OWED).exists()


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
    #: Declines since its day was agreed or another card was given; `tries` counts all of them, for the keys of attempts.
    failures = models.PositiveSmallIntegerField(_("declines"), default=0)
    failed_at = models.DateTimeField(_("first declined"), null=True, blank=True)
    decline_code = models.CharField(_("decline"), max_length=60, blank=True)
    grace_until = models.DateTimeField(_("grace until"), null=True, blank=True)
    with_desk_since = models.DateTimeField(_("with the payments desk since"), null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(_("reminders sent"), default=0)

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
                fields=["closes_at", "id"],
                name="part_in_its_window",
                condition=models.Q(state__in=(PartState.DUE, PartState.DECLINED), closes_at__isnull=False),
            ),
            models.Index(
                fields=["id"], name="part_with_provider", condition=models.Q(state__in=(PartState.COLLECTING, PartState.PAYING))
            ),
            models.Index(fields=["failed_at", "id"], name="part_that_failed", condition=models.Q(failures__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount} {self.get_state_display()}"

    def is_open(self, now: datetime) -> bool:
        """Whether it is in its window; one that has none can always be paid."""
        return (self.opens_at is None or self.opens_at <= now) and (self.closes_at is None or now < self.closes_at)


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


class PlanAct(models.Model):
    """What a person of the house did about a plan, and why. Rows are written once.

    ``before`` and ``after``: the days of its open parts by their numbers, as ISO dates, where they changed.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="acts", verbose_name=_("plan"))
    kind = models.CharField(_("act"), max_length=12, choices=ActKind)
    reason = models.CharField(_("reason"), max_length=500)
    before = models.JSONField(_("days before"), default=dict, blank=True)
    after = models.JSONField(_("days after"), default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("act of the payments desk")
        verbose_name_plural = _("acts of the payments desk")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="act_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("an act is written once: write another")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("what was done is kept")


class CardChange(models.Model):
    """A client gives another card for a plan, on the provider's page and without paying there."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="card_changes", verbose_name=_("plan"))
    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=CardState, default=CardState.OPEN)
    session = models.CharField(_("provider's session"), max_length=120, blank=True, db_index=True)
    page_url = models.URLField(_("provider's page"), max_length=1000, blank=True)
    page_expires_at = models.DateTimeField(_("provider's page closes"))
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of card")
        verbose_name_plural = _("changes of card")
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=models.Q(state=CardState.OPEN), name="one_open_change_of_card")
        ]

    def __str__(self) -> str:
        return self.get_state_display()

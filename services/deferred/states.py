"""The states of plan and part, and the one table of moves between them. An attempt's stand with the provider."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanKind(models.TextChoices):
    """How an order is paid later. One that is paid at once has no plan. The words are a region's ways to pay."""

    INSTALMENTS = "instalments", _("Instalments")
    DEPOSIT = "deposit", _("Deposit and balance")
    AFTER_DELIVERY = "after-delivery", _("After delivery")
    TRANSFER = "transfer", _("Bank transfer")


class Way(models.TextChoices):
    """What a house can offer besides payment in full, among a region's ways to pay. All but the provider's make a plan."""

    INSTALMENTS = PlanKind.INSTALMENTS.value, _("Instalments by the house")
    DEPOSIT = PlanKind.DEPOSIT.value, _("Deposit and balance")
    AFTER_DELIVERY = PlanKind.AFTER_DELIVERY.value, _("After delivery")
    PROVIDER = "provider", _("Another method of the provider")


class Cost(models.TextChoices):
    """How what instalments cost is reckoned."""

    NONE = "none", _("Without interest")
    SHARE = "share", _("Per cent of the amount")
    YEARLY = "yearly", _("Per cent a year")


class Launches(models.TextChoices):
    """Which pieces a way to pay is for, as to launches."""

    ALL = "all", _("All pieces")
    NONE = "none", _("No launch among them")
    ONLY = "only", _("Launches only")


class PlanState(models.TextChoices):
    AGREED = "agreed", _("Agreed, first part open")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused by the house")
    DONE = "done", _("Paid in full")
    MISSED = "missed", _("Balance not paid in time")
    CANCELLED = "cancelled", _("Cancelled")


class PartState(models.TextChoices):
    DUE = "due", _("Due")
    COLLECTING = "collecting", _("Being collected")
    PAYING = "paying", _("The client is paying")
    PAID = "paid", _("Paid")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


PLAN_MOVES: dict[str, set[str]] = {
    PlanState.AGREED: {PlanState.RUNNING, PlanState.CANCELLED},
    PlanState.RUNNING: {PlanState.PAUSED, PlanState.DONE, PlanState.MISSED, PlanState.CANCELLED},
    PlanState.PAUSED: {PlanState.RUNNING, PlanState.DONE, PlanState.CANCELLED},
    PlanState.DONE: {PlanState.CANCELLED},
    PlanState.MISSED: set(),
    PlanState.CANCELLED: set(),
}

#: A part that is with the provider (collecting, paying) leaves that state by an answer of the provider's alone.
PART_MOVES: dict[str, set[str]] = {
    PartState.DUE: {PartState.COLLECTING, PartState.PAYING, PartState.PAID, PartState.CANCELLED},
    PartState.DECLINED: {PartState.COLLECTING, PartState.PAYING, PartState.CANCELLED},
    PartState.COLLECTING: {PartState.PAID, PartState.DECLINED, PartState.CANCELLED},
    PartState.PAYING: {PartState.PAID, PartState.DUE, PartState.DECLINED, PartState.CANCELLED},
    PartState.PAID: set(),
    PartState.CANCELLED: set(),
}
#: With the provider, so that nobody else may ask for the same money.
WITH_PROVIDER = (PartState.COLLECTING, PartState.PAYING)
#: Money that is still owed.
OWED = (PartState.DUE, PartState.DECLINED, *WITH_PROVIDER)

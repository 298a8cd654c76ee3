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
    HANDED_OVER = "handed over", _("Handed over")
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


class ActKind(models.TextChoices):
    """What a person of the house did about a plan."""

    CALL = "call", _("Spoke with the client")
    PAUSE = "pause", _("Paused")
    NEW_DATES = "new dates", _("New days agreed")
    HAND_OVER = "hand over", _("Handed over")


class CardState(models.TextChoices):
    OPEN = "open", _("The client's page is open")
    KEPT = "kept", _("Another card is kept")
    LEFT = "left", _("Left without a card")


PLAN_MOVES: dict[str, set[str]] = {
    PlanState.AGREED: {PlanState.RUNNING, PlanState.CANCELLED},
    PlanState.RUNNING: {PlanState.PAUSED, PlanState.HANDED_OVER, PlanState.DONE, PlanState.MISSED, PlanState.CANCELLED},
    PlanState.PAUSED: {PlanState.RUNNING, PlanState.HANDED_OVER, PlanState.DONE, PlanState.CANCELLED},
    PlanState.HANDED_OVER: {PlanState.RUNNING, PlanState.DONE, PlanState.CANCELLED},
    PlanState.DONE: {PlanState.CANCELLED},
    PlanState.MISSED: set(),
    PlanState.CANCELLED: set(),
}

#: A part that is with the provider (collecting, paying) leaves that state by an answer of the provider's alone; one that was
#: claimed and never asked for goes back to what it was. New days make a declined part due again.
PART_MOVES: dict[str, set[str]] = {
    PartState.DUE: {PartState.COLLECTING, PartState.PAYING, PartState.PAID, PartState.CANCELLED},
    PartState.DECLINED: {PartState.COLLECTING, PartState.PAYING, PartState.DUE, PartState.CANCELLED},
    PartState.COLLECTING: {PartState.PAID, PartState.DUE, PartState.DECLINED, PartState.CANCELLED},
    PartState.PAYING: {PartState.PAID, PartState.DUE, PartState.DECLINED, PartState.CANCELLED},
    PartState.PAID: set(),
    PartState.CANCELLED: set(),
}
#: With the provider, so that nobody else may ask for the same money.
WITH_PROVIDER = (PartState.COLLECTING, PartState.PAYING)
#: Plans of which the client may pay parts himself.
PAYABLE = (PlanState.RUNNING, PlanState.PAUSED, PlanState.HANDED_OVER)
#: Money that is still owed.
OWED = (PartState.DUE, PartState.DECLINED, *WITH_PROVIDER)

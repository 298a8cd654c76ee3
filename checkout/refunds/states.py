"""The states of money that goes back, and the one table of moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RefundKind(models.TextChoices):
    WHOLE = "whole", _("The whole order")
    LINES = "lines", _("Pieces")
    AMOUNT = "amount", _("An amount")
    ENGRAVING = "engraving", _("An engraving withdrawn")
    CANCELLED = "cancelled", _("The order was cancelled")
    LATE = "late", _("Paid too late, or twice")


#: Money that came for nothing: the price of the order does not change when it goes back.
NOT_OF_PRICE = (RefundKind.LATE,)


class RefundState(models.TextChoices):
    WAITING = "waiting", _("Waits for a second person")
    ON_ITS_WAY = "on its way", _("On its way")
    DONE = "done", _("Given back")
    FAILED = "failed", _("Refused by the client's bank")
    DECLINED = "declined", _("Declined")
    TAKEN_BACK = "taken back", _("Taken back")


REFUND_MOVES: dict[str, frozenset[str]] = {
    RefundState.WAITING: frozenset({RefundState.ON_ITS_WAY, RefundState.DECLINED, RefundState.TAKEN_BACK}),
    RefundState.ON_ITS_WAY: frozenset({RefundState.DONE, RefundState.FAILED}),
    # A bank can send back what it has taken before.
    RefundState.DONE: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset({RefundState.ON_ITS_WAY, RefundState.DONE}),
    RefundState.DECLINED: frozenset(),
    RefundState.TAKEN_BACK: frozenset(),
}
#: Decided upon: the price of the order is lower by it, whatever the bank does.
STANDING = (RefundState.ON_ITS_WAY, RefundState.DONE, RefundState.FAILED)
#: Those, and what waits for a second person: nobody may ask for the same money again.
RESERVING = (RefundState.WAITING, *STANDING)


class RepaymentState(models.TextChoices):
    STARTED = "started", _("Started, outcome unknown")
    PENDING = "pending", _("With the provider")
    DONE = "done", _("Given back")
    FAILED = "failed", _("Failed")


#: Not answered for good yet: asked of the provider until it is.
OPEN = (RepaymentState.STARTED, RepaymentState.PENDING)


class Resolved(models.TextChoices):
    """What became of a repayment that failed."""

    AGAIN = "again", _("Asked for again")
    TRANSFER = "transfer", _("Sent by bank transfer")


class Waterfall(models.TextChoices):
    """What a refund takes first, where an order is paid in parts."""

    OWED_FIRST = "owed-first", _("What is still owed, from the last part on; then the last payment")
    PAID_FIRST = "paid-first", _("What was paid, the last payment first; the plan goes on as agreed")

"""Somebody answers for a difference: with a reason that others can read."""

from datetime import datetime

from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal

from .models import Difference, DifferenceState

SHORTEST, LONGEST = 5, 300


class NoReason(Refusal):
    code = "no-reason"

    def sentence(self) -> str:
        return _("Please write in a few words why this difference is settled.")


class SettledBefore(Refusal):
    code = "settled-before"

    def sentence(self) -> str:
        return _("This difference is settled already. Please look at it again.")


def resolve(difference_id: int, *, reason: str, by_id: int, now: datetime) -> None:
    """Settle an open difference. Raises NoReason, or SettledBefore when it is open no more; then nothing has changed."""
    reason = " ".join(reason.split())[:LONGEST]
    if len(reason) < SHORTEST:
        raise NoReason()
    settled = Difference.objects.filter(pk=difference_id, state=DifferenceState.OPEN).update(
        state=DifferenceState.RESOLVED, closed_at=now, resolved_by_id=by_id, reason=reason
    )
    if not settled:
        raise SettledBefore()

"""What is shown from a moment on, until another: one rule for pieces, collections, launches, occasions, tiles and sections."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Scheduled(models.Model):
    """Shown from a moment on, until another; without them always. Its model says in ``is_public`` whether it is shown at all.

    Whether it is shown at a moment: `shown_at` for a query, `is_shown` for a row in hand.
    """

    publish_at = models.DateTimeField(_("shown from"), null=True, blank=True, help_text=_("In UTC. Empty: at once."))
    withdraw_at = models.DateTimeField(_("withdrawn from"), null=True, blank=True, help_text=_("In UTC. Empty: never."))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(publish_at=None) | Q(withdraw_at=None) | Q(withdraw_at__gt=F("publish_at")),
                name="%(class)s_withdrawn_after_shown",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.publish_at and self.withdraw_at and self.withdraw_at <= self.publish_at:
            raise ValidationError({"withdraw_at": _("Please choose a moment after the one from which it is shown.")})


def shown_at(now: datetime, *, via: str = "") -> Q:
    """What is public and whose schedule has begun and not ended, as a filter. ``via``: the way to it, such as "piece__"."""
    begun = Q(**{f"{via}publish_at": None}) | Q(**{f"{via}publish_at__lte": now})
    lasts = Q(**{f"{via}withdraw_at": None}) | Q(**{f"{via}withdraw_at__gt": now})
    return Q(**{f"{via}is_public": True}) & begun & lasts


def is_shown(thing: Any, now: datetime) -> bool:
    """The same of a row in hand, such as a piece that waits in a bag."""
    begun = thing.publish_at is None or thing.publish_at <= now
    return bool(thing.is_public and begun and (thing.withdraw_at is None or now < thing.withdraw_at))


def turns_at(thing: Any, now: datetime) -> datetime | None:
    """The next moment at which a public row is shown or withdrawn; None when it stays as it is."""
    moments = (thing.publish_at, thing.withdraw_at) if thing.is_public else ()
    return min((moment for moment in moments if moment and moment > now), default=None)

"""The states of an adviser's link to pay, and the moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkState(models.TextChoices):
    WAITING = "waiting", _("Waiting for the client")
    OPENED = "opened", _("Opened by the client")
    ORDERED = "ordered", _("Ordered")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


LINK_MOVES: dict[str, frozenset[str]] = {
    LinkState.WAITING: frozenset({LinkState.OPENED, LinkState.ORDERED, LinkState.EXPIRED, LinkState.CANCELLED}),
    LinkState.OPENED: frozenset({LinkState.ORDERED, LinkState.EXPIRED, LinkState.CANCELLED}),
    LinkState.ORDERED: frozenset(),
    LinkState.EXPIRED: frozenset(),
    LinkState.CANCELLED: frozenset(),
}
#: The client can still order by it, while its time lasts.
OPEN_LINKS = (LinkState.WAITING, LinkState.OPENED)

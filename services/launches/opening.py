"""Whether a piece is open to a client at a moment, and using up his places."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.utils import IntegrityError

from .models import Allowance, Launch
from .refusals import Closed, LimitReached, NotOpen, SignInFirst

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


def of_pieces(piece_ids: Iterable[int]) -> dict[int, Launch]:
    """The launch of each piece that has one, by piece id, in one query (the latest if there are several)."""
    return {launch.piece_id: launch for launch in Launch.objects.filter(piece_id__in=list(piece_ids)).order_by("opens_at")}


def check(launch: Launch, *, client: "AbstractBaseUser | None", now: datetime, held: int = 0) -> None:
    """Raise NotOpen, Closed, SignInFirst or LimitReached unless this client may buy now.

    ``held``: pieces of this launch that already wait in his bag.
    """
    if now < launch.opens_at:
        raise NotOpen(opens_at=launch.opens_at)
    if launch.closes_at and now >= launch.closes_at:
        raise Closed()
    if client is None or not client.is_authenticated or not getattr(client, "is_verified", False):
        raise SignInFirst()
    if held + Allowance.objects.filter(launch=launch, client_id=client.pk).count() >= launch.limit_per_client:
        raise LimitReached(limit=launch.limit_per_client)


def use_places(launch: Launch, *, client_id: int, order_line_id: int, quantity: int) -> None:
    """Take one of the client's places for each piece, inside the placement's transaction. Raises LimitReached.

    The places are unique rows: two orders of the same client at the same moment cannot both take the last one.
    """
    for _piece in range(quantity):
        used = set(Allowance.objects.filter(launch=launch, client_id=client_id).values_list("place", flat=True))
        free = [place for place in range(1, launch.limit_per_client + 1) if place not in used]
        if not free:
            raise LimitReached(limit=launch.limit_per_client)
        try:
            with transaction.atomic():
                Allowance.objects.create(launch=launch, client_id=client_id, place=free[0], order_line_id=order_line_id)
        except IntegrityError:
            raise LimitReached(limit=launch.limit_per_client) from None


def give_back(order_line_ids: list[int]) -> None:
    """A cancelled or lapsed order frees its client's places."""
    Allowance.objects.filter(order_line_id__in=order_line_ids).delete()

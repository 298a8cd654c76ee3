"""Holding, claiming and freeing units. One SKIP LOCKED statement each: nobody waits for anybody, nobody gets the same unit.

Source of the pattern: `docs/decisions/` (units are rows), measured in the house's standards.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from .models import Hold, Unit
from .refusals import HoldLapsed, NoneFree, TooManyHeld

HOLD_FOR = timedelta(minutes=10)
HOLDS_A_CLIENT = 3
#: Generous: an office or a mobile carrier's gateway is one network.
HOLDS_A_NETWORK = 40

_FREE = "hold_id IS NULL AND order_line_id IS NULL AND withdrawn_at IS NULL"


def _take(variant_id: int, quantity: int, column: str, taker: uuid.UUID | int) -> int:
    """Give up to `quantity` free units to a hold or line; returns how many. Lowest edition numbers go first."""
    if column not in ("hold_id", "order_line_id"):
        raise ValueError(column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE units_unit SET {column} = %s WHERE id IN (
                    SELECT id FROM units_unit WHERE variant_id = %s AND {_FREE}
                    ORDER BY edition_number NULLS LAST, id LIMIT %s FOR UPDATE SKIP LOCKED)""",  # noqa: S608
            [taker, variant_id, quantity],
        )
        return cursor.rowcount


def _none_free(variant_id: int, wanted: int) -> NoneFree:
    held = Unit.objects.filter(variant_id=variant_id, withdrawn_at=None).exclude(hold=None).exists()
    return NoneFree(variant_id=variant_id, wanted=wanted, held_by_others=held)


@transaction.atomic
def hold(*, line_id: int, variant_id: int, quantity: int, client_key: str, network_key: str) -> Hold:
    """Set units aside for a bag line for ten minutes. Raises NoneFree or TooManyHeld; holds all or nothing."""
    with connection.cursor() as cursor:  # one counter at a time for this client and this network
        for key in sorted({f"hold:{client_key}", f"hold:{network_key}"}):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    live = Hold.objects.filter(expires_at__gt=Now())
    if live.filter(client_key=client_key).count() >= HOLDS_A_CLIENT:
        raise TooManyHeld(limit=HOLDS_A_CLIENT)
    if live.filter(network_key=network_key).count() >= HOLDS_A_NETWORK:
        raise TooManyHeld(limit=HOLDS_A_NETWORK)
    made = Hold.objects.create(line_id=line_id, client_key=client_key, network_key=network_key, expires_at=Now() + HOLD_FOR)
    if _take(variant_id, quantity, "hold_id", made.pk) < quantity:
        raise _none_free(variant_id, quantity)
    made.refresh_from_db()
    return made


@transaction.atomic
def set_aside(*, line_id: int, variant_id: int, quantity: int, client_key: str, until: datetime) -> Hold:
    """Keep units for a bag that staff made, until a moment that they chose; never prolonged. Raises NoneFree, all or nothing."""
    release(line_id=line_id)
    made = Hold.objects.create(line_id=line_id, client_key=client_key, network_key="staff", expires_at=until, extended=True)
    if _take(variant_id, quantity, "hold_id", made.pk) < quantity:
        raise _none_free(variant_id, quantity)
    return made


def extend(*, line_id: int) -> bool:
    """Give the holds of a bag line ten minutes more, once (on entering checkout). False when nothing was extended."""
    return bool(
        Hold.objects.filter(line_id=line_id, extended=False, expires_at__gt=Now()).update(
            expires_at=Now() + HOLD_FOR, extended=True
        )
    )


def claim(*, order_line_id: int, variant_id: int, quantity: int, bag_line_id: int | None, scarce: bool) -> None:
    """Give units to an order line: first those its bag line holds, then (for ordinary pieces) free ones.

    Must run inside the placement's transaction. Raises HoldLapsed for a scarce piece whose hold has gone and which has no
    free unit left either, NoneFree for an ordinary one; the caller's transaction then rolls back whatever was taken.
    """
    taken = 0
    if bag_line_id is not None:
        holds = list(
            Hold.objects.select_for_update().filter(line_id=bag_line_id, expires_at__gt=Now()).values_list("pk", flat=True)
        )
        mine = Unit.objects.filter(hold__in=holds, variant_id=variant_id, withdrawn_at=None).order_by("id")[:quantity]
        taken = Unit.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).update(hold=None, order_line_id=order_line_id)
        if taken:
            Hold.objects.filter(pk__in=holds).delete()
    if taken < quantity:
        taken += _take(variant_id, quantity - taken, "order_line_id", order_line_id)
    if taken < quantity:
        raise HoldLapsed() if scarce else _none_free(variant_id, quantity)


def free(*, order_line_ids: list[int]) -> int:
    """Give the units of cancelled or lapsed order lines back; returns how many."""
    return Unit.objects.filter(order_line_id__in=order_line_ids).update(order_line=None)


def spoil(*, order_line_id: int, unit_ids: Iterable[int], because: str) -> int:
    """Take pieces that were spoiled away from their order line and out of stock; returns how many."""
    mine = Unit.objects.filter(order_line_id=order_line_id, pk__in=list(unit_ids))
    return mine.update(order_line=None, withdrawn_at=Now(), withdrawn_because=because[:200])


def claim_instead(*, order_line_id: int, variant_id: int, quantity: int) -> int:
    """Give an order line up to so many free pieces in place of spoiled ones; returns how many there were."""
    return _take(variant_id, quantity, "order_line_id", order_line_id)


def exchange(*, order_line_id: int, variant_id: int, quantity: int) -> int:
    """Give an order line pieces of another variant, then free those it had: claimed first, so that it never stands without.

    Returns how many there were; when fewer than asked for, the caller's transaction has to end.
    """
    had = list(Unit.objects.filter(order_line_id=order_line_id).values_list("pk", flat=True))
    taken = _take(variant_id, quantity, "order_line_id", order_line_id)
    Unit.objects.filter(pk__in=had, order_line_id=order_line_id).update(order_line=None)
    return taken


def release(*, line_id: int) -> None:
    """Give up the holds of a bag line (removed from the bag)."""
    with transaction.atomic():
        Unit.objects.filter(hold__line_id=line_id).update(hold=None)
        Hold.objects.filter(line_id=line_id).delete()


@transaction.atomic
def release_lapsed() -> int:
    """Free every unit whose hold has run out by the database's clock; returns how many holds went."""
    lapsed = list(Hold.objects.select_for_update(skip_locked=True).filter(Q(expires_at__lte=Now())).values_list("pk", flat=True))
    Unit.objects.filter(hold__in=lapsed).update(hold=None)
    return Hold.objects.filter(pk__in=lapsed).delete()[0]

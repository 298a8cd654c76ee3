"""Money that came in and that no order needs: too much, too late, or for an order that ended.

Staff decide what becomes of it; two people send it back.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from checkout.order import moving
from checkout.order.models import Order
from services.foundation.book.models import Account, Posting
from services.foundation.outbox import posting

from . import reckoning
from .models import OVER_MOVES, Overpayment, OverState, Transfer
from .refusals import DecidedMeanwhile, NotOver, ReasonMissing, SecondPerson

#: Decided, and the money still here.
_STANDING = (OverState.TO_SEND, OverState.KEPT)


def undecided(order: Order) -> Decimal:
    """What the order was overpaid and nobody has decided about, in its currency."""
    decided = Overpayment.objects.filter(order=order, state__in=_STANDING).aggregate(sum=Sum("amount"))["sum"]
    return reckoning.over(order) - (decided or Decimal(0))


def to_decide() -> list[Order]:
    """Orders with money that nobody has decided about, each with ``undecided`` beside it; one query."""
    overpaid = Posting.objects.filter(entry__order=OuterRef("pk"), account=Account.OVERPAID)
    decided = Overpayment.objects.filter(order=OuterRef("pk"), state__in=_STANDING)
    return list(
        Order.objects.filter(Exists(Transfer.objects.filter(order=OuterRef("pk"))))
        .select_related("user", "transfer")
        .annotate(
            undecided=-Coalesce(Subquery(overpaid.values("entry__order").annotate(sum=Sum("amount")).values("sum")), Decimal(0))
            - Coalesce(Subquery(decided.values("order").annotate(sum=Sum("amount")).values("sum")), Decimal(0))
        )
        .filter(undecided__gt=0)
        .order_by("pk")[:200]
    )


@transaction.atomic
def decide(
    order: Order, *, keep: bool, by_id: int, reason: str, now: datetime, payee: str = "", payee_account: str = ""
) -> Overpayment:
    """All that is undecided is to be sent back to an account, or kept for the client. Raises ReasonMissing or NotOver."""
    order = moving.lock(order.pk)
    amount = undecided(order)
    if not reason.strip() or not (keep or payee_account.strip()):
        raise ReasonMissing()
    if amount <= 0:
        raise NotOver(over=max(amount, Decimal(0)), currency=order.currency)
    return Overpayment.objects.create(
        order=order,
        amount=amount,
        state=OverState.KEPT if keep else OverState.TO_SEND,
        payee="" if keep else payee.strip()[:140],
        payee_account="" if keep else payee_account.replace(" ", "")[:60],
        reason=reason.strip()[:200],
        decided_by_id=by_id,
        decided_at=now,
    )


@transaction.atomic
def sent(overpayment_id: int, *, by_id: int, now: datetime) -> None:
    """Another person says that the bank has sent it: the book follows, and the client is told.

    Raises SecondPerson or DecidedMeanwhile.
    """
    found = Overpayment.objects.select_related("order").get(pk=overpayment_id)
    if found.decided_by_id == by_id:
        raise SecondPerson()
    order = moving.lock(found.order_id)
    _end(found, str(OverState.SENT), by_id=by_id, now=now)
    reckoning.move(order, -found.amount, kind=reckoning.SENT_BACK, key=f"transfer sent back:{found.pk}")
    posting.post("letter.transfer_back", key=f"letter:transfer-back:{found.pk}", overpayment_id=found.pk)


@transaction.atomic
def withdraw(overpayment_id: int, *, by_id: int, now: datetime) -> None:
    """The decision falls; the money is to be decided about again. Raises DecidedMeanwhile."""
    found = Overpayment.objects.get(pk=overpayment_id)
    moving.lock(found.order_id)
    _end(found, str(OverState.WITHDRAWN), by_id=by_id, now=now)


def _end(found: Overpayment, to: str, *, by_id: int, now: datetime) -> None:
    before = [state for state, moves in OVER_MOVES.items() if to in moves]
    moved = Overpayment.objects.filter(pk=found.pk, state__in=before).update(state=to, ended_by_id=by_id, ended_at=now)
    if not moved:
        raise DecidedMeanwhile()

"""The parcels of an order with several recipients, and the whole that follows them.

The whole has the money, the book and what was agreed; a parcel has its lines, address, day, clock and packing. Whoever locks a
parcel has locked its whole before (`order.moving.lock`).
"""

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from services.engraving.models import Inscription
from services.engraving.surfaces import LID
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.outbox import posting
from services.foundation.provider.models import Attempt, AttemptState

from .order import moving
from .order.models import Order
from .order.states import OrderState

#: A parcel that has left, and one that has arrived.
_LEFT = (OrderState.DISPATCHED, OrderState.HANDED_OVER)


def standing(order: Order) -> list[Order]:
    """The parcels of an order that were not cancelled, locked in one order for everybody; the whole is locked."""
    if not order.has_parcels:
        return []
    rows = order.parcels.select_for_update(of=("self",)).exclude(status=OrderState.CANCELLED)
    return list(rows.order_by("pk"))


def owed(order: Order) -> Decimal:
    """What the order costs by the book, in its currency: without parcels that were cancelled and all that was taken off since."""
    return writing.price(order.pk).get(Account.RECEIVABLE, Decimal(0))


def lock_whole(order: Order) -> None:
    """Before a parcel moves: whoever moves another one waits, so that the last of them is known to be the last."""
    if order.whole_id:
        moving.lock(order.whole_id)


def follow(order: Order, *, by_id: int | None) -> None:
    """A parcel moved: its whole, locked, is on its way with the last one, and handed over with the last one."""
    if not order.whole_id:
        return
    whole = moving.lock(order.whole_id)
    states = set(whole.parcels.exclude(status=OrderState.CANCELLED).values_list("status", flat=True))
    if whole.status == OrderState.CONFIRMED and states <= set(_LEFT):
        moving.move(whole, OrderState.DISPATCHED, by_id=by_id, by_words="parcels")
    if whole.status == OrderState.DISPATCHED and states <= {OrderState.HANDED_OVER}:
        moving.move(whole, OrderState.HANDED_OVER, by_id=by_id, by_words="parcels")
        last = whole.parcels.order_by("handed_over_at").values_list("handed_over_at", flat=True).last()
        Order.objects.filter(pk=whole.pk).update(handed_over_at=last)


def review(whole: Order, to: Any, *, by_id: int | None) -> None:
    """Hold all parcels back for review, or release them: none of them may have been begun. Raises CannotMove."""
    locked = moving.lock(whole.pk)
    for each in (locked, *standing(locked)):
        moving.move(each, to, by_id=by_id, by_words="staff")


def write_off(parcel: Order) -> None:
    """The book's share of a parcel that was cancelled, as far as words on its lids were not given back before."""
    lines = parcel.lines.aggregate(net=Sum("line_price_excl_tax"), gross=Sum("line_price_incl_tax"))
    left_out = Inscription.objects.filter(surface=LID, withdrawn_at__isnull=False).values("order_line")
    given = parcel.lines.filter(pk__in=left_out).aggregate(net=Sum("lid_excl_tax"), gross=Sum("lid_incl_tax"))
    lines = {name: amount - (given[name] or Decimal(0)) for name, amount in lines.items()}
    writing.cancelled_in_part(
        order_id=parcel.payer.pk,
        part=parcel.number,
        currency=parcel.currency,
        net=lines["net"],
        tax=lines["gross"] - lines["net"],
        shipping_net=parcel.shipping_excl_tax,
        shipping_tax=parcel.shipping_incl_tax - parcel.shipping_excl_tax,
    )


def give_back_excess(whole: Order, *, because: str) -> None:
    """After the commit the payer has back what was captured beyond `owed`. What is only authorised is captured less, later."""
    if Attempt.objects.filter(order=whole, state=AttemptState.CAPTURED).exists():
        posting.post("payment.give_back_excess", key=f"give-back-excess:{because}", order_id=whole.pk)

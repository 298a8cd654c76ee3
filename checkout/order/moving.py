"""Moving an order along its table: once, by compare-and-set, with who and why in the log."""

from django.db import transaction

from services.foundation.refusal import Refusal

from .models import Order, OrderStatusChange


class CannotMove(Refusal):
    """Facts: number, state (where it is), to."""

    code = "cannot-move"

    def sentence(self) -> str:
        from django.utils.translation import gettext as _

        from .states import OrderState

        return _("Order %(number)s is “%(state)s” now; this step is not possible any more.") % {
            "number": self.facts["number"],
            "state": OrderState(self.facts["state"]).label,
        }


def lock(order_id: int) -> Order:
    """The order's row, locked until the transaction ends. Of a parcel the whole is locked before it.

    Every act that locks an order takes its lock here, so that two of them never wait for each other in a circle.
    """
    whole_id = Order.objects.values_list("whole_id", flat=True).get(pk=order_id)
    whole = Order.objects.select_for_update(of=("self",)).get(pk=whole_id) if whole_id else None
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    if whole is not None:
        order.whole = whole
    return order


@transaction.atomic
def move(order: Order, to: str, *, by_id: int | None = None, by_words: str = "house", reason: str = "") -> None:
    """Move the order. Raises CannotMove when the table forbids it or someone else moved it meanwhile."""
    before = order.status
    moved = to in order.moves and Order.objects.filter(pk=order.pk, status=before).update(status=to)
    if not moved:
        now_at = Order.objects.values_list("status", flat=True).get(pk=order.pk)
        raise CannotMove(number=order.number, state=now_at, to=to)
    OrderStatusChange.objects.create(order=order, old_status=before, new_status=to, by_id=by_id, by_words=by_words, reason=reason)
    order.status = to

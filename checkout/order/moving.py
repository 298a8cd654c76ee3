"""Moving an order along its table: once, by compare-and-set, with who and why in the log."""

from django.db import transaction

from services.foundation.refusal import Refusal

from .models import Order, OrderStatusChange
from .states import MOVES


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


@transaction.atomic
def move(order: Order, to: str, *, by_id: int | None = None, by_words: str = "house", reason: str = "") -> None:
    """Move the order. Raises CannotMove when the table forbids it or someone else moved it meanwhile."""
    before = order.status
    moved = to in MOVES[before] and Order.objects.filter(pk=order.pk, status=before).update(status=to)
    if not moved:
        now_at = Order.objects.values_list("status", flat=True).get(pk=order.pk)
        raise CannotMove(number=order.number, state=now_at, to=to)
    OrderStatusChange.objects.create(order=order, old_status=before, new_status=to, by_id=by_id, by_words=by_words, reason=reason)
    order.status = to

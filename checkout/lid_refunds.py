"""What words on a lid cost goes back when they are left out in time, as every refund does (`refunds.asking`)."""

from datetime import datetime

from .order.models import Line, Order
from .order.states import OrderState
from .refunds import asking
from .refunds.reckoning import Wish
from .refunds.states import RefundKind
from .refusals import PayFirst


def take_off(order: Order, line: Line, *, by_id: int | None, by_words: str, now: datetime) -> None:
    """Give the price of the words back, off the order's price, its plan and its invoice. The order is locked.

    Raises PayFirst while nothing was paid, or what `asking.ask` raises; then nothing has changed.
    """
    if not line.lid_incl_tax:
        return
    if OrderState.AWAITING_PAYMENT in (order.status, order.payer.status):
        raise PayFirst()  # the provider's page asks for the sum that was agreed
    wish = Wish(str(RefundKind.ENGRAVING), amount=line.lid_incl_tax)
    asking.ask(order.payer, wish, by_id=by_id, by_words=by_words, now=now)

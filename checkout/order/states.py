"""The states of an order and every move between them. Anything not in the table cannot happen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    AWAITING_PAYMENT = "awaiting payment", _("Awaiting payment")
    AWAITING_RECIPIENT = "awaiting recipient", _("Waiting for the recipient")
    AWAITING_BALANCE = "awaiting balance", _("Waiting for the balance")
    UNDER_REVIEW = "under review", _("Under review")
    CONFIRMED = "confirmed", _("Confirmed")
    IN_ATELIER = "in atelier", _("In the atelier")
    READY_TO_PACK = "ready to pack", _("Ready to pack")
    PACKED = "packed", _("Packed")
    DISPATCHED = "dispatched", _("On its way")
    HANDED_OVER = "handed over", _("Handed over")
    CANCELLED = "cancelled", _("Cancelled")
    LAPSED = "lapsed", _("Lapsed")


S = OrderState
#: Each state and where it may go. Only a confirmed order is held back for review: an unpaid one lapses by itself. A gift by link
#: is paid before anybody knows where it goes: it waits for its recipient, and its order is confirmed by him. One of which
#: a deposit is paid waits for its balance: its pieces are kept, and nothing is engraved or packed.
MOVES: dict[str, frozenset[str]] = {
    S.AWAITING_PAYMENT: frozenset({S.CONFIRMED, S.AWAITING_RECIPIENT, S.AWAITING_BALANCE, S.CANCELLED, S.LAPSED}),
    S.AWAITING_BALANCE: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.AWAITING_RECIPIENT: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.UNDER_REVIEW: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.CONFIRMED: frozenset({S.IN_ATELIER, S.READY_TO_PACK, S.PACKED, S.CANCELLED, S.UNDER_REVIEW}),
    S.IN_ATELIER: frozenset({S.READY_TO_PACK}),
    S.READY_TO_PACK: frozenset({S.PACKED, S.IN_ATELIER, S.CANCELLED}),
    S.PACKED: frozenset({S.DISPATCHED, S.READY_TO_PACK, S.CANCELLED}),
    S.DISPATCHED: frozenset({S.HANDED_OVER}),
    S.HANDED_OVER: frozenset(),
    S.CANCELLED: frozenset(),
    S.LAPSED: frozenset(),
}
#: An order with several recipients follows its parcels: it is on its way when the last of them is, and so on.
WHOLE_MOVES: dict[str, frozenset[str]] = dict.fromkeys(OrderState.values, frozenset()) | {
    S.AWAITING_PAYMENT: frozenset({S.CONFIRMED, S.CANCELLED, S.LAPSED}),
    S.CONFIRMED: frozenset({S.UNDER_REVIEW, S.DISPATCHED, S.CANCELLED}),
    S.UNDER_REVIEW: frozenset({S.CONFIRMED, S.CANCELLED}),
    S.DISPATCHED: frozenset({S.HANDED_OVER}),
}


class SizerState(models.TextChoices):
    TO_SEND = "to send", _("To be sent")
    SENT = "sent", _("With the client")
    CONFIRMED = "confirmed", _("Size confirmed")
    CANCELLED = "cancelled", _("No longer needed")


#: A sizer on its way: sent again when it was lost; a client who knows his size confirms it before it is sent.
SIZER_MOVES: dict[str, frozenset[str]] = {
    SizerState.TO_SEND: frozenset({SizerState.SENT, SizerState.CONFIRMED, SizerState.CANCELLED}),
    SizerState.SENT: frozenset({SizerState.TO_SEND, SizerState.CONFIRMED, SizerState.CANCELLED}),
    SizerState.CONFIRMED: frozenset(),
    SizerState.CANCELLED: frozenset(),
}
#: Until the bench takes the work up, client and staff can still cancel; staff until it leaves, where nothing was engraved.
CANCELLABLE = frozenset({S.AWAITING_PAYMENT, S.AWAITING_RECIPIENT, S.AWAITING_BALANCE, S.UNDER_REVIEW, S.CONFIRMED})
CANCELLABLE_BY_STAFF = CANCELLABLE | {S.READY_TO_PACK, S.PACKED}
#: It has ended without the client having anything.
OVER = frozenset({S.CANCELLED, S.LAPSED})
#: The order stands: it is paid, authorised or agreed.
STANDING = frozenset(
    {S.AWAITING_RECIPIENT, S.AWAITING_BALANCE, S.CONFIRMED, S.IN_ATELIER, S.READY_TO_PACK, S.PACKED, S.DISPATCHED, S.HANDED_OVER}
)
#: Until the packing scan the client can still change recipient, address, day and card (see `checkout.changing`). What the house
#: is checking stays as it was checked.
CHANGEABLE = frozenset({S.AWAITING_PAYMENT, S.CONFIRMED, S.IN_ATELIER, S.READY_TO_PACK})

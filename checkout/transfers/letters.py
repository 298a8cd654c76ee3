"""Letters about money by bank."""

from django.utils.translation import gettext as _

from checkout import letters
from checkout.order.models import Order
from checkout.order.states import OrderState
from services.foundation.regions.links import absolute, storefront

from . import showing
from .models import Overpayment


def pro_forma_link(order: Order) -> str:
    """The signed link of the pro-forma invoice."""
    address = absolute("order-pro-forma", region=order.region_code, language=order.language, args=(order.number,))
    return f"{address}?key={order.access_key}"


def awaited(order_id: int, why: str) -> None:
    """Where to transfer what: when it is ordered ("asked"), when a part has come ("part"), before the end ("reminder").

    Not sent when all has come, or the order has ended, meanwhile.
    """
    order = Order.objects.select_related("user").get(pk=order_id)
    found = showing.of(order)
    if found is None or order.status != OrderState.AWAITING_PAYMENT or not found.remaining:
        return
    with storefront(order.region_code, order.language):
        facts = {"number": order.number}
        subject = {
            "asked": _("Your order %(number)s: our account and your reference"),
            "part": _("A part of your transfer has arrived: order %(number)s"),
            "reminder": _("We wait for your transfer: order %(number)s"),
        }[why] % facts
        move = f"{why}.{found.received.normalize():f}"
        letters.send(order, "transfer", subject, awaited=found, why=why, move=move, pro_forma_link=pro_forma_link(order))


def sent_back(overpayment_id: int) -> None:
    """Money that an order did not need has left for the client's account."""
    found = Overpayment.objects.select_related("order__user").get(pk=overpayment_id)
    order = found.order
    with storefront(order.region_code, order.language):
        subject = _("We have sent money back to you: order %(number)s") % {"number": order.number}
        account = f"•••• {found.payee_account[-4:]}"
        letters.send(order, "transfer_back", subject, overpayment=found, account=account, move=str(found.pk))

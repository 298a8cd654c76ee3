"""Telling a client with an order that his second pair of eyes has answered.

What a stranger wrote is read on the order's page only: nobody's words but the house's go out in the house's name.
"""

from django.utils.translation import gettext as _

from services.engraving.models import Answer, SecondLook
from services.foundation import letters
from services.foundation.contacts.senders import sender
from services.foundation.house import house
from services.foundation.outbox.posting import handles
from services.foundation.regions.links import storefront
from services.foundation.regions.roster import all_regions

from .letters import order_link


@handles("letter.second_look")
def answered(look_id: int) -> None:
    """To the client of an order; a look that was taken back meanwhile tells nothing."""
    looks = SecondLook.objects.select_related("inscription__order_line__order")
    look = looks.filter(pk=look_id, inscription__order_line__isnull=False).first()
    if look is None:
        return
    line = look.inscription.order_line
    order, approves = line.order, look.answer == Answer.APPROVED
    with storefront(order.region_code, order.language):
        if approves:
            subject = _("Your engraving was approved: order %(number)s") % {"number": order.payer.number}
        else:
            subject = _("Please look at your engraving again: order %(number)s") % {"number": order.payer.number}
        if not order.email:
            sender().send(order.contact_mobile, f"{house().name} {subject} {order_link(order)}")
            return
        letters.send(
            "second_look",
            to=order.email,
            subject=subject,
            about=f"second-look.{look.pk}.{look.times}.{order.number}",
            language=order.language,
            context={
                "order": order,
                "title": line.title,
                "approves": approves,
                "region": all_regions()[order.region_code],
                "link": order_link(order),
            },
        )

"""The packing slip of an order, in its client's language."""

from django.utils.translation import gettext as _

from services.foundation.regions.links import storefront
from services.gifting import slip

from .order.models import Order
from .order.reading import read


def pdf_of(order: Order) -> bytes:
    """The slip as PDF bytes. It carries no price, tax or total: the Slip has no field for money."""
    view = read(order)
    with storefront(order.region_code, order.language):
        lines = tuple(
            slip.SlipLine(
                title=item.line.title,
                variant=item.line.variant_words,
                quantity=item.line.quantity,
                engraving=item.inscription.text if item.inscription else "",
                proof_svg=item.inscription.proof_svg if item.inscription else "",
                card=item.wrapping.card_text if item.wrapping else "",
            )
            for item in view.lines
        )
        words = {
            "for": _("For %(name)s") % {"name": view.address.name if view.address else ""},
            "engraving": _("Engraving"),
            "card": _("Card"),
            "thanks": _("With our compliments"),
        }
        return slip.pdf(
            slip.Slip(
                number=order.number,
                title=_("Packing slip %(number)s") % {"number": order.number},
                lines=lines,
                words=words,
                language=order.language,
            )
        )

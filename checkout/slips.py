"""The papers of a parcel, in the client's language: slip, card and label. None of them has a field for money."""

from pathlib import Path

from django.utils.translation import gettext as _

from services.foundation import printing, scanning
from services.foundation.regions.links import storefront
from services.foundation.regions.roster import all_regions
from services.gifting import card, slip
from services.gifting.models import Wrapping

from .order.models import Order, Sizer
from .order.reading import read
from .packing import bench

_LABEL = Path(__file__).with_name("label.typ")


def pdf_of(order: Order) -> bytes:
    """The slip as PDF bytes. It carries no price, tax or total: the Slip has no field for money."""
    view = read(order, for_house=True)
    with storefront(order.region_code, order.language):
        lines = tuple(
            slip.SlipLine(
                title=item.line.title,
                variant=item.line.variant_words,
                quantity=item.line.quantity,
                engraving=item.inscription.text if item.inscription else "",
                proof_svg=item.inscription.proof_svg if item.inscription else "",
                card=item.wrapping.card_text if item.wrapping else "",
                signed=item.wrapping.card_from if item.wrapping else "",
                lid=item.lid.text if item.lid else "",
                lid_svg=item.lid.proof_svg if item.lid else "",
            )
            for item in view.lines
        )
        words = {
            "for": _("For %(name)s") % {"name": view.address.name if view.address else ""},
            "engraving": _("Engraving"),
            "lid": _("On the lid of the box"),
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
                code=bench.slip_code(order),
            )
        )


def card_of(order: Order, kept: Wrapping) -> bytes:
    """One message card at its size, as the client saw it; on its back the code of just these words."""
    with storefront(order.region_code, order.language):
        return card.pdf(kept.card, language=order.language, code=bench.card_code(order, kept))


def sizer_label_of(sizer: Sizer) -> bytes:
    """The label of a sizer that travels before its piece: to the same address, under its own code."""
    return _label(sizer.line.order, sizer.code, _("Sizer %(code)s"))


def label_of(order: Order) -> bytes:
    """The label of the outer parcel, A6: who receives it and where, who sends it, and nothing of what is inside."""
    return _label(order, order.number, _("Label %(code)s"))


def _label(order: Order, code: str, title: str) -> bytes:
    view = read(order, for_house=True)
    with storefront(order.region_code, order.language):
        to, region = view.address, all_regions()[order.region_code]
        data = {
            "to": [to.name, *view.address_lines] if to else [""],
            "mobile": to.mobile if to else "",
            "sender": [region.seller_name, *region.seller_address.splitlines()],
            "from": _("Sender"),
            "number": code,
            "bars": scanning.code39(code),
        }
        return printing.pdf(_LABEL, data, title=title % {"code": code}, language=order.language, paper="a6")

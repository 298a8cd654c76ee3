"""Letters about an order, in the client's language, HTML and plain text, sent by the worker."""

from datetime import date

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from services.deferred.models import Part
from services.engraving import proof
from services.engraving.models import Inscription
from services.foundation import letters
from services.foundation.contacts.senders import sender
from services.foundation.formats import day_words
from services.foundation.house import house
from services.foundation.regions.links import absolute, storefront
from services.foundation.regions.roster import all_regions

from .order.models import ChangeKind, Line, Order, OrderChange, Sizer
from .order.reading import read
from .order.states import SizerState


def order_link(order: Order) -> str:
    """The signed link with which a guest opens his order."""
    return _signed("order", order)


def receipt_link(order: Order) -> str:
    """The signed link of the order's receipt."""
    return _signed("order-receipt", order)


def _signed(name: str, order: Order) -> str:
    payer = order.payer  # of a parcel the payer gets the letters, and its own number is its recipient's
    address = absolute(name, region=order.region_code, language=order.language, args=(payer.number,))
    return f"{address}?key={payer.access_key}"


def send(order: Order, name: str, subject: str, *, with_proofs: bool = False, **more: object) -> None:
    """Write a letter about an order to its client, in the active language; by mobile where he gave no address."""
    if not order.email:
        sender().send(order.contact_mobile, f"{house().name} {subject} {order_link(order)}")
        return
    view, region = read(order), all_regions()[order.region_code]
    proofs = [each.inscription for line in view.lines for each in line.surfaces] if with_proofs else []
    with timezone.override(region.time_zone):
        letters.send(
            name,
            to=order.email,
            subject=subject,
            about=f"{_about(name, more)}.{order.number}",
            language=order.language,
            context={
                "view": view,
                "order": order,
                "region": region,
                "link": order_link(order),
                "receipt_link": receipt_link(order),
                "with_proofs": with_proofs,
                **more,
            },
            pictures={f"proof-{kept.pk}": _proof(kept.proof_svg) for kept in proofs},
        )


def _proof(svg: str) -> bytes:
    """The proof as a picture in the house's ink on its paper."""
    colours = house().colours
    return proof.png(svg, width_px=880, colour=colours["ink"], paper=colours["paper"])


def _about(name: str, more: dict[str, object]) -> str:
    part, change = more.get("part"), more.get("change")
    if isinstance(part, Part):
        return f"{name}.{part.number}.{more.get('reminder', part.tries)}"
    if isinstance(change, OrderChange):
        return f"{name}.{change.pk}"
    return f"{name}.{more['move']}" if "move" in more else name


def _letter(order_id: int, name: str, subject: str, *, parcel: str = "", with_proofs: bool = False) -> None:
    """A letter about an order; ``parcel``: its subject where it is about one of several parcels."""
    order = Order.objects.get(pk=order_id)
    subject = parcel if parcel and order.is_parcel else subject
    with storefront(order.region_code, order.language):
        send(order, name, _(subject) % {"number": order.payer.number}, with_proofs=with_proofs)


def gettext_noop(text: str) -> str:
    return text


def confirmed(order_id: int) -> None:
    """The order stands."""
    _letter(order_id, "confirmed", gettext_noop("Thank you: your order %(number)s is confirmed"), with_proofs=True)


def cancelled(order_id: int) -> None:
    """It, or one parcel of it, was cancelled, and the money is on its way back."""
    parcel = gettext_noop("A parcel of your order %(number)s is cancelled")
    _letter(order_id, "cancelled", gettext_noop("Your order %(number)s is cancelled"), parcel=parcel)


def lapsed(order_id: int) -> None:
    """Nobody paid in time; nothing was charged."""
    _letter(order_id, "lapsed", gettext_noop("Your order %(number)s has lapsed"))


def dispatched(order_id: int) -> None:
    """It is on its way."""
    parcel = gettext_noop("A parcel of your order %(number)s is on its way")
    _letter(order_id, "dispatched", gettext_noop("Your order %(number)s is on its way"), parcel=parcel)


def changed(change_id: int) -> None:
    """The client changed something himself: what it was and what it is, and what to do if it was somebody else."""
    change = OrderChange.objects.select_related("order", "line").get(pk=change_id)
    order = change.order
    with storefront(order.region_code, order.language):
        subject = _("Your order %(number)s was changed") % {"number": order.payer.number}
        send(order, "changed", subject, with_proofs=change.kind == ChangeKind.ENGRAVING, change=change)


def remade(order_id: int, job_id: int, move_id: int, before: str, waits: bool) -> None:
    """The engraving failed: made anew, with the day where it moved; or, while there is no other piece, the choice."""
    order, line = Order.objects.get(pk=order_id), Line.objects.get(inscription__job=job_id)
    is_lid = Inscription.objects.get(job=job_id).is_lid
    with storefront(order.region_code, order.language):
        subject = _("We begin your engraving anew: order %(number)s") % {"number": order.payer.number}
        facts = {"line": line, "is_lid": is_lid, "before": date.fromisoformat(before) if before else None}
        send(order, "remade", subject, waits=waits, move=move_id, **facts)


def promised_anew(change_id: int) -> None:
    """The house cannot keep the day it promised."""
    change = OrderChange.objects.select_related("order").get(pk=change_id)
    order, before = change.order, date.fromisoformat(change.before["promise"])
    with storefront(order.region_code, order.language):
        subject = _("A new day for your order %(number)s") % {"number": order.payer.number}
        send(order, "promised_anew", subject, before=before, change=change)


def sized(change_id: int) -> None:
    """The size is confirmed: what it is, how the engraving looks in it, and the day that is promised now."""
    change = OrderChange.objects.select_related("order", "line").get(pk=change_id)
    order = change.order
    with storefront(order.region_code, order.language):
        subject = _("Your size is confirmed: order %(number)s") % {"number": order.number}
        send(order, "sized", subject, with_proofs=True, change=change, size=change.after["size"])


def sizer_sent(sizer_id: int) -> None:
    """The sizer is on its way; how the size is confirmed."""
    _sizer_letter(sizer_id, gettext_noop("Your sizer is on its way: order %(number)s"), 0)


def size_asked(sizer_id: int, number: int) -> None:
    """A reminder. Not sent when the size was confirmed meanwhile."""
    _sizer_letter(sizer_id, gettext_noop("We wait for your size: order %(number)s"), number)


def _sizer_letter(sizer_id: int, subject: str, reminder: int) -> None:
    sizer = Sizer.objects.select_related("line__order").get(pk=sizer_id)
    if sizer.state != SizerState.SENT:
        return
    order = sizer.line.order
    with storefront(order.region_code, order.language):
        address = absolute("order-size", region=order.region_code, language=order.language, args=(order.number, sizer.line_id))
        facts = {"line": sizer.line, "reminder": reminder, "size_link": f"{address}?key={order.access_key}"}
        send(order, "sizer", _(subject) % {"number": order.number}, move=f"{sizer.code}.{reminder}", **facts)


def size_missing(sizer_id: int) -> None:
    """To the advisers, in the house's first language: a client has not answered for weeks. The order goes on waiting."""
    sizer = Sizer.objects.select_related("line__order").get(pk=sizer_id)
    if sizer.state != SizerState.SENT or sizer.sent_at is None:
        return
    with translation.override(house().first_language):
        facts = {"number": sizer.line.order.number, "title": sizer.line.title, "day": day_words(sizer.sent_at)}
        subject = _("No size yet for order %(number)s") % facts
        words = _(
            "The client of order %(number)s (%(title)s) has had a sizer since %(day)s and has not confirmed the size. "
            "Please speak with the client. Nothing is engraved until the size is confirmed; the order can still be cancelled."
        )
        link = settings.SITE_URL + reverse("sizers", "flagship.urls")
        send_mail(subject, f"{words % facts}\n\n{link}\n", house().mail_from, [house().adviser_email])

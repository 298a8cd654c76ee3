"""Telling a client of a document: a letter with its signed link, or a message where there is no e-mail address."""

from django.utils.translation import gettext as _

from checkout import letters
from services.foundation.regions.links import absolute, storefront

from .models import Document, DocumentKind


def link(document: Document) -> str:
    """The signed link of a document."""
    order = document.order
    address = absolute("order-document", region=order.region_code, language=order.language, args=(order.number, document.name))
    return f"{address}?key={order.access_key}"


def send(document_id: int, *, again: int = 0) -> None:
    """Write to the client. ``again``: which of staff’s wishes to send it again, so that each letter is its own."""
    document = Document.objects.select_related("order__user").get(pk=document_id)
    order = document.order
    with storefront(order.region_code, order.language):
        facts = {"document": document.name, "number": order.number}
        if document.kind == DocumentKind.INVOICE:
            subject = _("Your invoice %(document)s for order %(number)s") % facts
        else:
            subject = _("Your credit note %(document)s for order %(number)s") % facts
        more = {"document": document, "document_link": link(document), "move": f"{document.name}.{again}"}
        letters.send(order, "document", subject, **more)

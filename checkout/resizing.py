"""A line in another size than it was ordered in, at the price that was paid."""

from django.utils import translation

from catalog.models import Product

from .basket.contents import variant_words
from .order.models import Line, Order


def rewrite(order: Order, line: Line, new: Product) -> None:
    """The line says the size that was chosen; its amounts stand. The piece itself was claimed before."""
    record = new.stockrecords.select_related("partner").first()
    with translation.override(order.language):
        line.variant_words = variant_words(new)
    line.product, line.upc = new, new.upc or new.piece.upc
    fields = ["product", "upc", "variant_words"]
    if record:
        line.stockrecord, line.partner_sku = record, record.partner_sku
        line.partner, line.partner_name = record.partner, record.partner.name
        fields += ["stockrecord", "partner", "partner_name", "partner_sku"]
    line.save(update_fields=fields)

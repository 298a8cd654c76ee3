"""What a piece's page tells search engines, as schema.org says it (JSON-LD). Pure: everything has been read already."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from services.foundation.house import house
from services.foundation.regions.models import Region
from services.foundation.units.availability import Reason

from .models import Category, Picture, Product
from .offering import Offer

Facts = dict[str, Any]
#: What schema.org calls our reasons; a piece in another's bag may come free, one that opens later cannot be ordered yet.
_AVAILABILITY = {
    Reason.AVAILABLE: "InStock",
    Reason.MADE_TO_ORDER: "MadeToOrder",
    Reason.HELD_BY_OTHERS: "LimitedAvailability",
    Reason.SOLD_OUT: "SoldOut",
}


def of_piece(piece: Product, offers: Sequence[tuple[Product, Offer]], *, region: Region, pictures: list[Picture]) -> Facts:
    """A piece: as a ProductGroup with each variant that is offered in the region, or as the one Product there is.

    ``offers``: its variants, each beside what is offered of it.
    """
    sold = [(variant, offer) for variant, offer in offers if offer.price is not None]
    common: Facts = {
        "name": piece.title,
        "description": piece.description,
        "url": _address("piece", piece.slug),
        "brand": {"@type": "Brand", "name": house().name},
    }
    if len(offers) == 1 or not sold:
        return common | _product(piece, *offers[0], region=region, pictures=pictures)
    return common | {
        "@type": "ProductGroup",
        "productGroupID": piece.upc,
        "image": [picture.address for picture in pictures if picture.address],
        "variesBy": [
            f"https://schema.org/{axis}"
            for axis, values in (
                ("material", {variant.metal_id for variant, _offer in offers}),
                ("size", {variant.size for variant, _offer in offers}),
            )
            if len(values) > 1
        ],
        "hasVariant": [
            {"name": _name(piece, variant)} | _product(piece, variant, offer, region=region, pictures=pictures)
            for variant, offer in sold
        ],
    }


def _product(piece: Product, variant: Product, offer: Offer, *, region: Region, pictures: list[Picture]) -> Facts:
    shown = [p for p in pictures if p.metal_id == variant.metal_id] or [p for p in pictures if p.metal_id is None] or pictures
    address = _address("piece", piece.slug)
    if chosen := {name: value for name, value in (("metal", variant.metal_id), ("size", variant.size)) if value}:
        address += "?" + urlencode(chosen)
    facts: Facts = {
        "@type": "Product",
        "sku": variant.upc,
        "material": str(variant.metal) if variant.metal_id else piece.material_line,
    }
    if variant.size:
        facts["size"] = variant.size
    if shown and shown[0].address:
        facts["image"] = shown[0].address
    if offer.price is not None:
        facts["offers"] = {
            "@type": "Offer",
            "url": address,
            "price": str(offer.price),
            "priceCurrency": region.currency,
            "availability": f"https://schema.org/{_AVAILABILITY.get(offer.reason, 'OutOfStock')}",
            "itemCondition": "https://schema.org/NewCondition",
            "eligibleRegion": list(region.countries),
            "seller": {"@type": "Organization", "name": region.seller_name},
        }
    return facts


def _name(piece: Product, variant: Product) -> str:
    return " ".join(word for word in (piece.title, str(variant.metal or ""), variant.size) if word)


def way_to(*, collection: Category | None = None, piece: Product | None = None) -> Facts:
    """The way from the house's door to this page (BreadcrumbList): home, all pieces, the collection, the piece."""
    steps = [(house().name, _address("home")), (_("Pieces"), _address("listing"))]
    if collection:
        steps.append((collection.name, _address("collection", collection.slug)))
    if piece:
        steps.append((piece.title, _address("piece", piece.slug)))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(steps, 1)
        ],
    }


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)

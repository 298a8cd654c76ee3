"""Listing, collection, piece and search pages."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from services.deferred import agreeing
from services.delivery import promising
from services.engraving import faces
from services.foundation.house import house
from services.foundation.regions.models import Region
from services.foundation.units import availability
from services.foundation.units.availability import Reason
from services.launches import opening

from . import crafts, filtering, sizing
from .models import Category, Picture, Product
from .partner.pricing import prices_of
from .search import finding
from .showing import cards, piece_with_all, public_pieces, reason_of

A_PAGE = 24


def listing(request: HttpRequest) -> HttpResponse:
    """All pieces, with filters that combine and stay in the address."""
    everything = cards(public_pieces().select_related("product_class"), region=request.region, now=request.now)
    return _listing(request, everything, {"page_title": "pieces"})


def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """One collection with its story."""
    found = Category.objects.filter(slug=slug, is_public=True).first()
    if found is None:
        raise Http404
    pieces = public_pieces().select_related("product_class").filter(categories=found)
    everything = cards(pieces, region=request.region, now=request.now)
    return _listing(request, everything, {"collection": found})


def _listing(request: HttpRequest, everything: list, extra: dict) -> HttpResponse:
    filters = filtering.read(request.GET)
    shown = filtering.apply(everything, filters)
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    families = {m.family for card in everything for m in card.metals}
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page": page,
        "filters": filters,
        "families": sorted(families),
        "kinds": sorted({c.piece.product_class for c in everything if c.piece.product_class}, key=lambda k: k.name),
        "sizes": sorted({size for c in everything for size in c.sizes}, key=lambda size: (len(size), size)),
        "stones": sorted({c.piece.stone for c in everything if c.piece.stone}),
        "query": kept.urlencode(),
        **extra,
    }
    return render(request, "catalog/listing.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """Pieces found by words in any language."""
    asked = request.GET.get("q", "").strip()[:100]
    ids = finding.find(asked) if asked else []
    order = {pk: n for n, pk in enumerate(ids)}
    pieces = sorted(public_pieces().filter(pk__in=ids), key=lambda p: order[p.pk])
    found = cards(pieces, region=request.region, now=request.now)
    collections = Category.objects.filter(depth=1, is_public=True) if not found else []
    return render(request, "catalog/search.html", {"asked": asked, "found": found, "collections": collections})


def piece(request: HttpRequest, slug: str) -> HttpResponse:
    """One piece: pictures, variants, crafts, date, price, and what a client can do."""
    found = piece_with_all(slug)
    if found is None:
        raise Http404
    variants = list(found.children.all())
    size = request.GET.get("size")
    if size is None and any(v.size for v in variants):
        size = sizing.mine(request.user, found.product_class_id)
    chosen = choose(variants, request.GET.get("metal", ""), size)
    if chosen is None:
        raise Http404
    region, now = request.region, request.now
    prices = prices_of([v.pk for v in variants], region_code=region.code, now=now)
    to_order = frozenset(v.pk for v in variants if found.made_to_order_weeks)
    free = availability.of_variants([v.pk for v in variants], made_to_order=to_order)
    launch = opening.of_pieces([found.pk]).get(found.pk)
    kept = crafts.kept(request, found.slug)
    price = prices.get(chosen.pk)
    zones = list(found.engraving_zones.all())
    local_day = now.astimezone(region.time_zone).date()
    plan, plan_refusal = None, None
    if price and "instalments" in region.payment_methods:
        try:
            plan = agreeing.offer(region_code=region.code, total=price, currency=region.currency, first=local_day)
        except agreeing.NotEligible as no:
            plan_refusal = no
    weeks = 0 if free[chosen.pk].free else (found.made_to_order_weeks or 0)
    promise = promising.promise(
        region_code=region.code,
        zone=region.time_zone,
        country=region.countries[0],
        subdivision="",
        bench_days=(zones[0].work_days if kept.engraving and zones else 0) + weeks * 5,
        now=now,
    )
    # What the client chose, and views that show no metal; when the metal has no picture of its own, whatever there is.
    everything = list(found.pictures.all())
    pictures = [p for p in everything if p.metal_id in (chosen.metal_id, None)] or everything
    reason = reason_of([free[chosen.pk]], launch, now)
    shared = share_picture(pictures)
    context = {
        "share": shared,
        "facts": facts_of(found, chosen, price=price, region=region, reason=reason, picture=shared),
        "piece": found,
        "pictures": pictures,
        "chosen": chosen,
        "metals": list({v.metal_id: v.metal for v in variants}.values()),
        "sizes": [(v, free[v.pk].reason) for v in variants if v.metal_id == chosen.metal_id],
        "elsewhere_free": any(free[v.pk].can_be_bought for v in variants),
        "price": price,
        "reason": reason,
        "launch": launch,
        "zone": zones[0] if zones else None,
        "kept": kept,
        "faces": faces.FACES,
        "said": house().texts,
        "plan": plan,
        "plan_refusal": plan_refusal,
        "promise": promise,
        "collection": next(iter(found.categories.all()), None),
        "pairs": cards(public_pieces().filter(pk__in=found.pairs_with.all()), region=region, now=now),
    }
    return render(request, "catalog/piece.html", context)


#: What schema.org calls our reasons; a piece in another's bag may come free, one that opens later cannot be ordered yet.
_SCHEMA = {
    Reason.AVAILABLE: "InStock",
    Reason.MADE_TO_ORDER: "MadeToOrder",
    Reason.HELD_BY_OTHERS: "LimitedAvailability",
    Reason.SOLD_OUT: "SoldOut",
}


def share_picture(pictures: list[Picture]) -> str:
    """The address of the picture that is shown where the page is shared."""
    if not pictures:
        return ""
    return f"{settings.SITE_URL}{settings.MEDIA_URL}{pictures[0].stem}.{pictures[0].widths[-1]}.jpg"


def facts_of(
    piece: Product, chosen: Product, *, price: Decimal | None, region: Region, reason: Reason, picture: str
) -> dict[str, Any]:
    """A piece as schema.org's Product, with the offer that this region makes."""
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": piece.title,
        "description": piece.description,
        "sku": chosen.upc,
        "material": str(chosen.metal) if chosen.metal else piece.material_line,
        "brand": {"@type": "Brand", "name": house().name},
    }
    if picture:
        facts["image"] = picture
    if price is not None:
        facts["offers"] = {
            "@type": "Offer",
            "price": str(price),
            "priceCurrency": region.currency,
            "availability": f"https://schema.org/{_SCHEMA.get(reason, 'OutOfStock')}",
            "itemCondition": "https://schema.org/NewCondition",
            "seller": {"@type": "Organization", "name": region.seller_name},
        }
    return facts


def choose(variants: list[Product], metal: str, size: str | None) -> Product | None:
    """The variant an address names: its metal and size, else the first of the metal, else the first."""
    of_metal = [v for v in variants if v.metal_id == metal] or [
        v for v in variants if variants and v.metal_id == variants[0].metal_id
    ]
    return next((v for v in of_metal if v.size == size), of_metal[0] if of_metal else None)

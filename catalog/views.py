"""Listing, collection, piece and search pages."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from services.deferred import offers, wording
from services.deferred.eligibility import Want
from services.delivery import places
from services.delivery.places import Place
from services.engraving import reserving
from services.engraving.models import Zone
from services.engraving.refusals import BenchFull
from services.foundation.formats import listed
from services.foundation.house import house
from services.foundation.scheduling import shown_at
from services.launches import opening
from services.launches.models import Launch

from . import crafts, facts, filtering, leafing, offering, reaching, sizing, tiling
from .engraving_choices import zone_named
from .models import Category, Metal, Product
from .showing import Card, cards, piece_with_all, public_pieces

A_PAGE = 24


def listing(request: HttpRequest) -> HttpResponse:
    """All pieces, with filters that combine and stay in the address."""
    everything = cards(public_pieces(request.now).select_related("product_class"), region=request.region, now=request.now)
    return _listing(request, everything, {})


def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """One collection with its story."""
    found = Category.objects.filter(shown_at(request.now), slug=slug).first()
    if found is None:
        raise Http404
    pieces = public_pieces(request.now).select_related("product_class").filter(categories=found)
    everything = cards(pieces, region=request.region, now=request.now)
    return _listing(request, everything, {"collection": found})


def _listing(request: HttpRequest, everything: list[Card], extra: dict[str, Any]) -> HttpResponse:
    metals = sorted({m for card in everything for m in card.metals}, key=lambda m: (m.position, m.code))
    filters = filtering.read(request.GET).with_metals_of(metals)
    wish = reaching.read(request)
    passed = filtering.apply(everything, filters)
    passed = reaching.dated(passed, wish, region=request.region, engraved=filters.engravable, now=request.now)
    shown = filtering.sorted_by(reaching.in_time(passed, wish), filters.sort)
    leaf = leafing.leaf(request, shown, A_PAGE)
    page = leaf["page"]
    as_the_house_shows = not filters.count and filters.sort == "house" and not wish.narrows
    tiles = tiling.tiles_of(extra.get("collection"), now=request.now) if as_the_house_shows else []
    earliest = min((c.arrives for c in passed if c.arrives), default=None)
    count = filters.count + bool(wish.is_asked and wish.says and not wish.errors)
    context = {
        **leaf,
        "share": page.object_list[0].picture if page.object_list else None,
        "cells": tiling.placed(page.object_list, tiles, first=(page.number - 1) * A_PAGE),
        "filters": filters,
        "wish": wish,
        "set": count,
        "is_open": bool(count or wish.errors or filters.budget.error),
        "earliest": earliest,
        "earliest_address": leafing.question(request.GET, by=str(earliest)) if earliest else "",
        "remembered_address": leafing.question(request.GET, **wish.says) if wish.is_remembered else "",
        "places": places.offered(request.region),
        "named_days": reaching.named_days(request),
        "families": _by_family(metals),
        "kinds": sorted({c.piece.product_class for c in everything if c.piece.product_class}, key=lambda k: k.name),
        "sizes": sorted({size for c in everything for size in c.sizes}, key=lambda size: (len(size), size)),
        "stones": sorted({c.piece.stone for c in everything if c.piece.stone}),
        # One of endless ways to ask: it is not for search engines, which read the list itself (see sitemap.xml).
        "is_narrowed": not as_the_house_shows or wish.is_asked,
        "facts": [facts.way_to(collection=extra.get("collection"))],
        **extra,
    }
    return render(request, "catalog/listing.html", context)


def _by_family(metals: list[Metal]) -> list[tuple[str, list[Metal]]]:
    """The metals, in the house's order, under what they are kinds of."""
    found: dict[str, list[Metal]] = {}
    for metal in metals:
        found.setdefault(metal.family or metal.code, []).append(metal)
    return list(found.items())


def piece(request: HttpRequest, slug: str) -> HttpResponse:
    """One piece: pictures, variants, crafts, date, price, and what a client can do."""
    found = piece_with_all(slug, request.now)
    if found is None:
        raise Http404
    variants = list(found.children.all())
    size = request.GET.get("size")
    if size is None and any(v.size for v in variants):
        size = sizing.mine(request.user, found.product_class_id)
    region, now = request.region, request.now
    launches = opening.of_pieces([found.pk])
    launch = launches.get(found.pk)
    to_order = frozenset(v.pk for v in variants if found.made_to_order_weeks)
    offers = offering.of_variants(variants, to_order=to_order, launches=launches, region=region, now=now)
    offer = offering.named(list(offers.values()), metal=request.GET.get("metal", ""), size=size)
    if offer is None:
        raise Http404
    chosen = next(v for v in variants if v.pk == offer.variant_id)
    price = offer.price
    kept = crafts.kept(request, found.slug)
    zones = list(found.engraving_zones.all())
    zone = zone_named(zones, "", kept.engraving) if zones else None
    local_day = now.astimezone(region.time_zone).date()
    wish = reaching.read(request)
    way = reaching.way(region, wish.place, now=now)
    is_ready = offer.availability.free > 0
    engraving_days = zone.work_days if zone else 0
    opens = launch.opens_at if launch else now
    plain = way.promise(bench_days=reaching.bench_days(weeks=found.made_to_order_weeks, is_ready=is_ready), now=max(now, opens))
    engraved = None
    if zone and (kept.engraving or wish.by):  # only then does the page speak of it
        engraved = reaching.engraved_promise(
            way,
            bench=reserving.free_days(since=local_day),
            method=zone.method,
            bench_days=reaching.bench_days(weeks=found.made_to_order_weeks, is_ready=is_ready, engraving_days=engraving_days),
            now=max(now, opens),
        )
    # What the client chose, and views that show no metal; when the metal has no picture of its own, whatever there is.
    everything = list(found.pictures.all())
    pictures = [p for p in everything if p.metal_id in (chosen.metal_id, None)] or everything
    collection = next((c for c in found.categories.all() if c.is_public), None)
    promise = (engraved or plain) if kept.engraving else plain
    lid_zone = Zone.objects.filter(pk=kept.lid.zone_id).first() if kept.lid else None
    if lid_zone:
        lid_day = reaching.engraved_promise(
            way,
            bench=reserving.free_days(since=local_day),
            method=lid_zone.method,
            bench_days=lid_zone.work_days,
            now=max(now, opens),
        )
        promise = max(promise, lid_day or promise, key=lambda each: each.on)
    context = {
        "share": pictures[0] if pictures else None,
        "facts": [
            facts.of_piece(found, [(v, offers[v.pk]) for v in variants], region=region, pictures=everything),
            facts.way_to(collection=collection, piece=found),
        ],
        "piece": found,
        "pictures": pictures,
        "chosen": chosen,
        "metals": list({v.metal_id: v.metal for v in variants}.values()),
        "sizes": [(v, offers[v.pk].availability.reason) for v in variants if v.metal_id == chosen.metal_id],
        "elsewhere_free": any(o.can_be_had for o in offers.values()),
        "price": price,
        "price_before": offer.price_before,
        "reason": offer.reason,
        "launch": launch,
        "zone": zone,
        "engraving_places": listed([zone.name] if zone and kept.engraving else [each.name for each in zones]),
        "kept": kept,
        "has_sizer": bool(kept.engraving and chosen.size) and sizing.has_sizer(found),
        "said": house().texts,
        "pay_later": _pay_later(request, found, price, launch) if price else None,
        "promise": promise,
        "bench_full": BenchFull().sentence(),
        "plain": plain,
        "engraved": engraved,
        "wish": wish,
        "place": wish.place or Place(region.countries[0]),
        "places": places.offered(region),
        "named_days": reaching.named_days(request),
        "collection": collection,
        "pairs": cards(public_pieces(now).filter(pk__in=found.pairs_with.all()), region=region, now=now),
    }
    return render(request, "catalog/piece.html", context)


def _pay_later(request: HttpRequest, found: Product, price: Decimal, launch: Launch | None) -> dict[str, Any]:
    """How this client may pay this piece later, and why not otherwise: one line, and each way with its terms."""
    kinds = frozenset({found.product_class.slug} if found.product_class else ())
    want = Want(price, kinds=kinds, has_launch=launch is not None, has_others=launch is None)
    client_id = request.user.pk if request.user.is_authenticated else None
    can = offers.of(want, region=request.region, client_id=client_id, now=request.now) if offers.rules_of(request.region) else []
    not_here = offers.not_here(request.region)
    return {
        "line": wording.summary(can) if can else not_here.sentence() if not_here else "",
        "ways": [wording.said(offer) for offer in can],
    }

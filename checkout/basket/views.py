"""The bag: put in, change, take out, undo."""

import re
from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import crafts
from catalog.showing import public_pieces
from checkout import visits
from services.engraving import surfaces
from services.foundation.refusal import Refusal
from services.gifting import wrapping
from services.launches.refusals import SignInFirst

from . import bags, contents
from .models import Basket, Line
from .refusals import NotForSale

UNDO = "taken-out"


def bag(request: HttpRequest) -> HttpResponse:
    """The bag's page."""
    found = contents.of(bags.of_request(request), region=request.region, now=request.now)
    waiting = None if found.items else visits.unfinished(request)
    undo = request.session.pop(UNDO, None)
    return render(request, "checkout/bag.html", {"contents": found, "waiting": waiting, "undo": undo})


def _quantity(request: HttpRequest) -> int:
    """How many to put in: one, or what an undone line had."""
    typed = request.POST.get("quantity", "1")
    return max(1, int(typed)) if re.fullmatch(r"[0-9]{1,2}", typed) else 1


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a piece into the bag with what was kept for it."""
    piece = public_pieces(request.now).filter(slug=request.POST.get("piece", "")).first()
    if piece is None:  # withdrawn while its page stood open, or taken out of the bag and no longer there to be put back
        messages.error(request, NotForSale().sentence())
        return HttpResponseRedirect(reverse("bag"))
    variants = list(piece.children.filter(is_public=True).select_related("metal", "parent").order_by("position"))
    metal, size = request.POST.get("metal", ""), request.POST.get("size", "")
    variant = next((v for v in variants if (v.metal_id or "") == metal and v.size == size), None)
    if variant is None:
        messages.error(request, _("Please choose a metal and a size first."))
        return HttpResponseRedirect(reverse("piece", args=[piece.slug]) + "#order")
    chosen = urlencode({"metal": metal, "size": size})
    page = f"{reverse('piece', args=[piece.slug])}?{chosen}#order"
    wanted = crafts.kept(request, piece.slug)
    if wanted.engraving and "sizer_asked" in request.POST:
        wanted.engraving = replace(wanted.engraving, waits_for_size="sizer" in request.POST)
    try:
        bags.add(
            bags.open_for(request),
            variant,
            quantity=_quantity(request),
            engraving=wanted.engraving,
            gift=wanted.gift,
            lid=wanted.lid,
            buyer=bags.buyer_of(request),
            language=request.language,
            now=request.now,
        )
    except SignInFirst as no:
        messages.info(request, no.sentence())
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': page})}")
    except Refusal as no:
        messages.error(request, no.sentence())
        return HttpResponseRedirect(page)
    crafts.forget(request, piece.slug)
    messages.success(request, _("%(title)s is in your bag.") % {"title": piece.title})
    return HttpResponseRedirect(reverse("bag"))


def _remove(request: HttpRequest, own: Basket, reference: str) -> None:
    """Take a line out; its crafts are kept in the session, so that one button puts everything back."""
    lines = Line.objects.select_related(
        "product__parent", "wrapping__box", "wrapping__ribbon", "wrapping__paper", "wrapping__carrier"
    ).prefetch_related(surfaces.kept())
    gone = lines.filter(basket=own, line_reference=reference).first()
    packing = getattr(gone, "wrapping", None)
    stays = packing is not None and packing.guests.exists()  # its box, and the lid with it, stays with what lies in it
    try:
        if gone is None or not bags.remove(own, reference):
            return
    except Refusal as no:
        messages.error(request, no.sentence())
        return
    piece = gone.product.piece
    engraved = crafts.wish_of(gone.inscription), None if stays else crafts.wish_of(gone.lid_inscription)
    for craft, wish in zip(("engraving", "lid"), engraved, strict=True):
        if wish:
            crafts.keep(request, piece.slug, craft, wish)
    if packing:
        crafts.keep(request, piece.slug, "gift", wrapping.wish_of(packing))
    form = {"piece": piece.slug, "metal": gone.product.metal_id or "", "size": gone.product.size, "quantity": gone.quantity}
    request.session[UNDO] = {"title": piece.get_title(), "form": form}


@require_POST
def line(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a line's quantity or take it out."""
    own = bags.of_request(request)
    if own is not None and request.POST.get("act") == "remove":
        _remove(request, own, reference)
    elif own is not None:
        try:
            if request.POST.get("act") == "hold":
                bags.hold_again(own, reference, buyer=bags.buyer_of(request), now=request.now)
                return HttpResponseRedirect(reverse("bag"))
            if request.POST.get("act") in ("sizer", "no-sizer"):
                bags.change_sizer(own, reference, wanted=request.POST["act"] == "sizer")
                return HttpResponseRedirect(reverse("bag"))
            if request.POST.get("act") == "share":
                bags.share_box(own, reference, request.POST.get("host", ""))
                return HttpResponseRedirect(reverse("bag"))
            if request.POST.get("act") == "apart":
                bags.change_packing(own, reference, None)
                return HttpResponseRedirect(reverse("bag"))
            bags.change_quantity(own, reference, int(request.POST.get("quantity", "1")))
        except ValueError:
            messages.error(request, _("Please choose a number."))
        except Refusal as no:
            messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("bag"))

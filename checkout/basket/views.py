"""The bag: put in, change, take out, undo."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import crafts
from catalog.models import Product
from catalog.views import choose
from checkout import visits
from services.foundation.refusal import Refusal
from services.launches.refusals import SignInFirst

from . import bags, contents
from .models import Line


def bag(request: HttpRequest) -> HttpResponse:
    """The bag's page."""
    found = contents.of(bags.of_request(request), region=request.region, now=request.now)
    waiting = None if found.items else visits.unfinished(request)
    return render(request, "checkout/bag.html", {"contents": found, "waiting": waiting})


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Put a piece into the bag with what was kept for it."""
    piece = get_object_or_404(Product, slug=request.POST.get("piece", ""), parent=None, is_public=True)
    variants = list(piece.children.filter(is_public=True).select_related("metal", "parent").order_by("position"))
    variant = choose(variants, request.POST.get("metal", ""), request.POST.get("size"))
    page = reverse("piece", args=[piece.slug])
    if variant is None:
        return HttpResponseRedirect(page)
    wanted = crafts.kept(request, piece.slug)
    try:
        bags.add(
            bags.open_for(request),
            variant,
            quantity=1,
            engraving=wanted.engraving,
            gift=wanted.gift,
            buyer=bags.buyer_of(request),
            language=request.language,
            now=request.now,
        )
    except SignInFirst as no:
        messages.info(request, no.sentence())
        return HttpResponseRedirect(f"{reverse('sign-in')}?next={page}")
    except Refusal as no:
        messages.error(request, no.sentence())
        return HttpResponseRedirect(f"{page}?metal={variant.metal_id or ''}&size={variant.size}#order")
    crafts.forget(request, piece.slug)
    messages.success(request, _("%(title)s is in your bag.") % {"title": piece.title})
    return HttpResponseRedirect(reverse("bag"))


@require_POST
def line(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a line's quantity or take it out."""
    own = bags.of_request(request)
    if own is not None and request.POST.get("act") == "remove":
        gone = Line.objects.select_related("product__parent").filter(basket=own, line_reference=reference).first()
        if gone and bags.remove(own, reference):
            messages.info(request, _("%(title)s was taken out of your bag.") % {"title": gone.product.get_title()})
    elif own is not None:
        try:
            bags.change_quantity(own, reference, int(request.POST.get("quantity", "1")))
        except ValueError:
            messages.error(request, _("Please choose a number."))
        except Refusal as no:
            messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("bag"))

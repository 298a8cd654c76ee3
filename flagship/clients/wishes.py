"""The wish list's page, and the button on a piece. Guests have a list too: their session knows it until they sign in."""

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from services.foundation.refusal import Refusal

from . import wishing
from .models import Wish

#: What was taken off last, so that one button puts it back: {"title", "variant", "kept_at", "shown"}.
UNDO = "wish-taken-off"


def _list_address(request: HttpRequest) -> str:
    return reverse("account-wishes" if request.user.is_authenticated else "wishes")


def wishes(request: HttpRequest) -> HttpResponse:
    """The pieces somebody keeps in mind, the newest first."""
    found = wishing.read(wishing.owner_of(request), region=request.region, now=request.now)
    context = {"room": "wishes", "found": found, "undo": _undo_once(request)}
    return render(request, "clients/wishes.html", context)


def _undo_once(request: HttpRequest) -> dict | None:
    """What can be put back; offered once, and forgotten when the list is opened again."""
    undo = request.session.get(UNDO)
    if undo is None:
        return None
    if undo["shown"]:
        del request.session[UNDO]
        return None
    request.session[UNDO] = {**undo, "shown": True}
    return undo


@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """The quiet button on a piece: keep the chosen variant, or take it off; then the piece again."""
    slug, metal, size = (request.POST.get(name, "") for name in ("piece", "metal", "size"))
    variant = wishing.variant_named(slug, metal, size, now=request.now)
    if variant is None:
        messages.error(request, _("Please choose a metal and a size first."))
        return HttpResponseRedirect(_list_address(request))
    title = {"title": variant.piece.title}
    try:
        if request.POST.get("act") == "take-off":
            owner = wishing.owner_of(request)
            wishing.take_off(Wish.objects.filter(**owner, variant=variant) if owner else [])
            messages.info(request, _("%(title)s was taken off your wish list.") % title)
        else:
            wishing.keep(wishing.open_for(request), variant.pk, now=request.now)
            messages.success(request, _("%(title)s is in your wish list.") % title)
    except Refusal as no:
        messages.error(request, no.sentence())
    chosen = urlencode({"metal": metal, "size": size})
    return HttpResponseRedirect(f"{reverse('piece', args=[variant.piece.slug])}?{chosen}#order")


@require_POST
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one off one's own list, also a piece that is no longer offered."""
    owner = wishing.owner_of(request)
    found = Wish.objects.filter(**owner, pk=pk).select_related("variant__parent").first() if owner else None
    if found is None:
        raise Http404
    wishing.take_off([found])
    request.session[UNDO] = {
        "title": found.variant.piece.title,
        "variant": found.variant_id,
        "kept_at": found.kept_at.isoformat(),
        "shown": False,
    }
    return HttpResponseRedirect(_list_address(request))


@require_POST
def put_back(request: HttpRequest) -> HttpResponse:
    """Undo: what was taken off last stands in its old place again."""
    undo = request.session.pop(UNDO, None)
    if undo:
        try:
            wishing.keep(wishing.open_for(request), undo["variant"], now=datetime.fromisoformat(undo["kept_at"]))
        except Refusal as no:
            messages.error(request, no.sentence())
    return HttpResponseRedirect(_list_address(request))

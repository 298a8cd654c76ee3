"""The door of a gift by link: whose link it is, and the proof without which its pages say nothing.

Whoever has the link sees that a gift is waiting and for which contact, masked; all else after the code that goes to it. A session
that proved it is bound to this very link.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from services.foundation.contacts import proving
from services.foundation.refusal import Refusal
from services.foundation.regions.links import storefront
from services.foundation.regions.roster import all_regions
from services.foundation.visitors import network_key
from services.gifting import links
from services.gifting.models import GiftLink

from . import giving

SESSION_GIFTS = "gifts"
#: Where the recipient of a gift whose code was sent writes it.
SESSION_CODE_SENT = "gift-code-sent"


def gift_of(request: HttpRequest, secret: str) -> tuple[GiftLink, HttpResponse | None]:
    """The gift of a link, and the way to its own region when it was opened under another's address. Else 404."""
    found = links.find(secret)
    if found is None:
        raise Http404
    region = all_regions()[found.order.region_code]
    if request.region.code == region.code:
        return found, None
    language = request.language if request.language in region.languages else found.order.language
    with storefront(region.code, language):
        return found, HttpResponseRedirect(reverse("gift", args=[secret]))


def is_proven(request: HttpRequest, found: GiftLink) -> bool:
    """Whether this session proved the contact of this very link: another link for the gift wants another proof."""
    return found.secret_sha256 in request.session.get(SESSION_GIFTS, [])


def page(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    """A page that is in no cache and no index, and that no other house hears of."""
    response = render(request, template, context, status=status)
    # Not "no-referrer": with it a browser sends forms without their origin, and they are refused as forged.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def here(secret: str) -> HttpResponse:
    """Back to the gift's page."""
    return HttpResponseRedirect(reverse("gift", args=[secret]), status=303)


def door(request: HttpRequest, found: GiftLink, secret: str) -> HttpResponse:
    """Before the proof: nothing but that a gift is waiting, and the contact of which its owner knows that it is his."""
    refusal, act = None, request.POST.get("act", "") if request.method == "POST" else ""
    try:
        if act == "send-code":
            proving.send(found.contact, network_key=network_key(request), language=request.language, now=request.now)
            request.session[SESSION_CODE_SENT] = found.secret_sha256
            return here(secret)
        if act == "prove":
            giving.prove(found, request.POST.get("code", ""), now=request.now)
            request.session.cycle_key()
            request.session.pop(SESSION_CODE_SENT, None)
            request.session[SESSION_GIFTS] = [*request.session.get(SESSION_GIFTS, []), found.secret_sha256][-20:]
            return here(secret)
    except Refusal as no:
        refusal = no
    context = {
        "hint": links.masked(found.contact),
        "code_sent": request.session.get(SESSION_CODE_SENT) == found.secret_sha256,
        "refusal": refusal,
    }
    return page(request, "checkout/gift_door.html", context, status=422 if refusal else 200)

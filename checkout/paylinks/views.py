"""The client's page of a link to pay: the pieces that were set aside, and the way on to checkout. No account is needed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from checkout import visits
from checkout.basket import bags, contents
from services.foundation import counting
from services.foundation.visitors import network_key

from . import linking
from .models import PayLink
from .refusals import LinkOver

#: Addresses of links that one network may ask for within ten minutes, guesses and all.
_ASKED, _WITHIN = 60, 600


def page(request: HttpRequest, secret: str) -> HttpResponse:
    """What was set aside; POST goes on to checkout with it."""
    if counting.asked(f"pay-link:{network_key(request)}", seconds=_WITHIN) > _ASKED:
        return _private(render(request, "checkout/pay_link_over.html", {"too_often": True}, status=429))
    link = linking.find(secret)
    if link is None or link.region_code != request.region.code:
        raise Http404
    if linking.is_over(link, now=request.now):
        return over(request, link)
    if request.method == "POST":
        return _take(request, link, secret)
    found = contents.of(link.bag, region=request.region, now=request.now)
    context = {"link": link, "contents": found, "has_other_bag": _other_bag(request, link)}
    return _private(render(request, "checkout/pay_link.html", context))


def over(request: HttpRequest, link: PayLink) -> HttpResponse:
    """Whom to ask about a link that is over."""
    return _private(render(request, "checkout/pay_link_over.html", {"link": link}, status=410))


def _other_bag(request: HttpRequest, link: PayLink) -> bool:
    bag = bags.of_request(request)
    return bag is not None and bag.pk != link.bag_id and bag.lines.exists()


def _take(request: HttpRequest, link: PayLink, secret: str) -> HttpResponse:
    if link.bag.owner_id and link.bag.owner_id != request.user.pk:
        raise Http404  # somebody who is signed in has taken it
    try:
        linking.open_by_client(link, now=request.now)
    except LinkOver as no:
        messages.error(request, no.sentence())
        return HttpResponseRedirect(reverse("pay-link", args=[secret]), status=303)
    before = request.session.get(bags.SESSION_KEY)
    request.session[visits.SESSION_LINK] = {"secret": secret, "before": before if before != link.bag.token else None}
    request.session[bags.SESSION_KEY] = link.bag.token
    return HttpResponseRedirect(reverse("checkout"), status=303)


def _private(response: HttpResponse) -> HttpResponse:
    """The secret stands in the address: no other site, cache or search engine learns it."""
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

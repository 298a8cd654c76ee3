"""Sign-in and sign-out."""

from urllib.parse import urlencode

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from checkout.basket.bags import network_key
from services.foundation.contacts import addresses, proving
from services.foundation.refusal import Refusal

from . import signing_in, wishing


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("account")


def sign_in(request: HttpRequest) -> HttpResponse:
    """First step: an e-mail address or a mobile number."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    typed, refusal = request.POST.get("contact", ""), None
    if request.method == "POST":
        try:
            contact = addresses.contact(typed, country=request.region.countries[0])
            proving.send(
                contact,
                network_key=network_key(request),
                language=request.language,
                now=request.now,
            )
            request.session["proving"] = contact
            return HttpResponseRedirect(f"{reverse('sign-in-code')}?{urlencode({'next': _next(request)})}")
        except Refusal as no:
            refusal = no
    has_list = wishing.SESSION_KEY in request.session
    context = {"typed": typed, "refusal": refusal, "next": _next(request), "has_list": has_list}
    return render(request, "clients/sign_in.html", context, status=422 if refusal else 200)


def code(request: HttpRequest) -> HttpResponse:
    """Second step: the six digits."""
    contact = request.session.get("proving")
    if not contact:
        return HttpResponseRedirect(reverse("sign-in"))
    refusal = None
    if request.method == "POST":
        try:
            user = signing_in.prove(
                contact,
                request.POST.get("code", ""),
                now=request.now,
                language=request.language,
                region_code=request.region.code,
            )
            guests_list = request.session.pop(wishing.SESSION_KEY, None)
            login(request, user, backend=signing_in.BY_CODE)
            wishing.join(guests_list, user)
            request.session.pop("proving", None)
            return HttpResponseRedirect(_next(request))
        except Refusal as no:
            refusal = no
    context = {"contact": contact, "refusal": refusal, "next": _next(request)}
    return render(request, "clients/code.html", context, status=422 if refusal else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the bag of the client stays his."""
    logout(request)
    return HttpResponseRedirect(reverse("home"))

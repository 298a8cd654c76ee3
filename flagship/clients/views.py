"""Sign-in and the client's own pages."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checkout.basket.bags import network_key
from checkout.order.models import Order
from services.foundation.contacts import addresses, proving
from services.foundation.plain_text import plain
from services.foundation.refusal import Refusal

from . import signing_in


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
    context = {"typed": typed, "refusal": refusal, "next": _next(request)}
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
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
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


def account(request: HttpRequest) -> HttpResponse:
    """Orders and details of the signed-in client."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.path})}")
    refusal = None
    if request.method == "POST":
        try:
            request.user.name = plain(request.POST.get("name", "")[:120]).strip()
            request.user.save(update_fields=["name"])
            messages.success(request, _("Your name is saved."))
            return HttpResponseRedirect(reverse("account"))
        except Refusal as no:
            refusal = no
    typed = request.POST.get("name", request.user.name)
    orders = Order.objects.filter(user=request.user).prefetch_related("lines").order_by("-date_placed")[:50]
    return render(
        request, "clients/account.html", {"orders": orders, "refusal": refusal, "typed": typed}, status=422 if refusal else 200
    )

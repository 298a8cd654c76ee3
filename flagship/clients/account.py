"""A client's own rooms: overview, orders, addresses, sizes, instalment plans. (Contact and privacy: see `privacy`.)"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import leafing, sizing
from catalog.models import OwnSize
from checkout import plan_reading
from checkout.order.models import Order
from services.deferred.models import Plan
from services.delivery import addresses as rules
from services.delivery import keeping
from services.delivery.models import SavedAddress
from services.foundation.plain_text import plain
from services.foundation.refusal import Refusal
from services.foundation.regions.roster import all_regions

from .doors import signed_in
from .models import User

LATEST = 3
A_PAGE = 20


def _orders(user: User):
    return Order.objects.filter(user=user, whole=None).order_by("-date_placed", "-pk")


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """The latest orders, how we reach the client, and his name."""
    refusal = None
    if request.method == "POST":
        try:
            request.user.name = plain(request.POST.get("name", "")[:120]).strip()
            request.user.save(update_fields=["name"])
            messages.success(request, _("Your name is saved."))
            return HttpResponseRedirect(reverse("account"))
        except Refusal as no:
            refusal = no
    latest = list(_orders(request.user)[: LATEST + 1])
    context = {
        "room": "overview",
        "orders": latest[:LATEST],
        "has_more": len(latest) > LATEST,
        "refusal": refusal,
        "typed": request.POST.get("name", request.user.name),
    }
    return render(request, "clients/account.html", context, status=422 if refusal else 200)


@signed_in
def orders(request: HttpRequest) -> HttpResponse:
    """Every order, the newest first."""
    return render(request, "clients/orders.html", {"room": "orders", **leafing.leaf(request, _orders(request.user), A_PAGE)})


@signed_in
def addresses(request: HttpRequest) -> HttpResponse:
    """The addresses a client keeps with us."""
    found = keeping.of_client(request.user.pk)
    context = {"room": "addresses", "found": found, "is_full": len(found) >= keeping.MOST, "most": keeping.MOST}
    return render(request, "clients/addresses.html", context)


def _own_address(request: HttpRequest, pk: int) -> SavedAddress:
    return get_object_or_404(SavedAddress, pk=pk, client=request.user)


def _countries(request: HttpRequest) -> list[str]:
    """Every country to which the house delivers, those of the region in front first."""
    return list(dict.fromkeys([*request.region.countries, *(c for region in all_regions().values() for c in region.countries)]))


def _address_form(request: HttpRequest, found: SavedAddress | None) -> HttpResponse:
    """A new address, or one to be changed; the country's own fields come by a button without script."""
    countries = _countries(request)
    is_default = found.is_default if found else False
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in rules.FIELDS}
        is_default = is_default or request.POST.get("is_default") == "yes"
    elif found:
        values = found.fields
    else:
        empty = dict.fromkeys(rules.FIELDS, "")
        values = empty | {"name": request.user.name, "mobile": request.user.mobile or ""}
    if values["country"] not in countries:
        values["country"] = countries[0]
    errors: dict[str, str] = {}
    refusal = None
    if request.POST.get("act") == "save":
        errors = rules.problems(values)
        try:
            if not errors and found:
                keeping.change(found, values, is_default=is_default)
            elif not errors:
                keeping.keep(request.user.pk, values, is_default=is_default)
            if not errors:
                messages.success(request, _("The address is saved."))
                return HttpResponseRedirect(reverse("account-addresses"))
        except Refusal as no:
            refusal = no
    context: dict[str, Any] = {
        "room": "addresses",
        "address": found,
        "typed": {"values": values, "errors": errors},
        "is_default": is_default,
        "countries": countries,
        "refusal": refusal,
        **rules.choices(values),
    }
    return render(request, "clients/address.html", context, status=422 if errors or refusal else 200)


@signed_in
def new_address(request: HttpRequest) -> HttpResponse:
    """Write a new address."""
    return _address_form(request, None)


@signed_in
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an address."""
    return _address_form(request, _own_address(request, pk))


@require_POST
@signed_in
def first_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Use this address first in checkout."""
    keeping.make_default(_own_address(request, pk))
    messages.success(request, _("Checkout begins with this address now."))
    return HttpResponseRedirect(reverse("account-addresses"))


@signed_in
def remove_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an address, in two steps."""
    found = _own_address(request, pk)
    if request.method != "POST":
        return render(request, "clients/address_remove.html", {"room": "addresses", "address": found})
    keeping.remove(found)
    messages.success(request, _("The address is removed."))
    return HttpResponseRedirect(reverse("account-addresses"))


@signed_in
def sizes(request: HttpRequest) -> HttpResponse:
    """The client's sizes by kind of piece, and those of people he gives to."""
    refusal, chosen, whom = None, "", ""
    if request.method == "POST":
        chosen, whom = request.POST.get("size", ""), request.POST.get("whom", "")
        kind, _colon, size = chosen.partition(":")
        try:
            kind_id = int(kind) if kind.isascii() and kind.isdigit() and len(kind) < 10 else 0
            sizing.keep(request.user.pk, kind_id=kind_id, size=size, whom=whom)
            messages.success(request, _("The size is saved."))
            return HttpResponseRedirect(reverse("account-sizes"))
        except Refusal as no:
            refusal = no
    found = OwnSize.objects.filter(client=request.user).select_related("kind").order_by("kind__name", "whom")
    kinds = [(kind.slug, [(f"{kind.pk}:{size}", size) for size in kind.sizes]) for kind in sizing.kinds()]
    context = {"room": "sizes", "found": found, "kinds": kinds, "refusal": refusal, "chosen": chosen, "whom": whom}
    return render(request, "clients/sizes.html", context, status=422 if refusal else 200)


@require_POST
@signed_in
def remove_size(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a size off."""
    get_object_or_404(OwnSize, pk=pk, client=request.user).delete()
    messages.success(request, _("The size is removed."))
    return HttpResponseRedirect(reverse("account-sizes"))


@signed_in
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan: what is paid, and what comes next."""
    found = (
        Plan.objects.filter(order__user=request.user)
        .select_related("order")
        .prefetch_related("parts")
        .order_by("-agreed_at", "-pk")
    )
    views = [plan_reading.read(plan, now=request.now) for plan in found]
    return render(request, "clients/plans.html", {"room": "plans", "plans": views})

"""The advisers' page of links to pay: those that wait and what became of the others, a new one, and taking one back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from catalog.models import Product
from checkout.basket.contents import variant_words
from checkout.order.models import Order
from services.foundation import counting
from services.foundation.plain_text import NotPlain, plain
from services.foundation.refusal import Refusal
from services.foundation.regions.roster import all_regions

from . import letters, linking
from .models import PayLink

View = Callable[..., HttpResponse]
MAKE = "paylinks.make_paylink"
#: Rows of the form, links on the page, and links an adviser makes within an hour: each sets pieces aside.
ROWS, _SHOWN, _AN_HOUR = 5, 100, 40
_FIELDS = ("client_name", "email", "region", "language", "hours", "words", "country", "city")


def _for_advisers(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        if not request.user.has_perm(MAKE):
            raise PermissionDenied
        return view(request, *args, **more)

    return wraps(view)(admin.site.admin_view(guarded))


@dataclass
class _Typed:
    values: dict[str, str]
    rows: list[tuple[str, str]] = field(default_factory=lambda: [("", "1")] * ROWS)
    errors: dict[str, str] = field(default_factory=dict)


@_for_advisers
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The links, the newest first, with who made each and what became of it."""
    found = list(PayLink.objects.select_related("adviser", "bag").order_by("-made_at", "-pk")[:_SHOWN])
    orders = {order.basket_id: order for order in Order.objects.filter(basket__in=[link.bag_id for link in found])}
    rows = [{"link": link, "order": orders.get(link.bag_id), "is_over": linking.is_over(link, now=request.now)} for link in found]
    for row in rows:
        row["address"] = "" if row["is_over"] else letters.address_of(row["link"])
    context = {**admin.site.each_context(request), "title": _("Links to pay"), "rows": rows}
    return render(request, "admin/pay_links.html", context)


@_for_advisers
def new(request: HttpRequest) -> HttpResponse:
    """A bag for a client. What was typed stays when something of it is refused."""
    if request.method != "POST":
        first = next(iter(all_regions().values()))
        values = dict.fromkeys(_FIELDS, "") | {"region": first.code, "language": first.languages[0], "hours": "24"}
        return _form(request, _Typed(values))
    typed = _read(request)
    if typed.errors:
        return _form(request, typed, status=422)
    if counting.asked(f"pay-links:{request.user.pk}", seconds=3600) > _AN_HOUR:
        messages.error(request, _("You have made very many links within the last hour. Please wait a little."))
        return _form(request, typed, status=429)
    values = typed.values
    wish = linking.Wish(
        client_name=values["client_name"],
        email=values["email"].lower(),
        region=all_regions()[values["region"]],
        language=values["language"],
        hours=int(values["hours"]),
        pieces=[(reference, int(quantity)) for reference, quantity in typed.rows if reference],
        words=values["words"],
        country=values["country"],
        city=values["city"],
    )
    try:
        linking.make(wish, adviser=request.user, now=request.now)
    except Refusal as no:
        typed.errors["pieces"] = no.sentence()
        return _form(request, typed, status=409)
    messages.success(request, _("The pieces are set aside, and %(name)s is written to.") % {"name": wish.client_name})
    return HttpResponseRedirect(reverse("pay-links"), status=303)


def _read(request: HttpRequest) -> _Typed:
    post = request.POST
    values = {name: post.get(name, "").strip()[:280] for name in _FIELDS}
    rows = [(post.get(f"piece-{n}", "").strip()[:80], post.get(f"quantity-{n}", "1").strip()[:2]) for n in range(ROWS)]
    typed = _Typed(values, [(reference.partition(" ")[0], quantity) for reference, quantity in rows])
    region = all_regions().get(values["region"])
    try:
        values["client_name"], values["words"] = plain(values["client_name"])[:120], plain(values["words"])
    except NotPlain as no:
        typed.errors["client_name"] = no.sentence()
    if not values["client_name"]:
        typed.errors["client_name"] = _("Please write the client’s name.")
    try:
        validate_email(values["email"])
    except ValidationError:
        typed.errors["email"] = _("Please check the e-mail address.")
    if region is None:
        typed.errors["region"] = _("Please choose a region.")
    elif values["language"] not in region.languages:
        typed.errors["language"] = _("This language is not spoken in that region.")
    if region and values["country"] not in region.countries:
        values["country"] = region.countries[0]
    if values["hours"] not in [str(hours) for hours in linking.HOURS]:
        typed.errors["hours"] = _("Please choose how long.")
    if any(reference and quantity not in ("1", "2", "3") for reference, quantity in rows):
        typed.errors["pieces"] = _("Please choose one to three of each piece.")
    elif not any(reference for reference, _quantity in rows):
        typed.errors["pieces"] = _("Please choose at least one piece.")
    return typed


def _form(request: HttpRequest, typed: _Typed, *, status: int = 200) -> HttpResponse:
    variants = Product.objects.filter(structure=Product.CHILD, parent__is_public=True).select_related("parent", "metal")
    context = {
        **admin.site.each_context(request),
        "title": _("A new link to pay"),
        "typed": typed,
        "rows": list(enumerate(typed.rows)),
        "regions": list(all_regions().values()),
        "languages": sorted({language for region in all_regions().values() for language in region.languages}),
        "countries": sorted({country for region in all_regions().values() for country in region.countries}),
        "hours": [str(hours) for hours in linking.HOURS],
        "variants": [(each.upc, f"{each.parent.title} · {variant_words(each)}") for each in variants.order_by("upc")],
    }
    return render(request, "admin/pay_link_new.html", context, status=status)


@_for_advisers
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link back; its pieces are free again."""
    link = get_object_or_404(PayLink, pk=pk)
    try:
        linking.cancel(link, by_id=request.user.pk, now=request.now)
        messages.success(request, _("The link is cancelled, and its pieces are free again."))
    except Refusal as no:
        messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("pay-links"), status=303)

"""The recipient's page of a gift by link, and what the giver does with the link.

The page has no field for money: it is given what `gift_shown.Shown` holds and no order.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from services.delivery import addresses
from services.foundation import days
from services.foundation.plain_text import NotPlain
from services.foundation.refusal import Refusal
from services.gifting import links
from services.gifting.models import GiftLink
from services.gifting.refusals import ExchangeAskedAlready, GiftOver, NoExchange, ThankedAlready, ThanksEmpty, ThanksTooLong

from . import changing, forms, gift_choices, gift_doors, gift_exchanges, gift_shown, giving, visits
from .order.models import Order
from .refusals import DayChanged, DayNotPossible, OtherCountry


def gift(request: HttpRequest, secret: str) -> HttpResponse:
    """The door, and behind it the gift: proven, accepted, followed, thanked for. What is sent says in `act` what it is."""
    found, away = gift_doors.gift_of(request, secret)
    if away:
        return away
    if found.has_ended or not found.contact:  # or its contact is forgotten, and nobody can prove it any more
        return gift_doors.page(request, "checkout/gift_over.html", {}, status=410)
    if not gift_doors.is_proven(request, found):
        return gift_doors.door(request, found, secret)
    if request.method == "POST":
        act = {"accept": _accept, "update": _accept, "thank": _thank, "exchange": _exchange}.get(request.POST.get("act", ""))
        if act:
            return act(request, found, secret)
    return _gift_page(request, found, secret)


def _gift_page(
    request: HttpRequest,
    found: GiftLink,
    secret: str,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    thanks: str = "",
    picked: gift_choices.Picked = giving.NOTHING,
    status: int = 200,
) -> HttpResponse:
    """The gift itself; while it waits, with the form that accepts it and the day as the bench stands now."""
    if values is None:
        values = dict.fromkeys((*addresses.FIELDS, "on"), "") | {"country": found.country, "name": found.recipient}
    context = {
        "secret": secret,
        "gift": gift_shown.shown(found, now=request.now, picked=picked),
        "values": values,
        "errors": errors or {},
        "refusal": refusal,
        "thanks": thanks,
        "most_of_thanks": links.MOST_OF_MESSAGE,
    }
    if found.is_open:
        order = Order.objects.get(pk=found.order_id)
        promise = giving.foreseen(order, found.country, values["subdivision"], now=request.now)
        context |= {"promise": promise, "countries": [found.country], **addresses.choices(values)}
        context["typed"] = {"values": values, "errors": errors or {}}
        if promise:
            context["window"] = giving.window(order, found.country, values["subdivision"], soonest=promise.on, now=request.now)
    return gift_doors.page(request, "checkout/gift.html", context, status=status)


def _accept(request: HttpRequest, found: GiftLink, secret: str) -> HttpResponse:
    values = {name: request.POST.get(name, "")[:200].strip() for name in (*addresses.FIELDS, "on")}
    values["country"] = values["country"] or found.country
    picked = _picked(request)
    if request.POST.get("act") == "update":
        return _gift_page(request, found, secret, values=values, picked=picked)
    errors = addresses.problems({name: values[name] for name in addresses.FIELDS})
    not_before = days.read(values["on"]) if values["on"] else None
    if values["on"] and not_before is None:
        errors["on"] = _("Please write the day as it stands in a calendar, or leave it empty.")
    if errors:
        return _gift_page(request, found, secret, values=values, errors=errors, picked=picked, status=422)
    typed = {name: values[name] for name in addresses.FIELDS}
    to = changing.Recipient(**{**typed, "mobile": forms.e164(values), "postcode": values["postcode"].upper()})
    try:
        giving.accept(
            found,
            to,
            picked=picked,
            not_before=not_before,
            agreed_day=days.read(request.POST.get("day", "")),
            language=request.language,
            now=request.now,
        )
    except GiftOver as no:
        messages.error(request, no.sentence())
        return gift_doors.here(secret)
    except DayNotPossible as no:
        return _gift_page(request, found, secret, values=values, errors={"on": no.sentence()}, picked=picked, status=422)
    except OtherCountry as no:
        return _gift_page(request, found, secret, values=values | {"country": found.country}, refusal=no, status=422)
    except DayChanged as no:
        return _gift_page(request, found, secret, values=values, refusal=no, picked=picked, status=409)
    except Refusal as no:  # the size or the ribbon was taken a moment ago, or the bench is full
        return _gift_page(request, found, secret, values=values, refusal=no, status=409)
    messages.success(request, _("Thank you. We prepare your gift and have written to you."))
    return gift_doors.here(secret)


def _picked(request: HttpRequest) -> gift_choices.Picked:
    """Size and ribbon by line, as the form sends them: `size-7`, `ribbon-7`."""
    sizes, ribbons = {}, {}
    for name, value in request.POST.items():
        kind, _dash, line = name.partition("-")
        if not (line.isascii() and line.isdigit() and len(line) < 18):
            continue
        if kind == "size" and value.isascii() and value.isdigit() and len(value) < 18:
            sizes[int(line)] = int(value)
        elif kind == "ribbon":
            ribbons[int(line)] = value[:30]
    return gift_choices.Picked(sizes, ribbons)


def _thank(request: HttpRequest, found: GiftLink, secret: str) -> HttpResponse:
    typed = request.POST.get("thanks", "")[:2000]
    try:
        giving.thank(found, typed, now=request.now)
    except (GiftOver, ThankedAlready) as no:
        messages.info(request, no.sentence())
        return gift_doors.here(secret)
    except (NotPlain, ThanksEmpty, ThanksTooLong) as no:
        return _gift_page(request, found, secret, errors={"thanks": no.sentence()}, thanks=typed, status=422)
    messages.success(request, _("Your thanks are on their way."))
    return gift_doors.here(secret)


def _exchange(request: HttpRequest, found: GiftLink, secret: str) -> HttpResponse:
    line, wanted = (request.POST.get(name, "") for name in ("line", "wanted"))
    numbers = all(each.isascii() and each.isdigit() and len(each) < 18 for each in (line, wanted))
    try:
        if not numbers:
            raise NoExchange()
        gift_exchanges.ask(found, int(line), int(wanted), request.POST.get("words", "")[:2000], now=request.now)
    except (NoExchange, ExchangeAskedAlready, NotPlain) as no:
        messages.error(request, no.sentence())
        return gift_doors.here(secret)
    messages.success(request, _("Thank you. An adviser writes to you about the exchange."))
    return gift_doors.here(secret)


def decline(request: HttpRequest, secret: str) -> HttpResponse:
    """I would rather not: in two steps, and without a reason."""
    found, away = gift_doors.gift_of(request, secret)
    if away or not found.is_open or not gift_doors.is_proven(request, found):
        return away or gift_doors.here(secret)
    if request.method != "POST":
        return gift_doors.page(request, "checkout/gift_decline.html", {"secret": secret})
    try:
        giving.decline(found, now=request.now)
    except Refusal as no:
        messages.error(request, no.sentence())
        return gift_doors.here(secret)
    return gift_doors.page(request, "checkout/gift_declined.html", {})


# The giver


@require_POST
def new_link(request: HttpRequest, number: str) -> HttpResponse:
    """Another link for a gift that still waits; the one there was opens nothing any more."""
    order = visits.own_order(request, number)
    found = links.of_order(order.pk)
    if found is None:
        raise Http404
    try:
        links.renew(found)
        messages.success(request, _("Here is a new link; the one before opens nothing any more."))
    except GiftOver as no:
        messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("order", args=[number]), status=303)

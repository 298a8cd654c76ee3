"""The recipient's page of a gift by link, and what the giver does with the link.

The page has no field for money: it is given what `Shown` holds and no order. Whoever has the link sees that a gift is waiting and
for which contact, masked; all else after the code that goes to it. A session that proved it is bound to this very link.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import Picture, Product
from services.delivery import addresses
from services.engraving.models import Inscription
from services.foundation import days
from services.foundation.contacts import proving
from services.foundation.plain_text import NotPlain
from services.foundation.refusal import Refusal
from services.foundation.regions.links import storefront
from services.foundation.regions.roster import all_regions
from services.foundation.visitors import network_key
from services.gifting import links
from services.gifting.models import GiftLink, Wrapping
from services.gifting.refusals import ExchangeAskedAlready, GiftOver, NoExchange, ThankedAlready, ThanksEmpty, ThanksTooLong

from . import changing, forms, gift_choices, gift_exchanges, giving, visits
from .order.models import Order
from .order.reading import LineView, read
from .refusals import DayChanged, DayNotPossible, OtherCountry

SESSION_GIFTS = "gifts"
#: Where the recipient of a gift whose code was sent writes it.
SESSION_CODE_SENT = "gift-code-sent"


@dataclass(frozen=True)
class Piece:
    """One piece as its recipient sees it. There is no field for money."""

    title: str
    variant: str
    quantity: int
    picture: Picture | None
    inscription: Inscription | None
    wrapping: Wrapping | None
    lid: Inscription | None = None
    #: What he may choose instead: pairs of value and word, with the name of their field and what it holds now.
    sizes: tuple[tuple[str, str], ...] = ()
    ribbons: tuple[tuple[str, str, str], ...] = ()
    line_id: int = 0
    size: str = ""
    ribbon: str = ""
    #: After it has arrived: the sizes he may ask for instead, and the one he has asked for.
    other_sizes: tuple[tuple[str, str], ...] = ()
    asked_for: str = ""


@dataclass(frozen=True)
class Shown:
    """A gift as its recipient sees it. There is no field for money, nor for anything of the giver's but what he wrote."""

    number: str
    recipient: str
    giver: str
    message: str
    country: str
    state: str
    until: str
    is_open: bool
    is_accepted: bool
    is_surprise: bool
    pieces: tuple[Piece, ...]
    #: Once it was accepted: how far it is, when it comes and where.
    progress: str = ""
    day: date | None = None
    not_before: date | None = None
    address: object = None
    thanks: str = ""


def _shown(gift: GiftLink, *, now: datetime, picked: gift_choices.Picked = giving.NOTHING) -> Shown:
    from .gift_letters import until_words

    order = Order.objects.select_related("user").get(pk=gift.order_id)
    view = read(order, for_house=gift.is_accepted)
    choices = gift_choices.of(order, now=now) if gift.is_open else {}
    others: dict[int, tuple[Product, ...]] = {}
    asked: dict[int, str] = {}
    if gift.is_accepted and gift_exchanges.is_open(order, now=now):
        others = gift_exchanges.sizes(x.line for x in view.lines)
        asked = dict(gift.exchange_requests.values_list("order_line_id", "wanted__size"))
    pieces = tuple(
        replace(
            _piece(x, choices.get(x.line.pk), picked),
            other_sizes=tuple((str(each.pk), each.size) for each in others.get(x.line.pk, ())),
            asked_for=asked.get(x.line.pk, ""),
        )
        for x in view.lines
    )
    return Shown(
        number=order.number,
        recipient=gift.recipient,
        giver=gift.giver,
        message=gift.message,
        country=gift.country,
        state=gift.state,
        until=until_words(gift),
        is_open=gift.is_open,
        is_accepted=gift.is_accepted,
        is_surprise=gift.is_surprise and order.handed_over_at is None,
        pieces=pieces,
        progress=order.get_status_display(),
        day=order.due_on,
        not_before=order.requested_on,
        address=view.address if gift.is_accepted else None,
        thanks=gift.thanks,
    )


def _piece(item: LineView, choice: gift_choices.Choice | None, picked: gift_choices.Picked) -> Piece:
    line, kept = item.line, item.wrapping
    return Piece(
        title=line.title,
        variant=line.variant_words,
        quantity=line.quantity,
        picture=item.picture,
        inscription=item.inscription,
        wrapping=kept,
        lid=item.lid,
        sizes=tuple((str(each.pk), each.size) for each in choice.sizes) if choice else (),
        ribbons=tuple((each.code, str(each.name), each.colour) for each in choice.ribbons) if choice else (),
        line_id=line.pk,
        size=str(picked.sizes.get(line.pk, line.product_id)),
        ribbon=picked.ribbons.get(line.pk, kept.ribbon.code if kept else ""),
    )


def gift(request: HttpRequest, secret: str) -> HttpResponse:
    """The door, and behind it the gift: proven, accepted, followed, thanked for. What is sent says in `act` what it is."""
    found, away = _found(request, secret)
    if away:
        return away
    if found.has_ended or not found.contact:  # or its contact is forgotten, and nobody can prove it any more
        return _page(request, "checkout/gift_over.html", {}, status=410)
    if not _is_proven(request, found):
        return _door(request, found, secret)
    if request.method == "POST":
        act = {"accept": _accept, "update": _accept, "thank": _thank, "exchange": _exchange}.get(request.POST.get("act", ""))
        if act:
            return act(request, found, secret)
    return _gift_page(request, found, secret)


def _found(request: HttpRequest, secret: str) -> tuple[GiftLink, HttpResponse | None]:
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


def _is_proven(request: HttpRequest, found: GiftLink) -> bool:
    """Whether this session proved the contact of this very link: another link for the gift wants another proof."""
    return found.secret_sha256 in request.session.get(SESSION_GIFTS, [])


def _page(request: HttpRequest, template: str, context: dict, *, status: int = 200) -> HttpResponse:
    """A page that is in no cache and no index, and that no other house hears of."""
    response = render(request, template, context, status=status)
    # Not "no-referrer": with it a browser sends forms without their origin, and they are refused as forged.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _here(secret: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("gift", args=[secret]), status=303)


def _door(request: HttpRequest, found: GiftLink, secret: str) -> HttpResponse:
    """Before the proof: nothing but that a gift is waiting, and the contact of which its owner knows that it is his."""
    refusal, act = None, request.POST.get("act", "") if request.method == "POST" else ""
    try:
        if act == "send-code":
            proving.send(found.contact, network_key=network_key(request), language=request.language, now=request.now)
            request.session[SESSION_CODE_SENT] = found.secret_sha256
            return _here(secret)
        if act == "prove":
            giving.prove(found, request.POST.get("code", ""), now=request.now)
            request.session.cycle_key()
            request.session.pop(SESSION_CODE_SENT, None)
            request.session[SESSION_GIFTS] = [*request.session.get(SESSION_GIFTS, []), found.secret_sha256][-20:]
            return _here(secret)
    except Refusal as no:
        refusal = no
    context = {
        "hint": links.masked(found.contact),
        "code_sent": request.session.get(SESSION_CODE_SENT) == found.secret_sha256,
        "refusal": refusal,
    }
    return _page(request, "checkout/gift_door.html", context, status=422 if refusal else 200)


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
        "gift": _shown(found, now=request.now, picked=picked),
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
    return _page(request, "checkout/gift.html", context, status=status)


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
        return _here(secret)
    except DayNotPossible as no:
        return _gift_page(request, found, secret, values=values, errors={"on": no.sentence()}, picked=picked, status=422)
    except OtherCountry as no:
        return _gift_page(request, found, secret, values=values | {"country": found.country}, refusal=no, status=422)
    except DayChanged as no:
        return _gift_page(request, found, secret, values=values, refusal=no, picked=picked, status=409)
    except Refusal as no:  # the size or the ribbon was taken a moment ago, or the bench is full
        return _gift_page(request, found, secret, values=values, refusal=no, status=409)
    messages.success(request, _("Thank you. We prepare your gift and have written to you."))
    return _here(secret)


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
        return _here(secret)
    except (NotPlain, ThanksEmpty, ThanksTooLong) as no:
        return _gift_page(request, found, secret, errors={"thanks": no.sentence()}, thanks=typed, status=422)
    messages.success(request, _("Your thanks are on their way."))
    return _here(secret)


def _exchange(request: HttpRequest, found: GiftLink, secret: str) -> HttpResponse:
    line, wanted = (request.POST.get(name, "") for name in ("line", "wanted"))
    numbers = all(each.isascii() and each.isdigit() and len(each) < 18 for each in (line, wanted))
    try:
        if not numbers:
            raise NoExchange()
        gift_exchanges.ask(found, int(line), int(wanted), request.POST.get("words", "")[:2000], now=request.now)
    except (NoExchange, ExchangeAskedAlready, NotPlain) as no:
        messages.error(request, no.sentence())
        return _here(secret)
    messages.success(request, _("Thank you. An adviser writes to you about the exchange."))
    return _here(secret)


def decline(request: HttpRequest, secret: str) -> HttpResponse:
    """I would rather not: in two steps, and without a reason."""
    found, away = _found(request, secret)
    if away or not found.is_open or not _is_proven(request, found):
        return away or _here(secret)
    if request.method != "POST":
        return _page(request, "checkout/gift_decline.html", {"secret": secret})
    try:
        giving.decline(found, now=request.now)
    except Refusal as no:
        messages.error(request, no.sentence())
        return _here(secret)
    return _page(request, "checkout/gift_declined.html", {})


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

"""Checkout on one page, the order's page, and the way to the provider and back."""

import json
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from catalog import reaching, word_appeals
from services.deferred import offers, wording
from services.deferred.models import Plan
from services.deferred.refusals import WayGone
from services.delivery import addresses, keeping, promising
from services.delivery.models import SavedAddress
from services.foundation import days
from services.foundation.outbox import posting
from services.foundation.provider import port
from services.foundation.provider.models import OPEN_STATES, Attempt, Event
from services.foundation.refusal import Refusal
from services.foundation.units import claiming
from services.gifting import links
from services.launches import opening

from . import (
    cancelling,
    change_views,
    days_told,
    ending,
    forms,
    gift_forms,
    gift_places,
    holding,
    part_payments,
    paying_later,
    placement,
    settling,
    several,
    visits,
)
from .basket import bags, contents
from .basket.models import Basket
from .invoicing import fapiao
from .order.models import Order
from .order.reading import read
from .order.states import OrderState
from .refusals import NothingToPay, PlanChanged
from .totals import Destination, Totals, compute, foreseen
from .transfers import offering


def checkout(request: HttpRequest) -> HttpResponse:
    """Who → where and when → gift → pay → review, and the one button that obliges to pay."""
    standing = visits.standing(request)
    if standing is not None:
        return _to_provider(request, standing)
    bag = bags.of_request(request)
    found = contents.of(bag, region=request.region, now=request.now)
    if bag is None or not found.items:
        if followed := visits.ended_link(request):
            return HttpResponseRedirect(reverse("pay-link", args=[followed]), status=303)
        left = visits.unfinished(request)  # the back button, or an answer that was lost
        return HttpResponseRedirect(reverse("order", args=[left.number]) if left else reverse("bag"))
    if bag.placement_key is None:
        Basket.objects.filter(pk=bag.pk, placement_key=None).update(placement_key=uuid.uuid4())
        bag.refresh_from_db(fields=["placement_key"])
    if request.method == "POST":
        return _sent(request, bag, found)
    for item in found.items:
        if item.hold_until and not getattr(request, "preview", None):
            claiming.extend(line_id=item.line.pk)
    kept = _kept_addresses(request)
    typed = forms.starting(
        bag.details,
        region=request.region,
        user=request.user,
        kept=kept,
        to=reaching.read(request).place,
        gift_countries=_gift_countries(request, found),
        several=several.is_offered(found),
    )
    return _page(request, found, typed, kept=kept)


def _gift_countries(request: HttpRequest, found: contents.Contents) -> list[str]:
    """Where this bag can go as a gift by link: nowhere while a sizer is to travel first, to an address."""
    if any(item.inscription and item.inscription.waits_for_size for item in found.items):
        return []
    return gift_places.countries(request.region)


def _kept_addresses(request: HttpRequest) -> list[SavedAddress]:
    """The signed-in client's addresses to which this region delivers."""
    if not request.user.is_authenticated:
        return []
    return keeping.of_client(request.user.pk, countries=request.region.countries)


def _sent(request: HttpRequest, bag: Basket, found: contents.Contents) -> HttpResponse:
    countries = _gift_countries(request, found)
    typed = forms.read(request.POST, region=request.region, gift_countries=countries, several=several.is_offered(found))
    Basket.objects.filter(pk=bag.pk).update(details=typed.values)
    if request.POST.get("act") == "sign-in":  # what was typed is kept with the bag
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': reverse('checkout')})}")
    act = request.POST.get("act", "")
    if act.startswith("gift:") and any(item.line.line_reference == act[5:] for item in found.items):
        return HttpResponseRedirect(reverse("bag-gift", args=[act[5:]]) + "?back=checkout")
    if act == "recipients" and typed.several:
        return HttpResponseRedirect(reverse("recipients"))
    if act == "use-address":
        return _use_address(request, bag, found, typed)
    if act != "place":
        typed.errors.clear()
        return _page(request, found, typed)
    if typed.errors:
        return _page(request, found, typed, status=422)
    if request.POST.get("delivery_shown", gift_forms.TO_ADDRESS) != typed.values["delivery"]:
        # Day, tax and when the card is charged follow from it, and the page still showed those of the other choice.
        return _page(request, found, typed, refusal=_("Please look at the total again and confirm."), status=409)
    try:
        agreed = Decimal(request.POST.get("total", ""))
        if not agreed.is_finite():
            raise ValueError("no amount")
        key = uuid.UUID(request.POST.get("placement", ""))
    except (InvalidOperation, ValueError):
        key = None
    if key != bag.placement_key:  # a form of another bag, from a tab left open
        return _page(request, found, typed, refusal=_("Please look at the total again and confirm."), status=409)
    totals, _split = _totals(request, found, typed)
    try:
        agreement = _agreed(request, typed, _offers(request, found, typed, totals))
        details = _details(typed, agreement, several.agreed(request.POST))
        for item in found.items:  # what was kept elsewhere, or before a word was on the list
            for kept in filter(None, (item.inscription, item.lid)):
                word_appeals.check(request, kept.typed)
        order = placement.place(
            bag_id=bag.pk,
            placement_key=key,
            details=details,
            agreed_total=agreed,
            agreed_day=days.read(request.POST.get(f"day:{details.payment}") or request.POST.get("day", "")),
            region=request.region,
            language=request.language,
            buyer=bags.buyer_of(request),
            now=request.now,
        )
    except Refusal as no:
        found = contents.of(bag, region=request.region, now=request.now)
        return _page(request, found, typed, refusal=no.sentence(), status=409)
    visits.remember(request, order)
    if typed.keep_address and typed.values["delivery"] == gift_forms.TO_ADDRESS:
        _keep_address(request, typed)
    return _to_provider(request, order)


def _use_address(request: HttpRequest, bag: Basket, found: contents.Contents, typed: forms.Typed) -> HttpResponse:
    """Write a kept address into the form, over what stood there."""
    kept = _kept_addresses(request)
    chosen = next((address for address in kept if str(address.pk) == request.POST.get("saved", "")), None)
    typed.errors.clear()
    if chosen is None:
        return _page(request, found, typed, kept=kept, refusal=_("Please choose one of your addresses."), status=422)
    typed.values |= chosen.fields
    Basket.objects.filter(pk=bag.pk).update(details=typed.values)
    return _page(request, found, typed, kept=kept)


def _keep_address(request: HttpRequest, typed: forms.Typed) -> None:
    """Keep the order's address for next time, as the client asked; the order stands whether or not there is room for it."""
    if not request.user.is_authenticated:
        return
    try:
        keeping.keep(request.user.pk, {name: typed.values[name] for name in addresses.FIELDS})
    except Refusal as no:
        messages.info(request, no.sentence())


def _destination(typed: forms.Typed, *, as_gift: bool | None = None) -> Destination:
    """Where it goes; ``as_gift``: where it would go if that were chosen, or were not."""
    if gift_forms.is_chosen(typed.values) if as_gift is None else as_gift:
        return Destination(typed.values["gift_country"])
    return Destination(typed.values["country"], typed.values["subdivision"])


def _totals(request: HttpRequest, found: contents.Contents, typed: forms.Typed) -> tuple[Totals, several.Split | None]:
    """What it costs, and how it falls into parcels where there are several recipients."""
    to = _destination(typed)
    if gift_forms.is_for_several(typed.values):
        split = several.read(found, region=request.region, now=request.now, to=to)
        return split.totals, split
    return compute(found, region=request.region, to=to, now=request.now), None


def _offers(request: HttpRequest, found: contents.Contents, typed: forms.Typed, totals: Totals) -> list[offers.Offer]:
    """The ways to pay later, each as this client can have it for this bag, or with why he cannot."""
    return paying_later.offers_for(
        found,
        totals,
        region=request.region,
        client=request.user,
        by_link=gift_forms.is_chosen(typed.values),
        several=gift_forms.is_for_several(typed.values),
        now=request.now,
    )


def _agreed(request: HttpRequest, typed: forms.Typed, found: list[offers.Offer]) -> str:
    """The words the client agrees to, none for payment in full. Raises WayGone, or PlanChanged when he saw others."""
    if typed.values["payment"] in ("full", offering.WAY):
        return ""
    offer = offers.chosen(found, typed.values["payment"])
    words = wording.agreement(offer)
    if request.POST.get(f"agreement:{offer.code}", "") != words:
        raise PlanChanged()
    return words


def terms_words() -> str:
    """The words beside the last box."""
    return _("I have read and accept the terms of sale and the privacy notice")


def _details(typed: forms.Typed, agreement: str, seen: several.Agreed) -> placement.Details:
    values = {k: v.strip() for k, v in typed.values.items()}
    return placement.Details(
        email=values["email"].lower(),
        mobile=forms.e164(values),
        **{k: values[k] for k in ("name", "country", "subdivision", "city", "district", "line1", "line2", "postcode")},
        payment=values["payment"],
        terms_words=terms_words(),
        agreement_words=agreement,
        gift=gift_forms.wish(typed.values) if gift_forms.is_chosen(typed.values) else None,
        several=seen if gift_forms.is_for_several(typed.values) else None,
        fapiao=fapiao.wish(typed.values),
    )


def _page(
    request: HttpRequest,
    found: contents.Contents,
    typed: forms.Typed,
    *,
    kept: list[SavedAddress] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    totals, split = _totals(request, found, typed)
    found_offers = _offers(request, found, typed, totals)
    typed.values["payment"] = _way_to_show(typed.values["payment"], found_offers)
    kept = _kept_addresses(request) if kept is None else kept
    now_there = {name: typed.values[name].strip() for name in addresses.FIELDS}
    context = {
        "kept_addresses": kept,
        "used_address": next((address.pk for address in kept if address.fields == now_there), None),
        "countries": request.region.countries,
        "gift": _gift_context(typed, totals),
        "told": _days_told(request, found, typed, totals),
        "contents": found,
        "typed": typed,
        "totals": totals,
        "offers": [_shown(request, found, typed, offer) for offer in found_offers],
        "refused": [wording.said(offer) for offer in found_offers if offer.refusal],
        "split": split,
        "not_here": offers.not_here(request.region),
        "transfer": _transfer(request, found, typed, totals, several=split is not None),
        "terms_words": terms_words(),
        "refusal": refusal,
        **addresses.choices(typed.values),
    }
    return render(request, "checkout/checkout.html", context, status=status)


def _transfer(
    request: HttpRequest, found: contents.Contents, typed: forms.Typed, totals: Totals, *, several: bool
) -> dict[str, Any] | None:
    """Payment by bank transfer as this bag can have it, or why not; None where the region has none."""
    account = offering.account_of(request.region)
    if account is None:
        return None
    launched = opening.of_pieces(item.piece.pk for item in found.items)
    by_link = gift_forms.is_chosen(typed.values)
    no = offering.why_not(
        account,
        total=totals.total,
        currency=totals.currency,
        has_launch=bool(launched),
        by_link=by_link,
        several=several,
    )
    if no:
        return {"refusal": no.sentence()}
    until = offering.until(account, now=request.now)
    return {"until": until, "day": None if totals.waits_for_size else foreseen(found.items, totals.way, now=until)}


def _shown(request: HttpRequest, found: contents.Contents, typed: forms.Typed, offer: offers.Offer) -> dict[str, Any]:
    """An offer in words; of a deposit with its own day, which waits for the balance."""
    by = offer.paid_by
    promise = None
    if by and not offer.refusal:
        promise = compute(found, region=request.region, to=_destination(typed), now=request.now, paid_by=by).promise
    return {"said": wording.said(offer), "day": promise.on if promise else None}


def _way_to_show(payment: str, found: list[offers.Offer]) -> str:
    """The way that is ticked when the page opens: the one chosen before while it can be had, else payment in full."""
    try:
        return payment if payment in ("full", offering.WAY) else offers.chosen(found, payment).code
    except WayGone:
        return "full"


def _gift_context(typed: forms.Typed, totals: Totals) -> dict[str, object]:
    """What the page says of gifts by link: whether there are any, and how long one waits."""
    return {
        "countries": typed.gift_countries,
        "is_offered": links.is_offered(),
        "has_sizer": totals.waits_for_size,
        "is_chosen": gift_forms.is_chosen(typed.values),
        "hours": int(links.waits().total_seconds() // 3600),
        "most_of_message": links.MOST_OF_MESSAGE,
    }


def _days_told(request: HttpRequest, found: contents.Contents, typed: forms.Typed, totals: Totals) -> dict[str, object]:
    """The days of both ways to send it, so that whichever is chosen says its own at once."""
    chosen, now = gift_forms.is_chosen(typed.values), request.now

    def way(is_gift: bool) -> promising.Way:
        to = _destination(typed, as_gift=is_gift)
        return totals.way if to == _destination(typed) else days_told.way_to(request.region, to, now=now)

    to_address = way(False)
    return {
        "on": totals.promise.on if not chosen else foreseen(found.items, to_address, now=now),
        "sizer": days_told.of_sizer(found.items, to_address, now=now) if totals.waits_for_size else None,
        "gift": days_told.of_gift(found.items, way(True), now=now) if typed.gift_countries else None,
    }


def _to_provider(request: HttpRequest, order: Order) -> HttpResponse:
    back = HttpResponseRedirect(reverse("order", args=[order.number]), status=303)
    # One that is paid by the bank waits on its page; one that is paid after delivery stands already.
    if order.status != OrderState.AWAITING_PAYMENT or order.payment_method == offering.WAY:
        return back
    try:
        return HttpResponseRedirect(settling.open_page(order, now=request.now), status=303)
    except port.Unknown:
        messages.error(request, _("The payment page does not answer at the moment. Your order is kept: please try again below."))
        return back


def order(request: HttpRequest, number: str) -> HttpResponse:
    """The order's page: state, promise, proof, plan, what the client can still do."""
    found = visits.own_order(request, number)
    if request.GET.get("key"):
        # The key leaves the address bar, so that it is not shared with a screenshot.
        return HttpResponseRedirect(reverse("order", args=[number]))
    return change_views.page(request, read(found))


def returned(request: HttpRequest, number: str) -> HttpResponse:
    """Back from the provider: ask it at once, so that the client sees the truth; the webhook says the same later."""
    found = visits.own_order(request, number)
    for attempt in Attempt.objects.filter(order=found, state__in=OPEN_STATES).exclude(session=""):
        try:
            settling.settle(attempt.pk, now=request.now)
        except port.Unknown:
            messages.info(request, _("The payment is being confirmed. This page shows it as soon as we know."))
    return HttpResponseRedirect(reverse("order", args=[number]))


@require_POST
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """To the provider's page again, from an order that awaits payment; by card, if the client would rather."""
    found = visits.own_order(request, number).payer
    if request.POST.get("method") == "card" and found.status == OrderState.AWAITING_PAYMENT:
        try:
            settling.by_card(found, now=request.now)
        except port.Unknown:
            messages.error(request, _("The payment page does not answer at the moment. Nothing was charged: please try again."))
            return HttpResponseRedirect(reverse("order", args=[number]), status=303)
        found.refresh_from_db()
    return _to_provider(request, found)


@require_POST
def confirm_card(request: HttpRequest, number: str) -> HttpResponse:
    """To the provider's page, where the client lets his bank keep the amount ready again."""
    found = visits.own_order(request, number).payer
    has_plan = Plan.objects.filter(order=found).exists()
    try:
        if not holding.needs_client(found, list(found.attempts.order_by("pk")), has_plan=has_plan):
            raise NothingToPay()
        return HttpResponseRedirect(holding.open_page(found, now=request.now), status=303)
    except Refusal as no:
        messages.error(request, no.sentence())
    except port.Unknown:
        messages.error(request, _("The payment page does not answer at the moment. Nothing was charged: please try again."))
    return HttpResponseRedirect(reverse("order", args=[found.number]), status=303)


@require_POST
def pay_part(request: HttpRequest, number: str) -> HttpResponse:
    """To the provider's page for what can be paid now: a balance, or what is due after delivery."""
    found = visits.own_order(request, number)
    plan = Plan.objects.filter(order=found).first()
    part = plan.payable(request.now) if plan else None
    try:
        if plan is None or part is None:
            raise NothingToPay()
        return HttpResponseRedirect(part_payments.open_page(plan, [part.pk], now=request.now), status=303)
    except Refusal as no:
        messages.error(request, no.sentence())
    except port.Unknown:
        messages.error(request, _("The payment page does not answer at the moment. Nothing was charged: please try again."))
    return HttpResponseRedirect(reverse("order", args=[number]), status=303)


def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel before the bench, in two steps."""
    found = visits.own_order(request, number)
    if request.method != "POST":
        context = {"view": read(found), "outcome": cancelling.outcome(found, now=request.now)}
        return render(request, "checkout/cancel.html", context)
    try:
        by = request.user.pk if request.user.is_authenticated else None
        ending.cancel(found, by_id=by, by_words="client")
        if found.payment_method == offering.WAY:
            messages.success(request, _("Your order is cancelled. What you transferred, if anything, goes back to you."))
        elif found.is_parcel:
            messages.success(request, _("The parcel is cancelled. What it cost goes back to your card, or is not charged."))
        else:
            messages.success(request, _("Your order is cancelled. What was paid goes back to your card."))
    except Refusal as no:
        messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("order", args=[found.payer.number]))


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """The provider tells us something: prove it, keep it, answer; the work is done after."""
    try:
        event = port.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except (ValueError, json.JSONDecodeError):
        return HttpResponse("not from the provider", status=400)
    with transaction.atomic():  # kept and to be acted on, or neither: the provider then tells us again
        _row, fresh = Event.objects.get_or_create(id=event["id"], defaults={"kind": event["type"], "payload": event})
        if fresh:
            posting.post("provider.event", key=f"event:{event['id']}", event_id=event["id"])
    return HttpResponse("kept")

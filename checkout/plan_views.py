"""A plan's own page: its days, what is paid and what comes next; to pay sooner, to give another card, and its statement.

Behind the order's own permission: its client, its session, or the holder of its signed link.
"""

from collections.abc import Collection

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.private_pages import private
from services.deferred.models import CardChange, Plan
from services.deferred.states import CardState
from services.foundation.counting import asked
from services.foundation.provider import port
from services.foundation.refusal import Refusal

from . import part_payments, payment_cards, plan_reading, receipt_views, statements, visits
from .refunds import showing
from .refusals import AskedOften, NothingChosen

#: How many pages of the provider one plan may open in an hour.
PAGES_AN_HOUR = 40


def _own_plan(request: HttpRequest, number: str) -> Plan:
    """The plan of the visitor's own order. Else 404; so is a parcel's, whose plan is its whole's."""
    order = visits.own_order(request, number)
    plan = Plan.objects.select_related("order").prefetch_related("parts").filter(order=order).first()
    if plan is None:
        raise Http404
    return plan


def _here(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("order-plan", args=[number]), status=303)


def no_answer() -> str:
    """What a client reads when the provider is silent."""
    return _("The payment page does not answer at the moment. Nothing was taken; please try again in a few minutes.")


def plan(request: HttpRequest, number: str) -> HttpResponse:
    """The plan's page; a post pays what was chosen, on the provider's page."""
    found = _own_plan(request, number)
    if request.GET.get("key"):  # the key leaves the address bar
        return HttpResponseRedirect(reverse("order-plan", args=[number]))
    if request.method != "POST":
        return _page(request, found)
    view = plan_reading.read(found, now=request.now)
    wanted = {str(each.part.number): each.part.pk for each in view.payable}
    chosen = set(wanted) if request.POST.get("act") == "all" else set(request.POST.getlist("part")) & set(wanted)
    try:
        if not chosen:
            raise NothingChosen()
        ids = [wanted[each] for each in chosen]
        return HttpResponseRedirect(to_pay(found, ids, request), status=303)
    except Refusal as no:
        found = _own_plan(request, number)
        return _page(request, found, refusal=no, chosen=chosen, status=422 if isinstance(no, NothingChosen) else 409)
    except port.Unknown:
        messages.error(request, no_answer())
        return _here(number)


def to_pay(found: Plan, part_ids: list[int], request: HttpRequest) -> str:
    """The provider's page for parts of a plan. Raises AskedOften, what `part_payments.open_page` raises, port.Unknown."""
    if asked(f"plan-page:{found.pk}", seconds=3600) > PAGES_AN_HOUR:
        raise AskedOften()
    return part_payments.open_page(found, part_ids, now=request.now)


def _page(
    request: HttpRequest, found: Plan, *, refusal: Refusal | None = None, chosen: Collection[str] = (), status: int = 200
) -> HttpResponse:
    view = plan_reading.read(found, now=request.now)
    context = {
        "view": view,
        "plan": found,
        "order": found.order,
        "room": "plans",
        "refusal": refusal,
        "chosen": chosen,
        "can_change_card": payment_cards.can_be_changed(found),
        "given_back": showing.of(found.order),
    }
    return private(render(request, "checkout/plan.html", context, status=status))


@require_POST
def card(request: HttpRequest, number: str) -> HttpResponse:
    """To the provider's page, where another card is left."""
    found = _own_plan(request, number)
    try:
        if asked(f"plan-page:{found.pk}", seconds=3600) > PAGES_AN_HOUR:
            raise AskedOften()
        return HttpResponseRedirect(payment_cards.open_page(found, now=request.now), status=303)
    except Refusal as no:
        messages.error(request, no.sentence())
    except port.Unknown:
        messages.error(request, no_answer())
    return _here(number)


def card_returned(request: HttpRequest, number: str) -> HttpResponse:
    """Back from that page: ask the provider at once, so that the client sees whether his card is kept."""
    found = _own_plan(request, number)
    last = CardChange.objects.filter(plan=found).order_by("pk").last()
    try:
        if last:
            payment_cards.settle(last.pk, now=request.now)
            last.refresh_from_db()
            if last.state == CardState.KEPT:
                messages.success(request, _("Your card is kept. What is still to come is collected from it."))
    except port.Unknown:
        messages.info(request, _("Your card is being saved. This page shows it as soon as we know."))
    return HttpResponseRedirect(reverse("order-plan", args=[number]))


def statement(request: HttpRequest, number: str) -> HttpResponse:
    """The plan's statement as a PDF, in the order's language."""
    found = _own_plan(request, number)
    if request.GET.get("key"):
        return HttpResponseRedirect(reverse("order-statement", args=[number]))
    view = plan_reading.read(found, now=request.now)
    return receipt_views.paper(
        request, found.order, lambda: statements.pdf_of(view, now=request.now), name=f"{found.order.number}-plan"
    )

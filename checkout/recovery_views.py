"""What somebody sees who opened the link of a letter: what is owed of one plan, and the way to pay it. No name, piece or address.

The link's token opens the page once in each browser and then leaves the address: the page is kept with the session, and no
longer than the link itself lives.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from catalog.private_pages import AN_HOUR, OPENED, private
from services.deferred import arrears
from services.deferred.models import Plan
from services.deferred.states import PAYABLE, PartState, PlanKind
from services.foundation.counting import asked
from services.foundation.house import house
from services.foundation.provider import port
from services.foundation.provider.models import OPEN_STATES, Attempt, AttemptState
from services.foundation.refusal import Refusal
from services.foundation.visitors import network_key

from . import plan_views, recovering, settling, visits

#: Plans whose link this session has opened, each with the second in which it did.
SESSION_KEY = "owed"


def _gone(request: HttpRequest, *, status: int = 404) -> HttpResponse:
    return private(render(request, "checkout/owed_gone.html", {"is_many": status == 429}, status=status))


@require_GET
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The link itself: its page from now on belongs to this session, and the token leaves the address bar."""
    if asked(f"owed:{network_key(request)}", seconds=AN_HOUR) > OPENED:
        return private(_gone(request, status=429), referrer="no-referrer")
    plan = recovering.find(token)
    if plan is None:
        return private(_gone(request), referrer="no-referrer")
    seen = request.session.get(SESSION_KEY, {})
    newest = dict(sorted(seen.items(), key=lambda row: row[1])[-19:])
    request.session[SESSION_KEY] = newest | {str(plan.pk): int(request.now.timestamp())}
    return private(HttpResponseRedirect(reverse("owed", args=[plan.pk])), referrer="no-referrer")


def _is_open(request: HttpRequest, plan_id: int) -> bool:
    since = request.session.get(SESSION_KEY, {}).get(str(plan_id))
    return since is not None and since > (request.now - timedelta(days=house().dunning.link_days)).timestamp()


def owed(request: HttpRequest, pk: int) -> HttpResponse:
    """What is owed today, and the provider's page for it; another card, and the bank's question where it asks one."""
    if not _is_open(request, pk):
        raise Http404
    plan = recovering.standing(pk)
    if plan is None:
        return _gone(request)
    refusal = None
    parts = arrears.owed_now(plan, today=request.now.astimezone(ZoneInfo(plan.zone_name)).date())
    if request.method == "POST":
        try:
            return private(HttpResponseRedirect(plan_views.to_pay(plan, [part.pk for part in parts], request), status=303))
        except Refusal as no:
            refusal = no
        except port.Unknown:
            messages.error(request, plan_views.no_answer())
            return private(HttpResponseRedirect(reverse("owed", args=[pk]), status=303))
    open_parts = parts if plan.state in PAYABLE else []
    context = {
        "plan": plan,
        "parts": open_parts,
        "total": sum((part.amount for part in open_parts), 0 * plan.total),
        "is_collected": any(part.state == PartState.COLLECTING for part in open_parts),
        "refusal": refusal,
    }
    return private(render(request, "checkout/owed.html", context, status=409 if refusal else 200))


@require_GET
def returned(request: HttpRequest, token: str) -> HttpResponse:
    """Back from the provider's page of a part: ask it at once, and lead to where the client came from."""
    attempt = recovering.came_back(token, now=request.now)
    if attempt is None:
        return _gone(request)
    try:
        settling.settle(attempt.pk, now=request.now)
    except port.Unknown:
        messages.info(request, _("The payment is being confirmed. This page shows it as soon as we know."))
    attempt.refresh_from_db(fields=["state", "page_url"])
    plan = Plan.objects.get(order=attempt.order)
    if attempt.state == AttemptState.CAPTURED:
        messages.success(request, _("Thank you: your payment is received."))
    if visits.may_open(request, attempt.order):
        name = "order-plan" if plan.kind == PlanKind.INSTALMENTS else "order"
        return private(HttpResponseRedirect(reverse(name, args=[attempt.order.number])))
    if _is_open(request, plan.pk):
        return private(HttpResponseRedirect(reverse("owed", args=[plan.pk])))
    return private(render(request, "checkout/owed_came_back.html", _told(attempt)))


def _told(attempt: Attempt) -> dict[str, object]:
    """In another browser than the one that opened the link: whether it was paid, and the page while it is open."""
    is_open = attempt.state in OPEN_STATES
    return {"attempt": attempt, "is_paid": attempt.state == AttemptState.CAPTURED, "page": attempt.page_url if is_open else ""}

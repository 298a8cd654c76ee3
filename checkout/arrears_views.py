"""The payments desk's page of plans that do not run as agreed, and of one such plan: its next steps, each with a reason."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from services.deferred import arrears, desk
from services.deferred.arrears import Stage
from services.deferred.models import Plan
from services.deferred.refusals import DaysWrong
from services.deferred.states import ActKind, PartState
from services.foundation import days
from services.foundation.refusal import Refusal

from . import plan_reading

View = Callable[..., HttpResponse]
SEE, ARRANGE = "deferred.view_planact", "deferred.arrange_plan"
#: The stages as the desk works them off, and what each means.
STAGES = {
    Stage.DESK: (gettext_lazy("With the desk"), gettext_lazy("Days of grace are over: please speak with the client.")),
    Stage.GRACE: (
        gettext_lazy("In grace"),
        gettext_lazy("Not tried again; the client can pay by the link of his letter."),
    ),
    Stage.TRIED: (gettext_lazy("Tried again"), gettext_lazy("Declined, and tried again by the clock.")),
    Stage.PAUSED: (gettext_lazy("Paused"), gettext_lazy("Nothing is collected until new days are agreed.")),
    Stage.OUTSIDE: (gettext_lazy("Handed over"), gettext_lazy("Somebody outside collects it; the client may still pay here.")),
}
#: The acts as the page shows them: name, words of the button, what it does.
ACTS: dict[Any, tuple[Any, Any]] = {
    ActKind.CALL: (gettext_lazy("Write down a call"), gettext_lazy("What was said; the client gets no letter.")),
    ActKind.PAUSE: (
        gettext_lazy("Pause"),
        gettext_lazy("Nothing is collected until new days are agreed. The client is told; goods not yet sent wait."),
    ),
    ActKind.NEW_DATES: (
        gettext_lazy("Agree new days"),
        gettext_lazy("The plan runs again by these days, as agreed with the client, who gets them in a letter."),
    ),
    ActKind.HAND_OVER: (
        gettext_lazy("Hand over"),
        gettext_lazy("For collection by somebody outside. Nothing is collected here any more; the client is told."),
    ),
}


def _for(permission: str) -> Callable[[View], View]:
    """Staff with this permission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **more)

        return wraps(view)(admin.site.admin_view(guarded))

    return decorate


@_for(SEE)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Every plan that failed, is paused, or is with somebody outside, by the desk's stages."""
    rows = arrears.waiting()
    stages = [
        {"words": words, "means": means, "rows": [row for row in rows if row.stage == stage]}
        for stage, (words, means) in STAGES.items()
    ]
    context = {**admin.site.each_context(request), "title": _("Parts that failed"), "stages": stages}
    return render(request, "admin/arrears.html", context)


@_for(SEE)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: its parts, what was done, and the next steps for whoever may take them."""
    found = get_object_or_404(Plan.objects.select_related("order__user").prefetch_related("parts"), pk=pk)
    if request.method == "POST":
        return _do(request, found)
    return _page(request, found)


def _do(request: HttpRequest, found: Plan) -> HttpResponse:
    if not request.user.has_perm(ARRANGE):
        raise PermissionDenied
    kind, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    typed = {part.number: request.POST.get(f"day-{part.number}", "") for part in found.parts.all()}
    act = {ActKind.CALL: desk.note_call, ActKind.PAUSE: desk.pause, ActKind.HAND_OVER: desk.hand_over}.get(kind)  # type: ignore[call-overload]
    try:
        if kind == ActKind.NEW_DATES:
            agreed = {number: day for number, text in typed.items() if (day := days.read(text))}
            desk.agree_days(found.pk, agreed, reason=reason, by_id=request.user.pk, now=request.now)
        elif act:
            act(found.pk, reason=reason, by_id=request.user.pk, now=request.now)
        else:
            raise PermissionDenied
    except Refusal as no:
        return _page(request, found, kind=kind, reason=reason, typed=typed, refusal=no)
    messages.success(request, _("Written down."))
    return HttpResponseRedirect(reverse("arrears-plan", args=[found.pk]), status=303)


def _page(
    request: HttpRequest,
    found: Plan,
    *,
    kind: str = "",
    reason: str = "",
    typed: dict[int, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    can = desk.acts_of(found) if request.user.has_perm(ARRANGE) else set()
    opened = [part for part in found.parts.all() if part.state in (PartState.DUE, PartState.DECLINED)]
    context = {
        **admin.site.each_context(request),
        "title": _("Plan of order %(number)s") % {"number": found.order.number},
        "plan": found,
        "view": plan_reading.read(found, now=request.now),
        "acts": found.acts.select_related("by").order_by("-at", "-pk"),
        "forms": [
            {
                "kind": each.value,
                "words": words,
                "means": means,
                "reason": reason if each == kind else "",
                "refusal": refusal if each == kind else None,
                "days": [_day(part.number, part.due_on, typed, refusal) for part in opened] if each == ActKind.NEW_DATES else [],
            }
            for each, (words, means) in ACTS.items()
            if each.value in can
        ],
        "most": desk.MOST_OF_REASON,
        "sees_order": request.user.has_perm("order.view_order"),
    }
    return render(request, "admin/arrears_plan.html", context, status=422 if refusal else 200)


def _day(number: int, due_on: date, typed: dict[int, str] | None, refusal: Refusal | None) -> dict[str, Any]:
    wrong = isinstance(refusal, DaysWrong) and refusal.facts["number"] == number
    return {"number": number, "value": typed.get(number, "") if typed else due_on.isoformat(), "wrong": wrong}

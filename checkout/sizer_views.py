"""The sizers' page behind the shop: what is to be sent, its labels, the scan that says it left, and who has not answered yet."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from services.foundation.house import house
from services.foundation.refusal import Refusal

from . import sizers, slips
from .order.models import Sizer
from .order.states import SizerState

View = Callable[..., HttpResponse]
SEE, SEND = "order.view_sizer", "order.send_sizer"


def _for(*permissions: str) -> Callable[[View], View]:
    """Staff with one of these permissions."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            if not any(request.user.has_perm(name) for name in permissions):
                raise PermissionDenied
            return view(request, *args, **more)

        return wraps(view)(admin.site.admin_view(guarded))

    return decorate


@_for(SEE, SEND)
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What is to be sent, and who has a sizer."""
    context = {
        **admin.site.each_context(request),
        "title": _("Sizers"),
        "rounds": sizers.rounds(),
        "days": house().sizers.ask_adviser_after_days,
        "sends": request.user.has_perm(SEND),
        "sees_order": request.user.has_perm("order.view_order"),
    }
    return render(request, "admin/sizers.html", context)


@_for(SEND)
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """A label was scanned, or its code typed: the sizer leaves the house."""
    try:
        sizer = sizers.find(request.POST.get("code", ""))
        sizers.send(sizer, by_id=request.user.pk, now=request.now)
        messages.success(request, _("Sizer %(code)s is sent; the client is told.") % {"code": sizer.code})
    except Refusal as no:
        messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("sizers"), status=303)


@_for(SEND)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """It was lost: another is to be sent."""
    sizer = get_object_or_404(Sizer, pk=pk)
    try:
        sizers.send_again(sizer)
        messages.success(request, _("Another sizer is to be sent. Please print its label."))
    except Refusal as no:
        messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("sizers"), status=303)


@_for(SEND)
@require_GET
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The address label of a sizer that is to be sent."""
    sizer = get_object_or_404(Sizer.objects.select_related("line__order"), pk=pk, state=SizerState.TO_SEND)
    response = HttpResponse(slips.sizer_label_of(sizer), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="sizer-{sizer.code}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response

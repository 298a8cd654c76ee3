"""The page on which a client says for whom the fapiao of his order is, until it is issued."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from checkout import visits
from services.foundation.refusal import Refusal

from . import fapiao
from .models import Fapiao


def details(request: HttpRequest, number: str) -> HttpResponse:
    """What is asked for, and the form to change it: for the order's client, its session, or whoever holds its link."""
    order = visits.own_order(request, number)
    if request.GET.get("key"):
        return HttpResponseRedirect(reverse("order-fapiao", args=[number]))
    found = Fapiao.objects.filter(order=order).first()
    if not fapiao.can_be_changed(order, found):
        if found is None:
            raise Http404
        return HttpResponseRedirect(reverse("order", args=[number]))
    values, errors, refusal = fapiao.values_of(found), {}, ""
    if request.method == "POST":
        values = {name: request.POST.get(name, "")[:200] for name in fapiao.FIELDS}
        fapiao.settle(values, is_asked=True)
        errors = fapiao.problems(values)
        if not errors:
            try:
                fapiao.change(order, fapiao.wish(values), now=request.now)
                messages.success(request, _("Thank you. We issue the fapiao as you wrote it."))
                return HttpResponseRedirect(reverse("order", args=[number]), status=303)
            except Refusal as no:
                refusal = no.sentence()
    typed = {"values": values, "errors": errors}
    status = 422 if errors else 409 if refusal else 200
    return render(request, "checkout/fapiao.html", {"order": order, "typed": typed, "refusal": refusal}, status=status)

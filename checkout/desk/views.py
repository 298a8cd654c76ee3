"""The payments desk behind the shop: what waits, an order's money, and what is expected. Read-only; acts have their own doors."""

import csv

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.order.models import Order

from . import acting, chart, forecasting, order_money, queues

MONEY = "book.view_entry"


def _context(request: HttpRequest, title: str) -> dict[str, object]:
    return {**admin.site.each_context(request), "title": title}


def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this person, list by list."""
    if not queues.may_see(request.user):
        raise PermissionDenied
    now = timezone.now()
    context = _context(request, _("Payments desk")) | {"queues": queues.of(request.user, now=now)}
    return render(request, "admin/desk/desk.html", context)


def money(request: HttpRequest, number: str) -> HttpResponse:
    """One order's money."""
    if not request.user.has_perm(MONEY):
        raise PermissionDenied
    order = Order.objects.select_related("user", "whole__user").filter(number=number).first()
    if order is None:
        raise Http404
    found = order_money.read(order)
    title = _("Money of order %(number)s") % {"number": found.order.number}
    context = _context(request, title) | {"money": found, "actions": acting.of(request, found.order)}
    return render(request, "admin/desk/money.html", context)


def forecast(request: HttpRequest) -> HttpResponse:
    """What is owed by age, and what is expected week by week; each currency with its chart and its table."""
    if not request.user.has_perm(MONEY):
        raise PermissionDenied
    found = forecasting.read(now=timezone.now())
    rows = [(each, chart.draw(each.weeks), [(_bucket(bucket), bucket) for bucket in each.ageing]) for each in found]
    return render(request, "admin/desk/forecast.html", _context(request, _("Owed and expected")) | {"outlooks": rows})


def forecast_csv(request: HttpRequest) -> HttpResponse:
    """The same as rows: amounts as numbers, days as ISO dates."""
    if not request.user.has_perm(MONEY):
        raise PermissionDenied
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="owed-and-expected-{timezone.now():%Y-%m-%d}.csv"'
    response.write("\ufeff")  # by which spreadsheets know the encoding
    out = csv.writer(response)
    out.writerow([_("Currency"), _("Table"), _("Row"), _("Number"), _("Amount")])
    for each in forecasting.read(now=timezone.now()):
        for bucket in each.ageing:
            out.writerow([each.currency, _("Owed by age"), _bucket(bucket), bucket.count, bucket.amount])
        for week in each.weeks:
            for words, amount in ((_("Plans"), week.parts), (_("Authorised"), week.held)):
                out.writerow([each.currency, words, week.monday.isoformat(), "", amount])
        out.writerow([each.currency, _("Later"), "", "", each.later])
    return response


def _bucket(bucket: forecasting.Bucket) -> str:
    if bucket.to == 0:
        return _("Not due yet")
    if bucket.to is None:
        return _("More than %(days)s days overdue") % {"days": bucket.above}
    return _("%(first)s to %(last)s days overdue") % {"first": bucket.above + 1, "last": bucket.to}

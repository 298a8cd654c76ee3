"""Fapiao details behind the shop: exported for the tax authority's system, and noted once issued there."""

import csv

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal

from . import fapiao
from .models import Document, DocumentKind, Fapiao

#: What a spreadsheet would take for a formula at the beginning of a cell (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: object) -> str:
    """A client's words as a spreadsheet shows them, and never as it reckons with them."""
    said = str(text)
    return f"'{said}" if said.startswith(_FORMULA) else said


class IsIssued(admin.SimpleListFilter):
    title = _("issued")
    parameter_name = "issued"

    def lookups(self, request, model_admin):
        return [("no", _("not yet")), ("yes", _("issued"))]

    def queryset(self, request, queryset):
        if self.value() == "no":
            return queryset.filter(issued_at=None).exclude(kind="none")
        return queryset.filter(issued_at__isnull=False) if self.value() == "yes" else queryset


@admin.register(Fapiao)
class FapiaoAdmin(ReadOnlyAdmin):
    change_form_template = "admin/fapiao_page.html"
    list_display = ("order", "state", "kind", "title", "tax_code", "changed_at", "issued_number")
    list_filter = (IsIssued, "kind", "order__status")
    search_fields = ("order__number", "title", "tax_code", "issued_number")
    list_select_related = ("order",)
    fields = readonly_fields = ("order", "kind", "title", "tax_code", "changed_at", "issued_at", "issued_number", "issued_by")
    actions = ["export"]

    @admin.display(description=_("state"), ordering="order__status")
    def state(self, row):
        return row.order.get_status_display()

    def get_urls(self):
        return [
            path("<int:pk>/issued/", self.admin_site.admin_view(self.issued), name="invoicing_fapiao_issued"),
            *super().get_urls(),
        ]

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export(self, request, queryset):
        """One row an order, amounts with tax and the tax in them, for those who issue fapiao. Two queries."""
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="fapiao.csv"'
        response.write("\ufeff")  # by which spreadsheets know the encoding
        out = csv.writer(response)
        head = [_("Order"), _("Placed"), _("State"), _("Fapiao"), _("Title"), _("Unified social credit code"), _("E-mail")]
        head += [_("Mobile"), _("Currency"), _("Total"), _("Tax"), _("Invoice"), _("Fapiao number")]
        out.writerow([str(word) for word in head])
        rows = queryset.select_related("order__user").order_by("order__date_placed")
        found = Document.objects.filter(kind=DocumentKind.INVOICE, order__in=[row.order_id for row in rows])
        invoices = dict(found.values_list("order_id", "name"))
        for row in rows:
            order = row.order
            words = (order.number, order.date_placed.date(), order.get_status_display(), row.get_kind_display(), row.title)
            words += (row.tax_code, order.email, order.contact_mobile, order.currency, order.total_incl_tax)
            words += (order.total_incl_tax - order.total_excl_tax, invoices.get(order.pk, ""), row.issued_number)
            out.writerow([cell(word) for word in words])
        LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, gettext("Exported for issuing."))
        return response

    def issued(self, request, pk):
        """It was issued in the tax authority's system. POST only; who noted it stands in the history."""
        if not request.user.has_perm("invoicing.issue_fapiao"):
            raise PermissionDenied
        if request.method == "POST":
            number, seen = request.POST.get("number", "")[:40], request.POST.get("seen", "")
            try:
                with transaction.atomic():
                    version = int(seen) if seen.isascii() and seen.isdigit() else 0
                    fapiao.note_issued(pk, number=number, seen=version, by_id=request.user.pk, now=timezone.now())
                    row = Fapiao.objects.get(pk=pk)
                    said = gettext("Issued: %(number)s") % {"number": row.issued_number}
                    LogEntry.objects.log_actions(request.user.pk, [row], CHANGE, said, single_object=True)
                self.message_user(request, said, messages.SUCCESS)
            except Refusal as no:
                self.message_user(request, no.sentence(), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:invoicing_fapiao_change", args=[pk]))

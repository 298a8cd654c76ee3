"""Invoices and credit notes behind the shop: to be read, printed and sent again; nobody edits one."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from services.foundation.formats import money, percent
from services.foundation.outbox import posting
from services.foundation.readonly import ReadOnlyAdmin

from . import fapiao_admin, paper  # noqa: F401 - one registers its own
from .models import Document, DocumentLine

_SENT = gettext_noop("Sent to the client again.")


class LineInline(admin.TabularInline):
    model = DocumentLine
    fk_name = "document"
    extra = 0
    can_delete = False
    fields = readonly_fields = (
        "title",
        "details",
        "quantity",
        "net_amount",
        "tax_amount",
        "gross_amount",
        "tax_rate",
        "jurisdiction",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("document")

    @admin.display(description=_("net"))
    def net_amount(self, line):
        return money(line.net, line.document.currency)

    @admin.display(description=_("tax"))
    def tax_amount(self, line):
        return money(line.tax, line.document.currency)

    @admin.display(description=_("total"))
    def gross_amount(self, line):
        return money(line.gross, line.document.currency)

    @admin.display(description=_("tax rate"))
    def tax_rate(self, line):
        return percent(line.rate.normalize())

    def has_add_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("invoicing.view_document")


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    change_form_template = "admin/document_page.html"
    list_display = ("name", "kind", "order", "issued_on", "total", "corrects", "reason")
    list_filter = ("kind", "series__region_code", "currency", "issued_on")
    search_fields = ("name", "order__number", "buyer")
    list_select_related = ("order", "corrects", "series")
    date_hierarchy = "issued_on"
    fields = ("name", "kind", "order", "corrects", "reason", "issued_on", "supplied_on", "issued_at", "issued_by")
    fields += ("seller", "buyer", "net_amount", "tax_amount", "total", "language")
    readonly_fields = fields
    inlines = [LineInline]

    @admin.display(description=_("net"))
    def net_amount(self, document):
        return money(document.net, document.currency)

    @admin.display(description=_("tax"))
    def tax_amount(self, document):
        return money(document.tax, document.currency)

    @admin.display(description=_("total"), ordering="gross")
    def total(self, document):
        return money(document.gross, document.currency)

    def get_urls(self):
        mine = [
            path("<int:pk>/paper.pdf", self.admin_site.admin_view(self.paper), name="invoicing_paper"),
            path("<int:pk>/send/", self.admin_site.admin_view(self.send), name="invoicing_send"),
        ]
        return mine + super().get_urls()

    def paper(self, request, pk):
        """The document as its client reads it."""
        if not request.user.has_perm("invoicing.view_document"):
            raise PermissionDenied
        document = get_object_or_404(Document.objects.select_related("order", "corrects"), pk=pk)
        response = HttpResponse(paper.pdf_of(document), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{document.name}.pdf"'
        response["Cache-Control"] = "no-store, private"
        return response

    def send(self, request, pk):
        """Send the client the letter again. POST only; who did it stands in the document's history."""
        if not request.user.has_perm("invoicing.send_document"):
            raise PermissionDenied
        document = get_object_or_404(Document, pk=pk)
        if request.method == "POST":
            with transaction.atomic():
                Document.objects.select_for_update(of=("self",)).get(pk=pk)
                entry = LogEntry.objects.log_actions(request.user.pk, [document], CHANGE, gettext(_SENT), single_object=True)
                posting.post("letter.document", key=f"letter:document:{pk}:{entry.pk}", document_id=pk, again=entry.pk)
            self.message_user(request, gettext("%(name)s is sent to the client again.") % {"name": document}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:invoicing_document_change", args=[pk]))

"""The house's accounts, the banks' tables and, to be looked up, statements and their lines. The desk itself: `views`."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.texts_admin import TwoPeople

from . import offering
from .models import BankAccount, CsvLayout, Overpayment, Statement, StatementLine


@admin.register(BankAccount)
class BankAccountAdmin(TwoPeople):
    """An account that clients are told changes once a second person approves it."""

    list_display = ("region", "holder", "account", "hold_days", "is_offered")
    list_filter = ("region", "is_offered")
    list_select_related = ("region",)
    fieldsets = (
        (None, {"fields": ("region", "is_offered")}),
        (_("The account"), {"fields": ("holder", "bank", ("iban", "bic"), ("number", "branch", "bank_code"))}),
        (_("Who may pay so"), {"fields": (("least", "most"), "for_launches")}),
        (_("How long it is awaited"), {"fields": (("hold_days", "remind_days"),)}),
        (_("Statements"), {"fields": ("csv_layout",)}),
    )

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        offering.all_accounts.forget()


@admin.register(CsvLayout)
class CsvLayoutAdmin(admin.ModelAdmin):
    list_display = ("name", "encoding", "delimiter", "day_format")


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ("name", "account", "lines_read", "at", "by")
    list_filter = ("account",)
    list_select_related = ("account", "by")
    search_fields = ("name", "sha256")
    date_hierarchy = "at"


@admin.register(StatementLine)
class StatementLineAdmin(ReadOnlyAdmin):
    list_display = ("booked_on", "amount", "currency", "payer", "reference", "state", "desk")
    list_filter = ("state", "account", "currency")
    search_fields = ("payer", "payer_account", "text", "reference", "bank_reference", "assignments__order__number")
    date_hierarchy = "booked_on"
    exclude = ("identity",)

    @admin.display(description=_("desk"))
    def desk(self, line):
        return format_html('<a href="{}">{}</a>', reverse("transfer-line", "flagship.urls", args=[line.pk]), _("Open"))


@admin.register(Overpayment)
class OverpaymentAdmin(ReadOnlyAdmin):
    list_display = ("order", "amount", "state", "payee", "decided_by", "decided_at", "ended_by", "ended_at")
    list_filter = ("state",)
    list_select_related = ("order", "decided_by", "ended_by")
    search_fields = ("order__number", "payee")

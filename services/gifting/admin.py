from django import forms
from django.contrib import admin, messages
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from services.foundation.refusal import Refusal
from services.foundation.texts_admin import TextsAdmin, TextsForm

from . import stock
from .models import MoveReason, PackingOption, StockMove


class Low(admin.SimpleListFilter):
    """Articles that will soon run out."""

    title = _("stock")
    parameter_name = "low"

    def lookups(self, request, model_admin):
        return [("yes", _("low"))]

    def queryset(self, request, queryset):
        return queryset.filter(stock__lte=F("low_at")) if self.value() == "yes" else queryset


class ArticleForm(TextsForm):
    """Stock is never typed over: staff say what came or went, and why."""

    moved = forms.IntegerField(
        label=_("came (+) or went (−)"), required=False, help_text=_("Added to what is in stock; a minus takes away.")
    )
    reason = forms.ChoiceField(
        label=_("reason"),
        required=False,
        choices=[(r.value, r.label) for r in (MoveReason.DELIVERED, MoveReason.COUNTED, MoveReason.SPOILT)],
    )

    def clean_barcode(self):
        return self.cleaned_data["barcode"] or None


class StockMoveInline(admin.TabularInline):
    model = StockMove
    extra = 0
    can_delete = False
    fields = readonly_fields = ("moment", "number", "reason", "order_line", "by")
    verbose_name_plural = _("the last stock moves")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.get_queryset = lambda self: StockMove.objects.filter(article=self.instance).select_related("by", "order_line")[
            :20
        ]
        return formset

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("gifting.view_packingoption")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("when"))
    def moment(self, move):
        return date_format(timezone.localtime(move.at), "SHORT_DATETIME_FORMAT")


@admin.register(PackingOption)
class PackingOptionAdmin(TextsAdmin):
    form = ArticleForm
    list_display = ("kind", "name", "colour", "is_offered", "in_stock", "low_at", "barcode", "position")
    list_display_links = ("name",)
    list_filter = ("kind", "is_offered", Low)
    readonly_fields = ("in_stock",)
    filter_horizontal = ("fits",)
    inlines = [StockMoveInline]

    @admin.display(description=_("in stock"), ordering="stock")
    def in_stock(self, article):
        return _("not counted") if article.stock is None else article.stock

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        number, reason = form.cleaned_data.get("moved"), form.cleaned_data.get("reason")
        if not number or form.instance.pk is None:
            return
        try:
            stock.move(form.instance.pk, number, reason=reason or MoveReason.COUNTED, by_id=request.user.pk)
        except Refusal:
            self.message_user(request, _("There are not so many in stock."), messages.ERROR)

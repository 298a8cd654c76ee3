from django import forms
from django.contrib import admin, messages
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from services.foundation.refusal import Refusal
from services.foundation.texts_admin import TextsAdmin, TextsForm

from . import link_admin, stock  # noqa: F401 - gifts by link have their page in a module of their own
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


@admin.register(PackingOption)
class PackingOptionAdmin(TextsAdmin):
    form = ArticleForm
    list_display = ("kind", "name", "colour", "is_offered", "in_stock", "low_at", "barcode", "position")
    list_display_links = ("name",)
    list_filter = ("kind", "is_offered", Low)
    readonly_fields = ("in_stock", "last_moves")
    filter_horizontal = ("fits",)

    @admin.display(description=_("in stock"), ordering="stock")
    def in_stock(self, article):
        return _("not counted") if article.stock is None else article.stock

    @admin.display(description=_("the last stock moves"))
    def last_moves(self, article):
        if article.pk is None:
            return "–"
        rows = StockMove.objects.filter(article_id=article.pk).select_related("by")[:20]
        said = (
            (
                date_format(timezone.localtime(row.at), "SHORT_DATETIME_FORMAT"),
                f"{row.number:+d}",
                row.get_reason_display(),
                row.by,
            )
            for row in rows
        )
        return format_html_join(mark_safe("<br>"), "{} · {} · {} · {}", ((*facts, by or "–") for *facts, by in said)) or "–"

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        number, reason = form.cleaned_data.get("moved"), form.cleaned_data.get("reason")
        if not number or form.instance.pk is None:
            return
        try:
            stock.move(form.instance.pk, number, reason=reason or MoveReason.COUNTED, by_id=request.user.pk)
        except Refusal:
            self.message_user(request, _("There are not so many in stock."), messages.ERROR)

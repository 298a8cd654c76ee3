from django import forms
from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.texts_admin import TextsForm, TwoPeople

from . import offers
from .models import CardChange, EligibilityRule, Part, Plan, PlanAct
from .states import Way


def kinds_of_pieces() -> list[tuple[str, str]]:
    """The house's kinds of pieces, as a choice."""
    kinds = apps.get_model("catalogue", "ProductClass")
    return list(kinds.objects.order_by("name").values_list("slug", "name"))


class RuleForm(TextsForm):
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of pieces"), choices=kinds_of_pieces, required=False, widget=forms.CheckboxSelectMultiple
    )


@admin.register(EligibilityRule)
class EligibilityRuleAdmin(TwoPeople):
    """Rules that are offered change once a second person approves it."""

    form = RuleForm
    list_display = ("region", "kind", "terms", "amounts", "asks", "is_offered")
    list_filter = ("region", "kind", "is_offered")
    list_select_related = ("region",)
    fieldsets = (
        (None, {"fields": ("region", "kind", "is_offered")}),
        (_("Who may have it"), {"fields": (("least", "most"), "kinds", "launches", "paid_orders", "none_missed")}),
        (_("Instalments"), {"fields": ("parts", ("cost", "rate"))}),
        (_("Deposit and balance"), {"fields": ("deposit_percent", "deposit_is_binding", ("opens_after", "open_for"))}),
        (_("After delivery"), {"fields": ("due_days",)}),
        (_("Another method of the provider"), {"fields": ("method",)}),
    )

    @admin.display(description=_("amounts"))
    def amounts(self, rule):
        return f"{rule.least} – {rule.most} {rule.region.currency}"

    @admin.display(description=_("asks for"))
    def asks(self, rule):
        asked = [*rule.kinds]
        asked += [rule.get_launches_display()] if rule.launches != "all" else []
        asked += [_("paid orders: %(n)s") % {"n": rule.paid_orders}] if rule.paid_orders else []
        asked += [_("no part missed")] if rule.none_missed else []
        return ", ".join(str(each) for each in asked) or "–"

    @admin.display(description=_("terms"))
    def terms(self, rule):
        if rule.kind == Way.DEPOSIT:
            return f"{rule.deposit_percent.normalize():f} %"
        if rule.kind == Way.AFTER_DELIVERY:
            return _("%(n)s days") % {"n": rule.due_days}
        if rule.kind == Way.PROVIDER:
            return rule.get_method_display()
        rate = f"{rule.rate.normalize():f} % · " if rule.rate else ""
        return f"{rule.parts} × · {rate}{rule.get_cost_display()}"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        offers.all_rules.forget()


class PartInline(admin.TabularInline):
    model = Part
    extra = 0
    can_delete = False


class ActInline(admin.TabularInline):
    model = PlanAct
    extra = 0
    can_delete = False
    readonly_fields = ("kind", "reason", "before", "after", "by", "at")


class CardChangeInline(admin.TabularInline):
    model = CardChange
    extra = 0
    can_delete = False
    exclude = ("session", "page_url")


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("order", "kind", "state", "total", "currency", "agreed_at")
    list_filter = ("kind", "state")
    search_fields = ("order__number",)
    exclude = ("customer", "method")
    inlines = [PartInline, ActInline, CardChangeInline]

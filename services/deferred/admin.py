from django.contrib import admin

from services.foundation.readonly import ReadOnlyAdmin

from .models import EligibilityRule, Part, Plan


@admin.register(EligibilityRule)
class EligibilityRuleAdmin(admin.ModelAdmin):
    list_display = ("region", "parts", "least", "most", "is_offered")


class PartInline(admin.TabularInline):
    model = Part
    extra = 0
    can_delete = False


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("order", "state", "total", "currency", "agreed_at")
    list_filter = ("state",)
    search_fields = ("order__number",)
    exclude = ("customer", "method")
    inlines = [PartInline]

from django.contrib import admin

from services.foundation.texts_admin import TextsAdmin

from . import roster
from .models import Region, TaxRate


class TaxRateInline(admin.TabularInline):
    model = TaxRate
    extra = 0


@admin.register(Region)
class RegionAdmin(TextsAdmin):
    list_display = ("code", "name", "currency", "tax_mode", "time_zone_name")
    search_fields = ("code", "name")
    inlines = [TaxRateInline]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        roster.forget()

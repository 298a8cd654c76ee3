from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from services.foundation.texts_admin import TextsAdmin, TwoPeople

from .feasts import falls_on
from .models import Feast, Holiday, Transit


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    list_display = ("region", "day", "name")
    list_filter = ("region",)
    date_hierarchy = "day"


@admin.register(Transit)
class TransitAdmin(TwoPeople):
    list_display = ("region", "country", "subdivision", "days", "cut_off_hour", "charge", "customs_to_broker")
    list_filter = ("region",)

    def has_delete_permission(self, request, obj=None):
        return False  # another row would take its place, and its charge: a price changed by one person


@admin.register(Feast)
class FeastAdmin(TextsAdmin):
    list_display = ("name", "calendar", "month", "day", "next_on", "is_offered", "position")
    list_filter = ("calendar", "is_offered")

    @admin.display(description=_("next"))
    def next_on(self, feast):
        on = falls_on(feast.calendar, feast.month, feast.day, after=timezone.localdate())
        return date_format(on) if on else "–"

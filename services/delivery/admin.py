from django.contrib import admin

from .models import Holiday, Transit


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    list_display = ("region", "day", "name")
    list_filter = ("region",)
    date_hierarchy = "day"


@admin.register(Transit)
class TransitAdmin(admin.ModelAdmin):
    list_display = ("region", "country", "subdivision", "days", "cut_off_hour", "charge")
    list_filter = ("region",)

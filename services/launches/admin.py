from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from services.foundation.readonly import ReadOnlyAdmin

from .models import Allowance, Launch


@admin.register(Launch)
class LaunchAdmin(TranslationAdmin):
    list_display = ("name", "piece", "opens_at", "closes_at", "edition_size", "limit_per_client")
    raw_id_fields = ("piece",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Allowance)
class AllowanceAdmin(ReadOnlyAdmin):
    list_display = ("launch", "client", "place", "order_line")
    list_filter = ("launch",)

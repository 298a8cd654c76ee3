from django.contrib import admin

from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.texts_admin import TextsAdmin

from .models import Allowance, Launch


@admin.register(Launch)
class LaunchAdmin(TextsAdmin):
    list_display = ("name", "piece", "opens_at", "closes_at", "edition_size", "limit_per_client")
    raw_id_fields = ("piece",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Allowance)
class AllowanceAdmin(ReadOnlyAdmin):
    list_display = ("launch", "client", "place", "order_line")
    list_filter = ("launch",)

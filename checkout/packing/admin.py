"""The record of the packing bench, to be read: who scanned what into which box, and what was refused."""

from django.contrib import admin

from services.foundation.readonly import ReadOnlyAdmin

from .models import PackingRecord


@admin.register(PackingRecord)
class PackingRecordAdmin(ReadOnlyAdmin):
    list_display = ("at", "order", "kind", "code", "why", "by")
    list_filter = ("kind", "why")
    search_fields = ("order__number", "code")
    list_select_related = ("order", "by")
    date_hierarchy = "at"
    fields = readonly_fields = ("at", "order", "line", "kind", "code", "why", "by")

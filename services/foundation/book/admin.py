from django.contrib import admin

from services.foundation.readonly import ReadOnlyAdmin

from .models import Entry, Posting


class PostingInline(admin.TabularInline):
    model = Posting
    extra = 0
    can_delete = False


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "order", "key")
    list_filter = ("kind",)
    search_fields = ("order__number", "key")
    list_select_related = ("order",)
    inlines = [PostingInline]

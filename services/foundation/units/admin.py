from django.contrib import admin

from .models import Unit


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    """Pieces of stock. Holds and claims are made by the shop, never by hand."""

    list_display = ("serial", "variant", "location", "edition_number", "hold", "order_line", "withdrawn_at")
    list_filter = ("location", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = ("variant__parent", "hold", "order_line")
    search_fields = ("serial", "variant__upc")
    raw_id_fields = ("variant",)
    readonly_fields = ("hold", "order_line")

    def save_model(self, request, obj, form, change):
        """Only what was typed is written: a hold or claim made meanwhile must not be overwritten with what stood here before."""
        obj.save(update_fields=form.changed_data if change else None)

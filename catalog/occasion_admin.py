"""The merchandiser's room for occasions: what pieces are given for, and when."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.foundation.scheduled_admin import ScheduledAdmin, ShownFilter
from services.foundation.texts_admin import TextsAdmin, texts_fieldset

from .models import Occasion, Product
from .search import indexing
from .showing import every_occasion
from .translation import OccasionTexts


@admin.register(Occasion)
class OccasionAdmin(ScheduledAdmin, TextsAdmin):
    list_display = ("name", "slug", "feast", "position", "is_public", "on_show")
    list_editable = ("position", "is_public")
    list_filter = (ShownFilter,)
    list_select_related = ("feast",)
    search_fields = ("name", "name_zh_hans", "name_fr")
    filter_horizontal = ("pieces",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("slug", "position", "is_public", "publish_at", "withdraw_at", "pieces")}),
        texts_fieldset(OccasionTexts.fields),
        (_("When"), {"fields": ("feast",)}),
    )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "pieces":  # what is given is a piece; its sizes and metals are chosen later
            kwargs["queryset"] = Product.objects.filter(parent=None)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request, form, formsets, change):
        before = set(form.instance.pieces.values_list("pk", flat=True))
        super().save_related(request, form, formsets, change)
        self._known(before | set(form.instance.pieces.values_list("pk", flat=True)))

    def delete_model(self, request, obj):
        pieces = set(obj.pieces.values_list("pk", flat=True))
        super().delete_model(request, obj)
        self._known(pieces)

    def delete_queryset(self, request, queryset):
        pieces = set(Product.objects.filter(occasions__in=queryset).values_list("pk", flat=True))
        super().delete_queryset(request, queryset)
        self._known(pieces)

    def changelist_view(self, request, extra_context=None):
        answer = super().changelist_view(request, extra_context)
        if request.method == "POST":  # the list edits what is public
            self._known(set(Product.objects.filter(occasions__isnull=False).values_list("pk", flat=True)))
        return answer

    @staticmethod
    def _known(pieces):
        """Pieces are found by the names of their occasions."""
        indexing.index_some(pieces)
        every_occasion.forget()

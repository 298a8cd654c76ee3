"""The merchandiser's room: pieces, variants, prices, pictures, collections. Replaces Oscar's catalogue admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from . import occasion_admin  # noqa: F401 - its room opens with ours
from .models import Category, Metal, Picture, Product
from .partner.models import Price
from .search import indexing


class PictureInline(TranslationTabularInline):
    model = Picture
    extra = 0
    fields = ("view", "metal", "stem", "alt", "position")


class VariantInline(admin.TabularInline):
    model = Product
    fk_name = "parent"
    extra = 0
    fields = ("upc", "metal", "size", "size_position", "is_public")
    show_change_link = True
    verbose_name = _("variant")
    verbose_name_plural = _("variants")


class PriceInline(admin.TabularInline):
    model = Price
    extra = 1
    verbose_name_plural = _("prices: the latest that has begun is in force")


@admin.register(Product)
class ProductAdmin(TranslationAdmin):
    list_display = ("__str__", "upc", "structure", "is_public", "position")
    list_filter = ("structure", "is_public", "product_class", "categories")
    search_fields = ("title", "title_zh_hans", "upc")
    filter_horizontal = ("pairs_with",)
    raw_id_fields = ("parent",)
    exclude = (
        "rating",
        "attributes",
        "product_options",
        "recommended_products",
        "date_created",
        "meta_title",
        "meta_description",
    )

    def get_inlines(self, request, obj):
        if obj is None:
            return []
        return [PriceInline] if obj.is_child else [PictureInline, VariantInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        indexing.index(form.instance.piece)


@admin.register(Category)
class CollectionAdmin(TranslationAdmin):
    list_display = ("name", "slug", "is_public")
    fields = ("name", "slug", "tagline", "description", "is_public")

    def has_add_permission(self, request):
        return False  # a collection needs its place in the tree: add it to the house's files


@admin.register(Metal)
class MetalAdmin(TranslationAdmin):
    list_display = ("code", "name", "family", "swatch", "position")

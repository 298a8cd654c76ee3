"""The merchandiser's room: pieces, variants, prices, pictures, collections, tiles. Replaces Oscar's catalogue admin."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from services.foundation.refusal import Refusal
from services.foundation.scheduled_admin import ScheduledAdmin, ShownFilter
from services.foundation.texts_admin import TextsAdmin, TextsForm, side_by_side, texts_fieldset

from . import approvals, arranging, occasion_admin, proposing  # noqa: F401 - two of them register rooms of their own
from .editing import PictureChoice, PriceForm, VariantForm
from .models import Category, ForbiddenWord, Metal, Picture, Product, Tile
from .partner.models import Price
from .picture_admin import Complete, PictureInline, PieceForm
from .search import indexing
from .showing import every_collection
from .translation import CollectionTexts, ProductTexts, TileTexts


class VariantInline(admin.TabularInline):
    model = Product
    form = VariantForm
    fk_name = "parent"
    extra = 0
    fields = ("upc", "metal", "size", "size_position", "is_public")
    show_change_link = True
    verbose_name = _("variant")
    verbose_name_plural = _("variants")


class PriceInline(admin.TabularInline):
    """Prices stand; a new one is proposed here and written once another person approves it."""

    model = Price
    form = PriceForm
    extra = 1
    can_delete = False
    fields = ("region", "amount", "starts_at", "is_reduction")
    verbose_name_plural = _("prices: the latest that has begun is in force; a new one waits for a second person")

    def has_change_permission(self, request, obj=None):
        return False


class PieceList(ChangeList):
    """Pieces in the house's order; variants appear where somebody searches, filters or picks one."""

    def get_queryset(self, request, exclude_parameters=None):
        found = super().get_queryset(request, exclude_parameters)
        asked = self.query or self.is_popup or self.get_filters_params()
        return found if asked else found.filter(parent=None)


class PublicPieceForm(TextsForm, PieceForm):
    """A piece's words and views: neither may be wrong before the public sees it."""


@admin.register(Product)
class ProductAdmin(ScheduledAdmin, Complete, TextsAdmin):
    form = PublicPieceForm
    list_display = ("__str__", "upc", "is_public", "is_complete", "on_show", "position")
    list_editable = ("position",)
    list_filter = (ShownFilter, "structure", "is_public", "product_class", "categories")
    search_fields = ("title", "title_zh_hans", "upc")
    ordering = ("position", "pk")
    filter_horizontal = ("pairs_with",)
    raw_id_fields = ("parent",)
    readonly_fields = ("waiting",)
    actions = ["move_first", "move_up", "move_down"]
    piece_fieldsets = (
        (
            None,
            {
                "fields": (
                    ("upc", "slug", "is_public"),
                    ("structure", "product_class", "position"),
                    "publish_at",
                    "withdraw_at",
                    "waiting",
                )
            },
        ),
        texts_fieldset(ProductTexts.fields),
        (
            _("Facts"),
            {"fields": (("stone", "carats", "weight_g"), ("made_to_order_weeks", "is_scarce", "is_discountable"), "pairs_with")},
        ),
    )
    variant_fieldsets = (
        (
            None,
            {
                "fields": (
                    ("upc", "slug", "is_public"),
                    ("structure", "parent"),
                    ("metal", "size", "size_position"),
                    ("position", "weight_g", "is_discountable"),
                    "waiting",
                )
            },
        ),
    )

    def get_fieldsets(self, request, obj=None):
        """A variant's words are those of its piece."""
        return self.variant_fieldsets if obj is not None and obj.is_child else self.piece_fieldsets

    def get_changeform_initial_data(self, request):
        return {"structure": Product.PARENT, **super().get_changeform_initial_data(request)}

    def get_changelist(self, request, **kwargs):
        return PieceList

    def get_inlines(self, request, obj):
        if obj is None:
            return []
        return [PriceInline] if obj.is_child else [PictureInline, VariantInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent")

    def get_readonly_fields(self, request, obj=None):
        """A variant stays with its piece: under another it would be read without a second person."""
        return (*super().get_readonly_fields(request, obj), *(("structure", "parent") if obj else ()))

    def save_formset(self, request, form, formset, change):
        """A new price is proposed, never written here."""
        if formset.model is not Price:
            super().save_formset(request, form, formset, change)
            return
        proposed = 0
        for price in formset.save(commit=False):
            try:
                proposing.propose_price(
                    price.variant,
                    price.region,
                    amount=price.amount,
                    starts_at=price.starts_at,
                    is_reduction=price.is_reduction,
                    by_id=request.user.pk,
                    now=timezone.now(),
                )
                proposed += 1
            except Refusal as no:
                self.message_user(request, no.sentence(), messages.ERROR)
        formset.new_objects = []
        if proposed:
            self.say_proposed(request, proposed)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        indexing.index(form.instance.piece)

    @admin.action(description=_("Move to the first places"), permissions=["change"])
    def move_first(self, request, queryset):
        self._move(queryset, "first")

    @admin.action(description=_("Move up by one"), permissions=["change"])
    def move_up(self, request, queryset):
        self._move(queryset, "up")

    @admin.action(description=_("Move down by one"), permissions=["change"])
    def move_down(self, request, queryset):
        self._move(queryset, "down")

    @staticmethod
    def _move(queryset, way):
        arranging.move(list(queryset.values_list("pk", flat=True)), way)


@admin.register(Category)
class CollectionAdmin(ScheduledAdmin, TextsAdmin):
    list_display = ("name", "slug", "is_public", "on_show")
    list_filter = (ShownFilter,)
    fieldsets = (
        (None, {"fields": (("slug", "is_public"), "publish_at", "withdraw_at")}),
        texts_fieldset(CollectionTexts.fields),
    )

    def has_add_permission(self, request):
        return False  # a collection needs its place in the tree: add it to the house's files

    def save_related(self, request, form, formsets, change):
        """Pieces are found by the name of their collection while it is shown."""
        super().save_related(request, form, formsets, change)
        indexing.index_some(Product.objects.filter(categories=form.instance).values_list("pk", flat=True))
        every_collection.forget()


@admin.register(Tile)
class TileAdmin(ScheduledAdmin, TextsAdmin):
    list_display = ("headline", "among", "after", "is_public", "on_show")
    list_filter = (ShownFilter, "among", "is_public")
    list_select_related = ("among",)
    raw_id_fields = ("to_piece",)
    fieldsets = (
        (None, {"fields": (("code", "is_public"), ("among", "after"), "publish_at", "withdraw_at")}),
        texts_fieldset(TileTexts.fields),
        (_("Picture and where it leads"), {"fields": ("picture", "to_collection", "to_piece", "to_page")}),
    )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "picture":
            pictures = Picture.objects.select_related("piece").order_by("piece__position", "position")
            kwargs |= {"queryset": pictures, "form_class": PictureChoice}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ForbiddenWord)
class ForbiddenWordAdmin(TranslationAdmin):
    list_display = ("word", "language", "reason", "owner")
    list_filter = ("language",)
    search_fields = ("word",)
    fieldsets = (
        (None, {"fields": (("language", "word"), "allowed", "owner")}),
        (_("Texts"), {"fields": side_by_side(["reason"]), "classes": ["side-by-side"]}),
    )

    class Media:
        css = {"all": ["css/merchandising.css"]}


@admin.register(Metal)
class MetalAdmin(TextsAdmin):
    list_display = ("code", "name", "family", "swatch", "position")

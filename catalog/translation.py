"""Which texts of the catalogue exist in every language (columns `title_zh_hans` and so on)."""

from modeltranslation.translator import TranslationOptions, register

from .models import Category, ForbiddenWord, Metal, Occasion, Picture, Product, Tile


@register(Product)
class ProductTexts(TranslationOptions):
    fields = ("title", "description", "material_line", "measures", "story", "care", "size_guide")


@register(Category)
class CollectionTexts(TranslationOptions):
    fields = ("name", "description", "tagline")


@register(Metal)
class MetalTexts(TranslationOptions):
    fields = ("name",)


@register(Picture)
class PictureTexts(TranslationOptions):
    fields = ("alt",)


@register(Tile)
class TileTexts(TranslationOptions):
    fields = ("headline", "words", "link_label")


@register(ForbiddenWord)
class ForbiddenWordTexts(TranslationOptions):
    fields = ("reason",)


@register(Occasion)
class OccasionTexts(TranslationOptions):
    fields = ("name", "line")

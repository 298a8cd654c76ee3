from modeltranslation.translator import TranslationOptions, register

from .models import Region


@register(Region)
class RegionTexts(TranslationOptions):
    fields = ("name",)

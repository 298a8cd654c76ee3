from modeltranslation.translator import TranslationOptions, register

from .models import Zone


@register(Zone)
class ZoneTexts(TranslationOptions):
    fields = ("name",)

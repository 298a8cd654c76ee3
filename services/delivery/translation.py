from modeltranslation.translator import TranslationOptions, register

from .models import Feast


@register(Feast)
class FeastTexts(TranslationOptions):
    fields = ("name",)

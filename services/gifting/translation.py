from modeltranslation.translator import TranslationOptions, register

from .models import PackingOption


@register(PackingOption)
class PackingOptionTexts(TranslationOptions):
    fields = ("name",)

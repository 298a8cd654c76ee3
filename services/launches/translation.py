from modeltranslation.translator import TranslationOptions, register

from .models import Launch


@register(Launch)
class LaunchTexts(TranslationOptions):
    fields = ("name", "story")

from modeltranslation.translator import TranslationOptions, register

from .models import Section


@register(Section)
class SectionTexts(TranslationOptions):
    fields = ("title", "words", "button", "alt")

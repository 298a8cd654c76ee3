from modeltranslation.translator import TranslationOptions, register

from services.foundation.second_person import answer_for

from .models import Section


@register(Section)
class SectionTexts(TranslationOptions):
    fields = ("title", "words", "button", "alt")


answer_for(Section, flag="is_public")

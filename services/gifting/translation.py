from modeltranslation.translator import TranslationOptions, register

from services.foundation.second_person import answer_for

from .models import PackingOption


@register(PackingOption)
class PackingOptionTexts(TranslationOptions):
    fields = ("name",)


answer_for(PackingOption, flag="is_offered")

from modeltranslation.translator import TranslationOptions, register

from services.foundation.second_person import answer_for

from .models import Launch


@register(Launch)
class LaunchTexts(TranslationOptions):
    fields = ("name", "story")


answer_for(Launch, flag="is_public")

from modeltranslation.translator import TranslationOptions, register

from services.foundation.second_person import answer_for

from .models import Zone


@register(Zone)
class ZoneTexts(TranslationOptions):
    fields = ("name",)


answer_for(Zone)

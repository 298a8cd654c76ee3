from modeltranslation.translator import TranslationOptions, register

from services.foundation.second_person import answer_for

from .models import WordRule, Zone


@register(Zone)
class ZoneTexts(TranslationOptions):
    fields = ("name",)


answer_for(Zone)


@register(WordRule)
class WordRuleTexts(TranslationOptions):
    fields = ("reason",)


answer_for(WordRule, more=("word", "region"))

from modeltranslation.translator import TranslationOptions, register

from services.foundation.second_person import answer_for

from .models import Feast, Transit


@register(Feast)
class FeastTexts(TranslationOptions):
    fields = ("name",)


answer_for(Feast, flag="is_offered")
#: What the way costs is a price, and so is where it costs that.
answer_for(Transit, more=("region", "country", "subdivision", "charge"))

from modeltranslation.translator import TranslationOptions, register

from services.foundation.second_person import answer_for

from .models import Region


@register(Region)
class RegionTexts(TranslationOptions):
    fields = ("name",)


#: The seller stands under every page and in every letter.
answer_for(Region, more=("seller_name", "seller_address", "seller_tax_number", "icp_number"))

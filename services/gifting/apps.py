from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GiftingConfig(AppConfig):
    name = "services.gifting"
    label = "gifting"
    verbose_name = _("Packing")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngravingConfig(AppConfig):
    name = "services.engraving"
    label = "engraving"
    verbose_name = _("Atelier")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from services.foundation.house import house

from . import boutiques


class StageConfig(AppConfig):
    name = "flagship.stage"
    label = "stage"
    verbose_name = _("Stage")

    def ready(self) -> None:
        """A boutique without hours is refused at the start, like everything else in the house's folder."""
        boutiques.of(house())

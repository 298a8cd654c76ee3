from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransfersConfig(AppConfig):
    name = "checkout.transfers"
    label = "transfers"
    verbose_name = _("Bank transfers")

    def ready(self) -> None:
        from . import answering  # noqa: F401

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeferredConfig(AppConfig):
    name = "services.deferred"
    label = "deferred"
    verbose_name = _("Paying later")

    def ready(self) -> None:
        from . import answering  # noqa: F401

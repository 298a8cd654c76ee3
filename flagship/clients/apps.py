from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClientsConfig(AppConfig):
    name = "flagship.clients"
    label = "clients"
    verbose_name = _("Clients and staff")

    def ready(self) -> None:
        from . import jobs  # noqa: F401

from importlib import import_module

from django.apps import AppConfig, apps
from django.contrib.admin.apps import SimpleAdminConfig
from django.utils.module_loading import module_has_submodule

OUR_ROOMS = ("flagship", "catalog", "checkout", "services")


class FlagshipConfig(AppConfig):
    name = "flagship"
    label = "flagship"


class StaffAdminConfig(SimpleAdminConfig):
    """Django admin with only our own rooms: Oscar's admin pages are never registered (see `flagship.staff`)."""

    default_site = "flagship.staff.StaffSite"

    def ready(self) -> None:
        super().ready()
        for config in apps.get_app_configs():
            if config.name.split(".")[0] in OUR_ROOMS and module_has_submodule(config.module, "admin"):
                import_module(f"{config.name}.admin")

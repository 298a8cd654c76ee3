from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "services.foundation.units"
    label = "units"

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "services.foundation.regions"
    label = "regions"

from django.apps import AppConfig


class LaunchesConfig(AppConfig):
    name = "services.launches"
    label = "launches"

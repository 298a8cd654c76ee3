from django.apps import AppConfig


class ProviderConfig(AppConfig):
    name = "services.foundation.provider"
    label = "provider"

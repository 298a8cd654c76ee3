from django.apps import AppConfig


class DeferredConfig(AppConfig):
    name = "services.deferred"
    label = "deferred"

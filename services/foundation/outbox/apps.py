from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "services.foundation.outbox"
    label = "outbox"

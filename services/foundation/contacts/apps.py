from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "services.foundation.contacts"
    label = "contacts"

    def ready(self) -> None:
        from . import jobs  # noqa: F401

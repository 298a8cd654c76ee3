from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "services.foundation.contacts"
    label = "contacts"

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "flagship.clients"
    label = "clients"

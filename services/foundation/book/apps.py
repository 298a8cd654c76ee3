from django.apps import AppConfig


class BookConfig(AppConfig):
    name = "services.foundation.book"
    label = "book"

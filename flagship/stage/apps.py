from django.apps import AppConfig


class StageConfig(AppConfig):
    name = "flagship.stage"
    label = "stage"

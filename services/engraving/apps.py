from django.apps import AppConfig


class EngravingConfig(AppConfig):
    name = "services.engraving"
    label = "engraving"

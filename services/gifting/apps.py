from django.apps import AppConfig


class GiftingConfig(AppConfig):
    name = "services.gifting"
    label = "gifting"

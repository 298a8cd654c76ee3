from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayLinksConfig(AppConfig):
    name = "checkout.paylinks"
    label = "paylinks"
    verbose_name = _("Links to pay")

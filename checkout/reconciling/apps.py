from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReconcilingConfig(AppConfig):
    name = "checkout.reconciling"
    label = "reconciling"
    verbose_name = _("Reconciliation")

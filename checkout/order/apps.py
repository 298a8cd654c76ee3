from django.utils.translation import gettext_lazy as _
from oscar.apps.order.apps import OrderConfig as OscarOrderConfig


class OrderConfig(OscarOrderConfig):
    name = "checkout.order"
    verbose_name = _("Orders")

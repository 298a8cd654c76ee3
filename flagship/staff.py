"""The rooms behind the shop: Django admin under the house's name."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class StaffSite(AdminSite):
    """Only our own rooms; Oscar's dashboard is not mounted."""

    site_header = _("Behind the shop")
    site_title = _("Behind the shop")
    index_title = _("Your rooms")
    site_url = "/"
    enable_nav_sidebar = False  # the bench needs the width for its proofs

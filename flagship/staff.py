"""The rooms behind the shop: Django admin under the house's name."""

from django.contrib.admin import AdminSite


class StaffSite(AdminSite):
    site_header = "Flagship"
    site_title = "Flagship"
    index_title = "The rooms behind the shop"
    site_url = "/"

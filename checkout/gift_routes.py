"""The addresses of gifts by link."""

from django.urls import path, re_path

from . import gift_changes, gift_views

#: 256 bits in base64, see `services.gifting.links`.
_SECRET = r"(?P<secret>[A-Za-z0-9_-]{43})"

urlpatterns = [
    re_path(rf"^gift/{_SECRET}/$", gift_views.gift, name="gift"),
    re_path(rf"^gift/{_SECRET}/decline/$", gift_views.decline, name="gift-decline"),
    re_path(rf"^gift/{_SECRET}/address/$", gift_changes.address, name="gift-change-address"),
    re_path(rf"^gift/{_SECRET}/day/$", gift_changes.day, name="gift-change-day"),
    path("orders/<str:number>/gift/new-link/", gift_views.new_link, name="order-gift-new-link"),
]

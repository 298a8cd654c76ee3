"""Everything that stands outside a region: staff, provider, health, and the door that leads visitors to theirs."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("staff/", admin.site.urls),
]

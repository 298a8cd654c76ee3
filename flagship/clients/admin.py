from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers groups
from django.utils.translation import gettext_lazy as _

from .models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Clients and staff. A client has no password; staff get theirs with `manage.py changepassword`."""

    list_display = ("__str__", "email", "mobile", "is_staff", "date_joined")
    list_filter = ("is_staff", "groups")
    search_fields = ("email", "mobile", "name")
    filter_horizontal = ("groups",)
    readonly_fields = ("email_verified_at", "mobile_verified_at", "date_joined", "last_login", "erased_at")
    fieldsets = (
        (None, {"fields": ("name", "email", "mobile", "language", "region_code")}),
        (_("Staff"), {"fields": ("is_active", "is_staff", "groups")}),
        (_("Moments"), {"fields": readonly_fields}),
    )

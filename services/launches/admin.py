from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.scheduled_admin import ScheduledAdmin, ShownFilter
from services.foundation.texts_admin import TextsAdmin, texts_fieldset

from .models import Allowance, Launch
from .translation import LaunchTexts


@admin.register(Launch)
class LaunchAdmin(ScheduledAdmin, TextsAdmin):
    list_display = ("name", "piece", "opens_at", "closes_at", "edition_size", "limit_per_client", "on_show")
    list_filter = (ShownFilter,)
    list_select_related = ("piece__parent",)
    raw_id_fields = ("piece",)
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("slug", "piece", "edition_size", "limit_per_client")}),
        texts_fieldset(LaunchTexts.fields),
        (_("When it can be bought"), {"fields": ("opens_at", "closes_at")}),
        (_("When it is announced"), {"fields": ("is_public", "publish_at", "withdraw_at")}),
    )


@admin.register(Allowance)
class AllowanceAdmin(ReadOnlyAdmin):
    list_display = ("launch", "client", "place", "order_line")
    list_filter = ("launch",)

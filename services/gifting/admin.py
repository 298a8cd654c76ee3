from django.contrib import admin

from services.foundation.texts_admin import TextsAdmin

from .models import PackingOption


@admin.register(PackingOption)
class PackingOptionAdmin(TextsAdmin):
    list_display = ("kind", "name", "colour", "is_offered", "position")
    list_filter = ("kind", "is_offered")

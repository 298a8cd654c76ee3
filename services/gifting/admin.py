from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from .models import PackingOption


@admin.register(PackingOption)
class PackingOptionAdmin(TranslationAdmin):
    list_display = ("kind", "name", "colour", "is_offered", "position")
    list_filter = ("kind", "is_offered")

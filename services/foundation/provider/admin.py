from django.contrib import admin

from services.foundation.readonly import ReadOnlyAdmin

from .models import Attempt, Capability, Event


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "order", "purpose", "amount", "currency", "state", "captured_amount", "refunded_amount")
    list_filter = ("state", "currency")
    search_fields = ("order__number", "intent", "session")
    list_select_related = ("order",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "kind", "id")
    list_filter = ("kind",)
    search_fields = ("id",)


@admin.register(Capability)
class CapabilityAdmin(ReadOnlyAdmin):
    list_display = ("method", "is_active", "asked_at")

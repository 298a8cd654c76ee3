from django.contrib import admin

from services.foundation.readonly import ReadOnlyAdmin

from .models import GiftLink, GiftMove


class GiftMoveInline(admin.TabularInline):
    model = GiftMove
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "old_state", "new_state", "by_words", "words")

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(GiftLink)
class GiftLinkAdmin(ReadOnlyAdmin):
    """Gifts by link as advisers see them: whom for, how far, until when. The link's own secret is shown to nobody here."""

    list_display = ("order", "recipient", "state", "expires_at", "accepted_at")
    list_filter = ("state",)
    list_select_related = ("order",)
    search_fields = ("order__number", "recipient", "contact")
    fields = ("order", "state", "recipient", "contact", "giver", "message", "country", "is_surprise", "house_writes")
    fields += ("expires_at", "reminded", "accepted_at", "ended_at", "thanks", "thanked_at")
    readonly_fields = fields
    inlines = [GiftMoveInline]

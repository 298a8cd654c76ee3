from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.foundation.readonly import ReadOnlyAdmin

from .models import ExchangeRequest, GiftLink, GiftMove


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


@admin.register(ExchangeRequest)
class ExchangeRequestAdmin(ReadOnlyAdmin):
    """Other sizes that recipients ask for. Advisers write to the gift's contact; a refund goes to whoever paid, by the order."""

    list_display = ("gift", "order_line", "wanted", "asked_at", "answered_at", "answered_by")
    list_filter = (("answered_at", admin.EmptyFieldListFilter),)
    list_select_related = ("gift", "order_line", "wanted__parent", "answered_by")
    fields = readonly_fields = ("gift", "order_line", "wanted", "words", "asked_at", "answered_at", "answered_by")
    actions = ["answered"]

    def has_answer_permission(self, request):
        return request.user.has_perm("gifting.answer_exchangerequest")

    @admin.action(description=_("Mark as answered"), permissions=["answer"])
    def answered(self, request, queryset):
        queryset.filter(answered_at=None).update(answered_at=timezone.now(), answered_by=request.user)

from django.contrib import admin
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from services.foundation.readonly import ReadOnlyAdmin

from .models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Work after commit. What failed can be tried again at once."""

    list_display = ("created_at", "name", "due_at", "attempts", "done_at", "last_error")
    list_filter = ("name", ("done_at", admin.EmptyFieldListFilter))
    exclude = ("facts",)
    actions = ["try_again"]

    def has_retry_permission(self, request):
        return request.user.has_perm("outbox.change_job")

    @admin.action(description=_("Try again now"), permissions=["retry"])
    def try_again(self, request, queryset):
        queryset.filter(done_at=None).update(due_at=Now())

"""Days, movements, payouts and differences, to be read; a difference is resolved with a reason."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.foundation.formats import money
from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal

from . import resolving
from .models import Difference, Movement, Payout, Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("day", "movements", "payouts", "found", "compared_at")
    date_hierarchy = "day"


@admin.register(Movement)
class MovementAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "order", "amount", "currency", "fee", "net", "settled_in", "payout")
    list_filter = ("kind", "currency")
    search_fields = ("id", "source", "intent", "order__number")
    list_select_related = ("order", "payout")
    date_hierarchy = "created_at"


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "arrives_on", "amount", "currency", "status")
    list_filter = ("status", "currency")
    search_fields = ("id",)


@admin.register(Difference)
class DifferenceAdmin(ReadOnlyAdmin):
    change_form_template = "admin/difference_page.html"
    list_display = ("found_at", "kind", "state", "order", "reference", "our_amount", "their_amount", "facts", "day")
    list_filter = ("state", "kind", "currency")
    search_fields = ("thing", "order__number", "facts")
    list_select_related = ("order",)
    fields = readonly_fields = (
        *("kind", "state", "day", "order", "reference", "our_amount", "their_amount", "facts"),
        *("found_at", "closed_at", "resolved_by", "reason"),
    )

    @admin.display(description=_("provider’s reference"), ordering="thing")
    def reference(self, difference):
        return difference.thing or "–"

    @admin.display(description=_("in our book"))
    def our_amount(self, difference):
        return "–" if difference.ours is None else money(difference.ours, difference.currency)

    @admin.display(description=_("at the provider"))
    def their_amount(self, difference):
        return "–" if difference.theirs is None else money(difference.theirs, difference.currency)

    def get_urls(self):
        mine = [path("<int:pk>/resolve/", self.admin_site.admin_view(self.resolve), name="reconciling_resolve")]
        return mine + super().get_urls()

    def resolve(self, request, pk):
        """Somebody answers for it. POST only; the reason stands on it and in its history."""
        if not request.user.has_perm("reconciling.resolve_difference"):
            raise PermissionDenied
        if request.method == "POST":
            try:
                with transaction.atomic():
                    reason = request.POST.get("reason", "")
                    resolving.resolve(pk, reason=reason, by_id=request.user.pk, now=timezone.now())
                    row = Difference.objects.get(pk=pk)
                    LogEntry.objects.log_actions(request.user.pk, [row], CHANGE, row.reason, single_object=True)
                self.message_user(request, gettext("The difference is settled."), messages.SUCCESS)
            except Refusal as no:
                self.message_user(request, no.sentence(), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:reconciling_difference_change", args=[pk]))

"""The second person's room: what colleagues propose, before and after side by side, to approve or decline."""

from decimal import Decimal

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.foundation.formats import money
from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal

from . import proposing
from .models import Product, Proposal, ProposalKind, ProposalState

APPROVE = "catalogue.approve_proposal"


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Proposals are never edited: one approves, declines or takes them back."""

    change_form_template = "admin/proposal_page.html"
    list_display = ("__str__", "what", "region", "starts_at", "by", "at", "state", "decided_by")
    list_filter = ("state", "kind", "region")
    list_select_related = ("piece__parent", "region", "by", "decided_by")
    search_fields = ("piece__title", "piece__title_zh_hans", "piece__upc", "piece__parent__title", "by__name")
    fields = ("piece", "kind", "state", "by", "at", "decided_by", "decided_at", "reason")
    readonly_fields = fields

    class Media:
        css = {"all": ["css/merchandising.css"]}

    @admin.display(description=_("what"))
    def what(self, proposal):
        return ", ".join(proposing.column_names(proposal))

    def get_urls(self):
        act = path("<int:pk>/act/<slug:act>/", self.admin_site.admin_view(self.act), name="proposal_act")
        return [act, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = Proposal.objects.select_related("region").filter(pk=object_id).first() if object_id.isdigit() else None
        extra = {}
        if found:
            waits = found.state == ProposalState.WAITING
            extra = {
                "proposal": found,
                "changes": _changes(found),
                "may_see": waits and request.user.has_perm("catalogue.preview_house"),
                "may_decide": waits and request.user.has_perm(APPROVE),
                "is_own": found.by_id == request.user.pk,
                "may_take_back": waits and found.by_id == request.user.pk,
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def act(self, request, pk, act):
        """Approve, decline or take back. POST only; a Refusal becomes a sentence."""
        found = get_object_or_404(Proposal, pk=pk)
        needs = {"approve": APPROVE, "decline": APPROVE, "take-back": "catalogue.view_proposal"}
        if act not in needs or not request.user.has_perm(needs[act]):
            raise PermissionDenied
        back = HttpResponseRedirect(reverse("admin:catalogue_proposal_change", args=[pk]))
        if request.method != "POST":
            return back
        try:
            said = self._do(act, found, request)
            self.message_user(request, said)
        except Refusal as no:
            self.message_user(request, no.sentence(), messages.ERROR)
        return back

    @staticmethod
    def _do(act, found, request):
        by_id, now = request.user.pk, timezone.now()
        if act == "approve":
            proposing.approve(found.pk, by_id=by_id, now=now)
            return _("Approved: it stands from now on, or from its moment.")
        if act == "decline":
            proposing.decline(found.pk, by_id=by_id, reason=request.POST.get("reason", ""), now=now)
            return _("Declined: everything stays as it is.")
        proposing.take_back(found.pk, by_id=by_id, now=now)
        return _("Taken back: everything stays as it is.")


def _changes(found):
    """Rows of the page: what changes, its language, before, after."""
    languages = proposing.text_columns(Product)
    rows = []
    for column, way in found.changes.items():
        before, after = way["before"], way["after"]
        if found.kind == ProposalKind.PRICE:
            before, after = (money(Decimal(x), found.region.currency) if x else "" for x in (before, after))
        rows.append((proposing.column_name(column), languages.get(column, ""), before, after))
    return rows

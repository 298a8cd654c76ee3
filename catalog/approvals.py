"""The second person's room: what colleagues propose, before and after side by side, to approve or decline."""

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import CharField, ForeignKey, TextField
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.foundation.formats import money
from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal
from services.foundation.second_person import field_name, text_columns

from . import proposing
from .differing import Stretch, differing
from .models import Proposal, ProposalKind, ProposalState
from .partner.models import Price

APPROVE = "catalogue.approve_proposal"


class Whose(admin.SimpleListFilter):
    """Those one may decide oneself, and those one wrote."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request, model_admin):
        return [("others", _("wait for me")), ("mine", _("proposed by me"))]

    def queryset(self, request, queryset):
        if self.value() == "others":
            return queryset.filter(state=ProposalState.WAITING).exclude(by=request.user)
        return queryset.filter(by=request.user) if self.value() == "mine" else queryset


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """Proposals are never edited: one approves, declines or takes them back."""

    change_form_template = "admin/proposal_page.html"
    list_display = ("__str__", "what", "region", "starts_at", "by", "at", "state", "decided_by")
    list_filter = (Whose, "state", "kind", ("content_type", admin.RelatedOnlyFieldListFilter), "region")
    list_select_related = ("content_type", "region", "by", "decided_by")
    search_fields = ("about", "by__name")
    fields = ("about", "content_type", "kind", "state", "by", "at", "decided_by", "decided_at", "reason")
    readonly_fields = fields

    class Media:
        css = {"all": ["css/merchandising.css"]}

    @admin.display(description=_("what"))
    def what(self, proposal):
        return ", ".join(proposing.names_of(proposal))

    def get_urls(self):
        act = path("<int:pk>/act/<slug:act>/", self.admin_site.admin_view(self.act), name="proposal_act")
        return [act, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        rows = Proposal.objects.select_related("region", "content_type")
        found = rows.filter(pk=object_id).first() if object_id.isdigit() else None
        extra: dict[str, Any] = {}
        if found:
            waits = found.state == ProposalState.WAITING
            extra = {
                "proposal": found,
                "changes": _changes(found),
                "place": self._place(request, found),
                "may_see": waits and request.user.has_perm("catalogue.preview_house"),
                "may_decide": waits and request.user.has_perm(APPROVE),
                "is_own": found.by_id == request.user.pk,
                "may_take_back": waits and found.by_id == request.user.pk,
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def _place(self, request, found):
        """The page of the row it is about, for those who may open it."""
        model = found.content_type.model_class()
        room = self.admin_site._registry.get(model)
        if not found.object_id or room is None or not room.has_view_permission(request):
            return ""
        try:
            return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[found.object_id])
        except NoReverseMatch:
            return ""

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
    """Rows of the page: what changes, its language, before and after in stretches that differ or not."""
    model = found.content_type.model_class()
    if model is None:
        return []
    languages = text_columns(model)
    rows = []
    for name in proposing.in_order(found):
        way = found.changes[name]
        is_price = found.kind == ProposalKind.PRICE
        before, after = (_said(found, model, name, way[side]) for side in ("before", "after"))
        called = field_name(Price if is_price else model, name)
        if not is_price and _is_text(model, name):
            pair = differing(before, after)
        else:
            pair = ([Stretch(before, True)] * bool(before), [Stretch(after, True)] * bool(after))
        rows.append((called, languages.get(name, ""), *pair))
    if found.kind == ProposalKind.PUBLIC:  # and what else becomes public with it
        rows += [(name, "", *differing("", str(said))) for name, said in found.read.items() if said and name not in found.changes]
    return rows


def _is_text(model, name):
    """Whether a field holds words; also one that the model had once."""
    try:
        return isinstance(model._meta.get_field(name), CharField | TextField)
    except FieldDoesNotExist:
        return True


def _said(found, model, name, value):
    """A value as staff read it."""
    if value in ("", None):
        return ""
    if found.kind == ProposalKind.PRICE:
        return money(Decimal(value), found.region.currency)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value)
    if isinstance(field, ForeignKey):
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    return str(value)

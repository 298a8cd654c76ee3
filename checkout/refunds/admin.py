"""Money back behind the shop: the form on an order, what waits for a second person, what failed, and the rules."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from checkout.order.models import Order
from services.deferred.models import Part
from services.foundation.formats import money
from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal

from . import asking, forms, reckoning, repaying
from .models import Refund, RefundLimit, RegionRule
from .states import RefundKind, RefundState, Resolved

ASK, APPROVE = "refunds.ask_refund", "refunds.approve_refund"


@admin.register(RefundLimit)
class RefundLimitAdmin(admin.ModelAdmin):
    list_display = ("currency", "amount")

    def get_readonly_fields(self, request, obj=None):
        return ("currency",) if obj else ()


@admin.register(RegionRule)
class RegionRuleAdmin(admin.ModelAdmin):
    list_display = ("region", "waterfall", "client_cancels")


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Never edited: one asks, a second one approves or declines, and what a bank refuses is sent otherwise."""

    change_form_template = "admin/refund_page.html"
    list_display = ("order", "kind", "said_amount", "state", "by", "by_words", "at", "decided_by")
    list_filter = ("state", "kind", "currency")
    list_select_related = ("order", "by", "decided_by")
    search_fields = ("order__number",)
    date_hierarchy = "at"
    fields = ("order", "kind", "state", "said_amount", "reason", "by", "by_words", "at", "decided_by", "decided_at", "decision")
    readonly_fields = fields

    @admin.display(description=_("amount"), ordering="amount")
    def said_amount(self, refund):
        return money(refund.amount, refund.currency)

    def get_urls(self):
        mine = [
            path("for/<int:pk>/", self.admin_site.admin_view(self.ask), name="refund_ask"),
            path("<int:pk>/act/<slug:act>/", self.admin_site.admin_view(self.act), name="refund_act"),
        ]
        return mine + super().get_urls()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        rows = Refund.objects.select_related("order", "by", "decided_by")
        refund = rows.filter(pk=object_id).first() if str(object_id).isdigit() else None
        extra = {}
        if refund:
            waits = refund.state == RefundState.WAITING
            extra = {
                "refund": refund,
                "repayments": refund.repayments.select_related("attempt"),
                "pieces": refund.lines.select_related("line"),
                "may_decide": waits and request.user.has_perm(APPROVE) and refund.by_id != request.user.pk,
                "may_take_back": waits and refund.by_id == request.user.pk,
                "may_resolve": refund.state == RefundState.FAILED and request.user.has_perm(APPROVE),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def ask(self, request, pk):
        """What goes back of an order: typed, then shown with what will happen, then done."""
        order = get_object_or_404(Order, pk=pk)
        if not (request.user.has_perm(ASK) and request.user.has_perm("order.view_order")):
            raise PermissionDenied
        typed, outlook, status = forms.Typed({"kind": ""}), None, 200
        if request.method == "POST":
            typed, wish = forms.read(request.POST, order)
            if wish:
                try:
                    if "shown" in request.POST:
                        return self._give(request, order, wish)
                    found = reckoning.purse(order)
                    outlook = asking.outlook(wish, found, reckoning.reckon(wish, found))
                except Refusal as no:
                    typed.errors["refusal"] = no.sentence()
            status = 422 if typed.errors else 200
        context = {
            **self.admin_site.each_context(request),
            "title": _("Give money back"),
            "order": order,
            "typed": typed,
            "rows": forms.rows(order, typed),
            "kinds": [(kind, RefundKind(kind).label) for kind in reckoning.kinds_for(order)],
            "delivery": sum(reckoning.delivery_of(order)),
            "outlook": outlook,
            "cuts": _cuts(order, outlook),
            "reason_length": forms.MOST_OF_REASON,
        }
        return render(request, "admin/refund_ask.html", context, status=status)

    def _give(self, request, order, wish):
        refund = asking.ask(order, wish, by_id=request.user.pk, by_words="staff", now=timezone.now(), shown=request.POST["shown"])
        if refund.state == RefundState.WAITING:
            said = _("It waits for a second person.")
        else:
            said = _("It is on its way, and the client is told.")
        self.message_user(request, said)
        return HttpResponseRedirect(reverse("admin:refunds_refund_change", args=[refund.pk]))

    def act(self, request, pk, act):
        """Approve, decline, take back, or send otherwise what failed. POST only; a Refusal becomes a sentence."""
        refund = get_object_or_404(Refund, pk=pk)
        needs = {"approve": APPROVE, "decline": APPROVE, "take-back": ASK, "again": APPROVE, "transfer": APPROVE}
        if act not in needs or not request.user.has_perm(needs[act]):
            raise PermissionDenied
        if act == "take-back" and refund.by_id != request.user.pk:
            raise PermissionDenied
        if request.method == "POST":
            try:
                self.message_user(request, self._do(act, refund, request))
            except Refusal as no:
                self.message_user(request, no.sentence(), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:refunds_refund_change", args=[pk]))

    @staticmethod
    def _do(act, refund, request):
        who = {"by_id": request.user.pk, "now": timezone.now()}
        reason = request.POST.get("reason", "")
        if act == "approve":
            asking.approve(refund, **who)
            return _("Approved: it is on its way.")
        if act in ("decline", "take-back"):
            asking.decline(refund, reason=reason, **who)
            return _("Nothing goes back.")
        how = Resolved.AGAIN if act == "again" else Resolved.TRANSFER
        repaying.resolve(refund, how=how, reason=reason, **who)
        return _("It is on its way again.") if act == "again" else _("Written down: sent by bank transfer.")


def _cuts(order, outlook):
    """The parts of which less will be owed: number, day, amount before and after."""
    if outlook is None or not outlook.parts.cuts:
        return []
    less = {cut.of: cut.amount for cut in outlook.parts.cuts}
    parts = Part.objects.filter(plan__order=order, number__in=less).order_by("number")
    return [(part, part.amount - less[part.number]) for part in parts]

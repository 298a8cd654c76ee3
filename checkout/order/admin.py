"""Orders for packing bench, dispatch, payments desk and advisers. Replaces Oscar's admin: nobody edits an order, one moves it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from checkout import balances, cancelling, ending, fulfilling, parcels, promises, replanning, slips
from checkout.packing import bench
from checkout.refunds import reckoning
from checkout.refunds.refusals import ChangedSince
from services.deferred.models import Plan
from services.foundation import days
from services.foundation.formats import day_words
from services.foundation.provider import port
from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal

from .models import Consent, Order, OrderChange, OrderStatusChange
from .reading import read
from .states import OrderState


class MoveInline(admin.TabularInline):
    model = OrderStatusChange
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "before", "after", "by", "by_words", "reason")
    verbose_name_plural = _("log")

    @admin.display(description=_("when"))
    def at(self, move):
        return date_format(timezone.localtime(move.date_created), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("before"))
    def before(self, move):
        return OrderState(move.old_status).label if move.old_status else "–"

    @admin.display(description=_("after"))
    def after(self, move):
        return OrderState(move.new_status).label


class ChangeInline(admin.TabularInline):
    """What the client changed until it was packed. Whoever may see the order may see it."""

    model = OrderChange
    extra = 0
    can_delete = False
    fields = readonly_fields = ("moment", "kind", "piece", "differences", "by", "by_words")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("line", "by")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("order.view_order")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("when"))
    def moment(self, change):
        return date_format(timezone.localtime(change.at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("Piece"))
    def piece(self, change):
        return change.line.title if change.line else "–"

    @admin.display(description=_("before → after"))
    def differences(self, change):
        rows = [(words, before or "–", after or "–") for words, before, after in change.rows]
        return format_html_join(mark_safe("<br>"), "{} · {} → {}", rows)


class ConsentInline(admin.TabularInline):
    model = Consent
    extra = 0
    can_delete = False
    fields = readonly_fields = ("kind", "text", "language", "terms_version", "given_at")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """One order: lines, proofs, packing, payments, log, and the next step as a button."""

    change_form_template = "admin/order_page.html"
    change_list_template = "admin/order_list.html"
    list_display = ("number", "parcel_of", "placed", "state", "total", "region_code", "promised_on", "requested_on", "client")
    list_filter = ("status", "has_parcels", "region_code", "payment_method", "promised_on", "requested_on")
    search_fields = ("number", "whole__number", "guest_email", "user__email", "shipping_address__name")
    list_select_related = ("user", "whole")
    date_hierarchy = "date_placed"
    fields = ("number", "state", "placed", "region_code", "language", "promised_on", "promised_anew_on", "requested_on")
    fields += ("payment_method", "pay_until")
    readonly_fields = fields
    inlines = [ChangeInline, MoveInline, ConsentInline]

    @admin.display(description=_("placed"), ordering="date_placed")
    def placed(self, order):
        return date_format(timezone.localtime(order.date_placed), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("state"), ordering="status")
    def state(self, order):
        return order.get_status_display()

    @admin.display(description=_("total"), ordering="total_incl_tax")
    def total(self, order):
        return f"{order.total_incl_tax} {order.currency}"

    @admin.display(description=_("parcel of order"), ordering="whole__number")
    def parcel_of(self, order):
        return order.whole.number if order.whole else ""

    @admin.display(description=_("client"))
    def client(self, order):
        return order.email or order.contact_mobile

    #: Each button: act → (words, permission, the state it leads to).
    BUTTONS = {
        "dispatch": (_("Dispatch and capture the payment"), "order.dispatch_order", OrderState.DISPATCHED),
        "hand_over": (_("Handed over"), "order.dispatch_order", OrderState.HANDED_OVER),
        "review": (_("Put under review"), "order.review_order", OrderState.UNDER_REVIEW),
        "release": (_("Release from review"), "order.review_order", OrderState.CONFIRMED),
        "cancel": (_("Cancel order"), "order.cancel_order", OrderState.CANCELLED),
        "fail": (_("The house cannot deliver: deposit back double"), "order.cancel_order", OrderState.CANCELLED),
    }

    def get_urls(self):
        mine = [
            path("promises/", self.admin_site.admin_view(self.promises), name="order_promises"),
            path("<int:pk>/promise-anew/", self.admin_site.admin_view(self.promise_anew), name="order_promise_anew"),
            path("<int:pk>/act/<slug:act>/", self.admin_site.admin_view(self.act), name="order_act"),
            path("<int:pk>/slip.pdf", self.admin_site.admin_view(self.slip), name="order_slip"),
        ]
        return mine + super().get_urls()

    def change_view(self, request, object_id, form_url="", extra_context=None):
        order = Order.objects.select_related("whole").filter(pk=object_id).first() if str(object_id).isdigit() else None
        extra = {}
        if order:
            extra = {"seen": bench.last_change(order), "view": read(order, for_house=True)}
            extra |= {"packs": request.user.has_perm("order.pack_order") and OrderState.PACKED in order.moves}
            extra |= {"gives_back": request.user.has_perm("refunds.ask_refund") and bool(reckoning.kinds_for(order))}
            extra |= {"buttons": self._buttons(request, order), "sees_money": self._sees_money(request)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    @staticmethod
    def _sees_money(request):
        """Packing bench and dispatch work without prices, as the parcel does."""
        return request.user.has_perm("order.cancel_order")

    def get_list_display(self, request):
        return [name for name in self.list_display if name != "total" or self._sees_money(request)]

    def _buttons(self, request, order):
        shown = []
        for act, (words, permission, to) in self.BUTTONS.items():
            right_state = order.status == OrderState.UNDER_REVIEW if act == "release" else True
            if to in order.moves and right_state and self._is_for(act, order) and request.user.has_perm(permission):
                shown.append((act, words))
        plan = Plan.objects.filter(order=order).prefetch_related("parts").first()
        if not balances.can_fail(order, plan):
            shown = [button for button in shown if button[0] != "fail"]
        if balances.owed_compensation(order) and request.user.has_perm("order.cancel_order"):
            shown.append(("compensated", _("The compensation was transferred")))
        return shown

    @staticmethod
    def _is_for(act, order):
        """Several parcels are sent one by one, and held back for review all together."""
        if order.has_parcels:
            return act not in ("dispatch", "hand_over")
        return not (order.is_parcel and act in ("review", "release"))

    def act(self, request, pk, act):
        """One step of one order. POST only; a Refusal becomes a sentence."""
        order = get_object_or_404(Order, pk=pk)
        back = HttpResponseRedirect(reverse("admin:order_order_change", args=[pk]))
        if request.method != "POST" or act not in dict(self._buttons(request, order)):
            self.message_user(request, _("This step is not possible now."), messages.ERROR)
            return back
        if act == "cancel" and not request.POST.get("reason", "").strip():
            return self._outlook(request, order)
        try:
            self._do(act, order, request)
            order.refresh_from_db()
            facts = {"number": order.number, "state": order.get_status_display()}
            self.message_user(request, _("Order %(number)s is now “%(state)s”.") % facts)
        except Refusal as no:
            self.message_user(request, no.sentence(), messages.ERROR)
        except port.Unknown:
            words = _("The payment provider does not answer. Nothing was sent; please try again: it never charges twice.")
            self.message_user(request, words, messages.ERROR)
        return back

    def _outlook(self, request, order):
        """What cancelling does, before it is done, and why it is done."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cancel order"),
            "order": order,
            "outcome": cancelling.outcome(order, now=timezone.now()),
            "reason_missing": "reason" in request.POST,
        }
        return render(request, "admin/order_cancel.html", context, status=422 if "reason" in request.POST else 200)

    @staticmethod
    def _do(act, order, request):
        now, by_id = timezone.now(), request.user.pk
        if act == "dispatch":
            fulfilling.dispatch(order, by_id=by_id, now=now)
        elif act == "hand_over":
            fulfilling.hand_over(order, by_id=by_id, now=now)
        elif act == "cancel":
            if request.POST.get("shown") != cancelling.outcome(order, now=timezone.now()).version:
                raise ChangedSince()
            ending.cancel(order, by_id=by_id, by_words="staff", reason=request.POST["reason"].strip()[:200])
        elif act == "fail":
            balances.fail(order, by_id=by_id)
        elif act == "compensated":
            balances.pay_compensation(order, by_id=by_id)
        elif act == "review":
            parcels.review(order, OrderState.UNDER_REVIEW, by_id=by_id)
        elif act == "release":
            parcels.review(order, OrderState.CONFIRMED, by_id=by_id)

    def promises(self, request):
        """Promises against hand-overs, month by month, and the promises that are at risk today."""
        if not request.user.has_perm("order.view_order"):
            raise PermissionDenied
        now = timezone.now()
        delivered = promises.delivered(now=now)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Promises kept"),
            "rows": promises.by_month(delivered),
            "late": promises.late(delivered),
            "at_risk": promises.at_risk(now=now),
            "broken": replanning.broken(now=now),
            "can_promise": request.user.has_perm("order.promise_order"),
        }
        return render(request, "admin/promises.html", context)

    def promise_anew(self, request, pk):
        """Somebody answers for the new day, and the client is told. POST only."""
        order = get_object_or_404(Order, pk=pk)
        if not request.user.has_perm("order.promise_order"):
            raise PermissionDenied
        if request.method == "POST":
            try:
                shown = days.read(request.POST.get("day", ""))
                replanning.promise_anew(order, shown=shown, by_id=request.user.pk, now=timezone.now())
                order.refresh_from_db()
                facts = {"number": order.number, "day": day_words(order.due_on)}
                self.message_user(request, _("Order %(number)s is promised for %(day)s; the client is told.") % facts)
            except Refusal as no:
                self.message_user(request, no.sentence(), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:order_promises"))

    def slip(self, request, pk):
        """The packing slip, without any price."""
        order = get_object_or_404(Order, pk=pk)
        if not request.user.has_perm("order.view_order"):
            return HttpResponse(status=403)
        response = HttpResponse(slips.pdf_of(order), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
        return response

"""The desk for money by bank: reading statements in, what waits for a decision, and who has decided what."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from checkout.order.models import Order
from services.foundation.refusal import Refusal

from . import assigning, importing, matching, overpaying, showing
from .models import Assignment, BankAccount, LineState, Overpayment, OverState, StatementLine
from .refusals import NotByTransfer, NothingLeft

View = Callable[..., HttpResponse]
SEE = "transfers.view_statementline"
IMPORT = "transfers.import_statement"
ASSIGN = "transfers.assign_statementline"
DECIDE = "transfers.decide_overpayment"
SEND = "transfers.send_overpayment"
#: So many rows of each list; what is done makes room.
_SHOWN = 100


def _for(permission: str) -> Callable[[View], View]:
    """Staff with this permission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **more)

        return wraps(view)(admin.site.admin_view(guarded))

    return decorate


@_for(SEE)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What waits: lines to decide, orders whose money is awaited, money that no order needs, money to send back."""
    context = {
        **admin.site.each_context(request),
        "title": _("Bank transfers"),
        "accounts": BankAccount.objects.select_related("region", "csv_layout"),
        "lines": StatementLine.objects.filter(state=LineState.OPEN).order_by("booked_on", "pk")[:_SHOWN],
        "awaited": showing.awaiting()[:_SHOWN],
        "over": overpaying.to_decide()[:_SHOWN],
        "to_send": Overpayment.objects.filter(state=OverState.TO_SEND).select_related("order", "decided_by")[:_SHOWN],
        "kept": Overpayment.objects.filter(state=OverState.KEPT).select_related("order", "decided_by")[:_SHOWN],
        "may": _may(request),
    }
    return render(request, "admin/transfers.html", context)


def _may(request: HttpRequest) -> dict[str, bool]:
    names = {"import": IMPORT, "assign": ASSIGN, "decide": DECIDE, "send": SEND, "order": "order.view_order"}
    return {name: request.user.has_perm(permission) for name, permission in names.items()}


@_for(IMPORT)
@require_POST
def read_in(request: HttpRequest) -> HttpResponse:
    """A file of the bank."""
    chosen = request.POST.get("account", "")
    accounts = BankAccount.objects.select_related("region", "csv_layout")
    account = next((each for each in accounts if str(each.pk) == chosen), None)
    file = request.FILES.get("file")
    if account is None or file is None or not file.size or file.size > importing.MOST_BYTES:
        messages.error(request, _("Please choose the account and the bank’s file; it has 10 MB at most."))
        return _back()
    try:
        found = importing.read_in(account, file.name or "", file.read(), by_id=request.user.pk, now=request.now)
    except Refusal as no:
        messages.error(request, no.sentence())
        return _back()
    if found.is_known:
        messages.info(request, _("This file was read before. Nothing has changed."))
        return _back()
    words = ngettext("%(n)s line read", "%(n)s lines read", found.lines) % {"n": found.lines}
    more = _("%(fresh)s of them new, %(assigned)s assigned.") % {"fresh": found.fresh, "assigned": found.assigned}
    messages.success(request, f"{words}: {more}")
    return _back()


@_for(SEE)
@require_GET
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what the bank wrote, what it may be for, and who assigned it."""
    found = get_object_or_404(StatementLine.objects.select_related("account", "statement", "aside_by"), pk=pk)
    left = assigning.left_of(found)
    context = {
        **admin.site.each_context(request),
        "title": str(found),
        "line": found,
        "left": left,
        "suggestions": matching.suggestions(found) if left > 0 else [],
        "assignments": found.assignments.select_related("order", "by", "undone_by").order_by("pk"),
        "may": _may(request),
    }
    return render(request, "admin/transfer_line.html", context)


def _acts(request: HttpRequest, pk: int, act: Callable[[], object], said: str) -> HttpResponse:
    """Do one act about a line and come back to it; a refusal becomes a sentence."""
    try:
        act()
        messages.success(request, said)
    except Refusal as no:
        messages.error(request, no.sentence())
    return HttpResponseRedirect(reverse("transfer-line", args=[pk]), status=303)


@_for(ASSIGN)
@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the line, or so much of it, to an order by its number."""
    found = get_object_or_404(StatementLine, pk=pk)
    number = request.POST.get("number", "").strip().upper()[:40]

    def act() -> None:
        order = Order.objects.filter(number=number).first()
        if order is None:
            raise NotByTransfer(number=number or "–")
        assigning.assign(pk, order.pk, by_id=request.user.pk, now=request.now, amount=_amount(request, found))

    return _acts(request, pk, act, _("Assigned to order %(number)s.") % {"number": number})


def _amount(request: HttpRequest, found: StatementLine) -> Decimal | None:
    """The amount that was typed; None for all that is left. Raises NothingLeft for what is none."""
    typed = request.POST.get("amount", "").strip().replace(",", ".")
    try:
        amount = Decimal(typed) if typed else None
    except InvalidOperation:
        amount = Decimal(0)
    if amount is not None and not (amount.is_finite() and 0 < amount < 10**11 and amount == round(amount, 3)):
        raise NothingLeft(left=assigning.left_of(found), currency=found.currency)
    return amount


@_for(ASSIGN)
@require_POST
def undo(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Take an assignment of the line back, with a reason."""
    get_object_or_404(Assignment, pk=assignment, line=pk)
    reason = request.POST.get("reason", "")
    return _acts(
        request,
        pk,
        lambda: assigning.undo(assignment, by_id=request.user.pk, reason=reason, now=request.now),
        _("The assignment is taken back."),
    )


@_for(ASSIGN)
@require_POST
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the line aside with a reason, or take it up again."""
    get_object_or_404(StatementLine, pk=pk)
    if request.POST.get("act") == "take-up":
        return _acts(request, pk, lambda: assigning.take_up(pk), _("The line is to be decided again."))
    reason = request.POST.get("reason", "")
    act = lambda: assigning.put_aside(pk, by_id=request.user.pk, reason=reason, now=request.now)  # noqa: E731
    return _acts(request, pk, act, _("The line is put aside."))


@_for(DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What becomes of money that an order does not need: sent back, or kept for the client."""
    order, post = get_object_or_404(Order, pk=pk), request.POST
    try:
        overpaying.decide(
            order,
            keep=post.get("act") == "keep",
            by_id=request.user.pk,
            reason=post.get("reason", ""),
            payee=post.get("payee", ""),
            payee_account=post.get("payee_account", ""),
            now=request.now,
        )
        messages.success(request, _("Decided. Another person says when it was sent."))
    except Refusal as no:
        messages.error(request, no.sentence())
    return _back()


@_for(SEE)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """An overpayment was sent back, or its decision is withdrawn."""
    get_object_or_404(Overpayment, pk=pk)
    is_sent = request.POST.get("act") == "sent"
    if not request.user.has_perm(SEND if is_sent else DECIDE):
        raise PermissionDenied
    try:
        (overpaying.sent if is_sent else overpaying.withdraw)(pk, by_id=request.user.pk, now=request.now)
        messages.success(request, _("Written down; the client is told.") if is_sent else _("The decision is withdrawn."))
    except Refusal as no:
        messages.error(request, no.sentence())
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("transfers"), status=303)

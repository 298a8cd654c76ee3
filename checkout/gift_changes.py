"""What the recipient of a gift by link changes himself once he has accepted it: where it goes, and not before which day.

Until it is packed, as of any order, and behind the same proof as the acceptance. The giver reads nothing of it: the log names the
recipient, and the letter is his.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from services.gifting.models import GiftLink

from . import change_forms, changing, gift_doors
from .change_forms import MOVED_ON, Form, ShownAgain
from .order.models import Order, ShippingAddress
from .refusals import AlreadySo, InReview, TooLate


def address(request: HttpRequest, secret: str) -> HttpResponse:
    """Another recipient or address within the country that the giver named; a later day is confirmed in a second step."""
    found, away = _opened(request, secret)
    if away:
        return away
    order, there = _order_of(found)
    countries = [found.country]
    if request.method != "POST":
        return _page(request, secret, change_forms.address_form(order, there, countries))
    form = change_forms.typed_address(request, order, there, countries)
    if request.POST.get("act") == "update":
        return _page(request, secret, form)
    return _sent(
        request,
        secret,
        form,
        lambda: change_forms.send_address(request, order, there, form, by_id=None, by_words=changing.RECIPIENT),
        lambda: change_forms.address_form(*_order_of(found), countries),
        _("Recipient and address are changed. We have written to you."),
    )


def day(request: HttpRequest, secret: str) -> HttpResponse:
    """Not before a later day; or back to what was promised."""
    found, away = _opened(request, secret)
    if away:
        return away
    order, _there = _order_of(found)
    if request.method != "POST":
        return _page(request, secret, change_forms.day_form(request, order))
    form = change_forms.typed_day(request, order)
    return _sent(
        request,
        secret,
        form,
        lambda: change_forms.send_day(request, order, form, by_id=None, by_words=changing.RECIPIENT),
        lambda: change_forms.day_form(request, _order_of(found)[0]),
        change_forms.day_kept(request),
    )


def _opened(request: HttpRequest, secret: str) -> tuple[GiftLink, HttpResponse | None]:
    """The accepted gift of a session that proved its contact; else the way to its door, or back to its page."""
    found, away = gift_doors.gift_of(request, secret)
    if away or not found.is_accepted or not gift_doors.is_proven(request, found):
        return found, away or gift_doors.here(secret)
    if request.method != "POST":
        try:
            changing.check_open(found.order)
        except (InReview, TooLate) as no:
            messages.error(request, no.sentence())
            return found, gift_doors.here(secret)
    return found, None


def _order_of(found: GiftLink) -> tuple[Order, ShippingAddress]:
    """The order as it is now, and where it goes."""
    order = Order.objects.select_related("shipping_address").get(pk=found.order_id)
    if order.shipping_address is None:
        raise Http404
    return order, order.shipping_address


def _sent(
    request: HttpRequest,
    secret: str,
    form: Form,
    send: Callable[[], None],
    fresh: Callable[[], Form],
    said: str,
) -> HttpResponse:
    """Keep what was sent; what is refused stays on the page with what was typed, beside what stands there now."""
    try:
        send()
    except ShownAgain as again:
        return _page(request, secret, form, status=again.status)
    except TooLate as no:
        return _page(request, secret, Form(form.kind, {}, "", refusal=no, wrote=form.wrote), status=409)
    except MOVED_ON as no:
        now_is = fresh()
        now_is.refusal, now_is.wrote = no, form.wrote
        return _page(request, secret, now_is, status=409)
    except AlreadySo as no:
        messages.info(request, no.sentence())
        return gift_doors.here(secret)
    messages.success(request, said)
    return gift_doors.here(secret)


def _page(request: HttpRequest, secret: str, form: Form, *, status: int = 200) -> HttpResponse:
    context = {"secret": secret, "form": form, "is_closed": isinstance(form.refusal, TooLate)}
    return gift_doors.page(request, "checkout/gift_change.html", context, status=status)

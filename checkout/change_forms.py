"""The forms with which an order is changed: what stands in them, what is wrong with it, and what becomes of what is sent.

Address and day are changed by whoever ordered, and by the recipient of a gift by link; both send the same forms.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from services.delivery import addresses
from services.engraving.models import Inscription
from services.foundation import days
from services.foundation.formats import day_words, listed
from services.foundation.refusal import Refusal

from . import changing, forms
from .order.models import Order, ShippingAddress
from .order.reading import LineView
from .refusals import CostsOtherwise, DayNotPossible, InReview, LaterDay, SeenBefore, TooLate, TooManyChanges

#: The order is another than the form shows: it is shown as it is now, and what was typed beside it.
MOVED_ON = (InReview, TooLate, TooManyChanges, SeenBefore)


@dataclass
class Form:
    """One opened form: what stands in its fields, what is wrong with it, and the version of what it showed."""

    kind: str
    values: dict[str, str]
    shown: str
    errors: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    #: What was typed into a form that can no longer be sent, so that it is not lost.
    wrote: str = ""
    line: LineView | None = None
    #: The engraving that is to be left out.
    inscription: Inscription | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def later(self) -> date | None:
        """The later day that waits to be confirmed."""
        return self.refusal.facts["on"] if isinstance(self.refusal, LaterDay) else None


class ShownAgain(Exception):
    """What was sent cannot be kept as it is: the form says why, and is shown again with this status."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def wrote(values: Iterable[str]) -> str:
    """What was typed, on one line."""
    return listed(value for value in values if value)


def address_form(
    order: Order,
    there: ShippingAddress,
    countries: list[str],
    values: dict[str, str] | None = None,
    *,
    shown: str | None = None,
) -> Form:
    """Recipient and address, as stored or as typed. ``countries``: where it may go."""
    now_there = changing.recipient_of(there)
    values = values if values is not None else {name: getattr(now_there, name) for name in addresses.FIELDS}
    form = Form("address", values, changing.address_version(order, now_there) if shown is None else shown)
    form.more = {"countries": countries, "requested_on": order.requested_on, **addresses.choices(values)}
    return form


def typed_address(request: HttpRequest, order: Order, there: ShippingAddress, countries: list[str]) -> Form:
    """The form as it was sent; a country that is none of these stays the one it is."""
    values = {name: request.POST.get(name, "")[:200].strip() for name in addresses.FIELDS}
    if values["country"] not in countries:
        values["country"] = changing.recipient_of(there).country
    return address_form(order, there, countries, values, shown=request.POST.get("shown", ""))


def send_address(
    request: HttpRequest, order: Order, there: ShippingAddress, form: Form, *, by_id: int | None, by_words: str = changing.CLIENT
) -> None:
    """Keep what was sent, once a later day is confirmed. Raises ShownAgain, AlreadySo, or one of MOVED_ON."""
    values = form.values
    form.errors = addresses.problems(values)
    to = changing.Recipient(**{**values, "mobile": forms.e164(values), "postcode": values["postcode"].upper()})
    try:
        changing.check_costs(order, changing.recipient_of(there), to)
        if form.errors:
            raise ShownAgain(422)
        changing.address(
            order,
            to,
            shown=form.shown,
            agreed_day=days.read(request.POST.get("day", "")),
            by_id=by_id,
            now=request.now,
            by_words=by_words,
        )
    except CostsOtherwise as no:
        form.errors = {no.facts["field"]: no.sentence()}
        raise ShownAgain(422) from None
    except LaterDay as no:
        form.refusal = no
        raise ShownAgain(409) from None
    except MOVED_ON:
        form.wrote = wrote(values[name] for name in addresses.FIELDS if name != "country")
        raise


def day_form(request: HttpRequest, order: Order, typed: str | None = None, *, shown: str | None = None) -> Form:
    """Not before which day, as stored or as typed."""
    asked = order.requested_on
    values = {"on": typed if typed is not None else asked.isoformat() if asked else ""}
    form = Form("day", values, changing.day_version(order) if shown is None else shown)
    form.more = {"window": changing.window(order, now=request.now), "requested_on": asked}
    return form


def typed_day(request: HttpRequest, order: Order) -> Form:
    """The form as it was sent."""
    return day_form(request, order, request.POST.get("on", "")[:40], shown=request.POST.get("shown", ""))


def takes_back(request: HttpRequest) -> bool:
    """Whether the wish for a later day is taken back."""
    return request.POST.get("act") == "back"


def send_day(request: HttpRequest, order: Order, form: Form, *, by_id: int | None, by_words: str = changing.CLIENT) -> None:
    """Keep the day that was sent, or what was promised. Raises ShownAgain, AlreadySo, or one of MOVED_ON."""
    back = takes_back(request)
    on = None if back else days.read(form.values["on"])
    try:
        if on is None and not back:
            form.more["window"].check(None)
        changing.day(
            order,
            on,
            shown=form.shown,
            agreed_day=days.read(request.POST.get("day", "")),
            by_id=by_id,
            now=request.now,
            by_words=by_words,
        )
    except DayNotPossible as no:
        form.errors["on"] = no.sentence()
        raise ShownAgain(422) from None
    except LaterDay as no:
        form.refusal = no
        raise ShownAgain(409) from None
    except MOVED_ON:
        form.wrote = day_words(on) if on else ""
        raise


def day_kept(request: HttpRequest) -> str:
    """What is said once the day is kept."""
    if takes_back(request):
        return _("Your wish for a later day is taken back. We have written to you.")
    return _("Your day is noted. We have written to you.")

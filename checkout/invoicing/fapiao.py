"""Fapiao details: asked at checkout where the region does, changed by the client until the fapiao is issued, issued by staff."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from checkout.order import moving
from checkout.order.models import Order
from checkout.order.states import OVER
from services.foundation.plain_text import NotPlain, plain
from services.foundation.regions.roster import all_regions

from . import credit_code
from .models import Fapiao, FapiaoKind
from .refusals import FapiaoChanged, FapiaoIssued, NoFapiao, NotAFapiaoNumber

#: The fields of the form.
FIELDS = ("fapiao", "fapiao_title", "fapiao_code")
#: What an invoice in the name of a person says where he gives none.
ANYBODY = "个人"
MOST_OF_TITLE = 100
#: 20 digits of a digital fapiao, or the 8 of one on paper or of the older electronic kind.
_NUMBER = re.compile(r"\d{8}|\d{20}")


@dataclass(frozen=True)
class Wish:
    """What a client asks for, checked."""

    kind: str
    title: str = ""
    tax_code: str = ""


def settle(values: dict[str, str], *, is_asked: bool) -> None:
    """What was not asked, or is none of the kinds, is none."""
    if not is_asked or values["fapiao"] not in FapiaoKind.values:
        values["fapiao"] = str(FapiaoKind.NONE)


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, as sentences in the active language."""
    found: dict[str, str] = {}
    if values["fapiao"] == FapiaoKind.NONE:
        return found
    try:
        title = " ".join(plain(values["fapiao_title"]).split())
        if len(title) > MOST_OF_TITLE:
            found["fapiao_title"] = _("Please shorten this to %(most)s characters.") % {"most": MOST_OF_TITLE}
    except NotPlain as no:
        title, found["fapiao_title"] = "x", no.sentence()
    if values["fapiao"] == FapiaoKind.COMPANY:
        if not title:
            found["fapiao_title"] = _("Please write the company’s registered name.")
        code = credit_code.read(values["fapiao_code"])
        if len(code) != credit_code.LENGTH:
            found["fapiao_code"] = _("The code has 18 characters; yours has %(number)s.") % {"number": len(code)}
        elif not credit_code.is_valid(code):
            found["fapiao_code"] = _("Please compare the code with the business licence: a character in it cannot be right.")
    return found


def wish(values: Mapping[str, str]) -> Wish:
    """What a form without problems asks for."""
    kind, title = values["fapiao"], " ".join(values["fapiao_title"].split())
    if kind == FapiaoKind.COMPANY:
        return Wish(kind, title, credit_code.read(values["fapiao_code"]))
    return Wish(kind, title or ANYBODY) if kind == FapiaoKind.PERSONAL else Wish(kind)


def values_of(found: Fapiao | None) -> dict[str, str]:
    """The form's fields as they are stored."""
    if found is None:
        return dict.fromkeys(FIELDS, "") | {"fapiao": str(FapiaoKind.NONE)}
    return {"fapiao": found.kind, "fapiao_title": found.title, "fapiao_code": found.tax_code}


def can_be_changed(order: Order, found: Fapiao | None) -> bool:
    """Whether the client can still say what he wants: his region has fapiao, the order is not over, none was issued."""
    region = all_regions().get(order.region_code)
    asks = region is not None and region.asks_fapiao and not order.is_parcel
    return asks and order.status not in OVER and (found is None or found.issued_at is None)


def ask(order: Order, wanted: Wish | None, *, now: datetime) -> None:
    """Keep what was asked for at checkout. Inside the placement's transaction."""
    if wanted and wanted.kind != FapiaoKind.NONE:
        Fapiao.objects.create(order=order, kind=wanted.kind, title=wanted.title, tax_code=wanted.tax_code, changed_at=now)


def change(order: Order, wanted: Wish, *, now: datetime) -> None:
    """Keep what the client asks for now. Raises FapiaoIssued, or NoFapiao where there is none to ask for."""
    with transaction.atomic():
        order = moving.lock(order.pk)
        found = Fapiao.objects.select_for_update(of=("self",)).filter(order=order).first()
        if found and found.issued_at:
            raise FapiaoIssued(number=found.issued_number)
        if not can_be_changed(order, found):
            raise NoFapiao()
        if found is None:
            ask(order, wanted, now=now)
            return
        Fapiao.objects.filter(pk=found.pk).update(
            kind=wanted.kind, title=wanted.title, tax_code=wanted.tax_code, changed_at=now, version=F("version") + 1
        )


def note_issued(fapiao_id: int, *, number: str, seen: int, by_id: int, now: datetime) -> None:
    """It was issued in the tax authority's system, as it stood in version ``seen``.

    Raises NotAFapiaoNumber, FapiaoIssued, or FapiaoChanged when the client changed it meanwhile; then nothing has changed.
    """
    number = "".join(number.split())
    if not _NUMBER.fullmatch(number):
        raise NotAFapiaoNumber(typed=number)
    open_one = Fapiao.objects.filter(pk=fapiao_id, version=seen, issued_at=None).exclude(kind=FapiaoKind.NONE)
    if not open_one.update(issued_at=now, issued_number=number, issued_by_id=by_id):
        standing = Fapiao.objects.get(pk=fapiao_id)
        raise FapiaoIssued(number=standing.issued_number) if standing.issued_at else FapiaoChanged()

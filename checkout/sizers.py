"""Sizers as dispatch sees them: what is to be sent, sent by the scan of its label, sent again; and asking for the answer.

Nothing is engraved blindly: a client who does not answer is asked again, and at last an adviser is told. It ends with the
client's word, or with the cancelled order.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from services.foundation import codes
from services.foundation.house import house
from services.foundation.outbox import posting

from .order.models import SIZER_GROUPS, Sizer, new_sizer_code
from .order.states import OrderState, SizerState
from .refusals import SizerElsewhere, SizerUnknown

#: Orders for which a sizer may leave the house; what is under review waits until it is released.
SENT_FOR = (OrderState.CONFIRMED, OrderState.IN_ATELIER)


@dataclass(frozen=True)
class Rounds:
    """What dispatch and advisers have before them."""

    to_send: list[Sizer]
    with_clients: list[Sizer]

    @property
    def overdue(self) -> list[Sizer]:
        return [each for each in self.with_clients if each.adviser_told_at]


def _rows() -> QuerySet[Sizer]:
    return Sizer.objects.filter(line__order__status__in=SENT_FOR).select_related(
        "line__order__shipping_address", "line__order__user", "line__product__parent__product_class", "sent_by"
    )


def rounds() -> Rounds:
    """Everything that is to be sent, the oldest wish first, and everything that waits for an answer. Two queries."""
    return Rounds(
        list(_rows().filter(state=SizerState.TO_SEND).order_by("wanted_at", "pk")),
        list(_rows().filter(state=SizerState.SENT).order_by("sent_at", "pk")),
    )


def find(scanned: str) -> Sizer:
    """The sizer of a label, by its code as scanned or typed. Raises SizerUnknown."""
    code = codes.read(scanned, *SIZER_GROUPS)
    found = _rows().filter(code=code).first() if code else None
    if found is None:
        raise SizerUnknown()
    return found


@transaction.atomic
def send(sizer: Sizer, *, by_id: int, now: datetime) -> None:
    """It leaves the house, once, and the client is told. Raises SizerElsewhere."""
    _move(sizer, SizerState.TO_SEND, SizerState.SENT, sent_at=now, sent_by_id=by_id, reminders=0, adviser_told_at=None)
    posting.post("letter.sizer_sent", key=f"letter:sizer-sent:{sizer.pk}:{sizer.code}", sizer_id=sizer.pk)


@transaction.atomic
def send_again(sizer: Sizer) -> None:
    """It was lost on its way: another is to be sent, with a label of its own. Raises SizerElsewhere."""
    _move(sizer, SizerState.SENT, SizerState.TO_SEND, code=new_sizer_code(), sent_at=None, sent_by_id=None)


def _move(sizer: Sizer, before: Any, to: Any, **more: object) -> None:
    """By compare-and-set under the row's lock: the label that was read must still be its label, and its order still stand."""
    locked = Sizer.objects.select_for_update(of=("self",)).select_related("line__order").get(pk=sizer.pk)
    if (locked.state, locked.code) != (before, sizer.code) or locked.line.order.status not in SENT_FOR:
        raise SizerElsewhere(state=locked.state)
    for name, value in {"state": to, **more}.items():
        setattr(locked, name, value)
        setattr(sizer, name, value)
    locked.save(update_fields=["state", *(name.removesuffix("_id") for name in more)])


def ask(*, now: datetime) -> None:
    """What beat does: the reminders that are due, and the advisers who are told. Each is written once."""
    said = house().sizers
    for sizer in Sizer.objects.filter(state=SizerState.SENT, line__order__status__in=SENT_FOR).order_by("pk"):
        days = (now - sizer.sent_at) if sizer.sent_at else timedelta(0)
        due = sum(days >= timedelta(days=after) for after in said.remind_after_days)
        if due > sizer.reminders:
            _remind(sizer, due)
        if sizer.adviser_told_at is None and days >= timedelta(days=said.ask_adviser_after_days):
            _tell_adviser(sizer, now)


@transaction.atomic
def _remind(sizer: Sizer, due: int) -> None:
    mine = Sizer.objects.filter(pk=sizer.pk, state=SizerState.SENT, code=sizer.code, reminders=sizer.reminders)
    if mine.update(reminders=due):
        key = f"letter:size-asked:{sizer.pk}:{sizer.code}:{due}"
        posting.post("letter.size_asked", key=key, sizer_id=sizer.pk, number=due)


@transaction.atomic
def _tell_adviser(sizer: Sizer, now: datetime) -> None:
    mine = Sizer.objects.filter(pk=sizer.pk, state=SizerState.SENT, code=sizer.code, adviser_told_at=None)
    if mine.update(adviser_told_at=now):
        posting.post("letter.size_missing", key=f"letter:size-missing:{sizer.pk}:{sizer.code}", sizer_id=sizer.pk)

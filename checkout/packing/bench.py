"""The packing bench: what belongs into an order's parcel, scanned part by part; a missing or wrong part stops the box.

The list is worked out from the order as it stands. A part counts as done only under the code it has now. When the client changes
box, ribbon or card, or what stands on the slip, its old scan no longer answers, and photographs from before do not count.
Every act takes the order's lock, as `changing` does.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from services.engraving.models import Job, JobState
from services.engraving.surfaces import LID
from services.foundation import scanning
from services.foundation.refusal import Refusal
from services.foundation.units.models import Unit
from services.gifting import card as cards
from services.gifting.models import OptionKind, PackingOption, Wrapping

from ..order import moving
from ..order.models import Line, Order, OrderChange
from ..order.states import OrderState
from .models import PackingRecord, Photograph, RecordKind
from .refusals import (
    AlreadyScanned,
    AnotherOrdersPiece,
    CardFirst,
    NoSeal,
    NotOnTheBench,
    OutOfDate,
    PartMissing,
    SealUsed,
    WrongPart,
)

#: What a hand scanner, or a hand, may send.
MOST_SIGNS = 40
_KIND: dict[Any, Any] = {
    OptionKind.BOX: RecordKind.BOX,
    OptionKind.RIBBON: RecordKind.RIBBON,
    OptionKind.PAPER: RecordKind.PAPER,
    OptionKind.BAG: RecordKind.BAG,
}


@dataclass(frozen=True)
class Part:
    """One thing that is scanned. ``code`` is what its scan must say; empty for a piece that was made and has no serial yet."""

    kind: Any
    line_id: int | None
    words: str
    code: str
    is_done: bool = False
    title: str = ""

    @property
    def label(self) -> str:
        return str(RecordKind(self.kind).label)


@dataclass(frozen=True)
class CardToRead:
    """A card that is printed, scanned and read back."""

    line_id: int
    title: str
    card: cards.Card
    code: str
    is_scanned: bool
    is_read: bool


@dataclass(frozen=True)
class Checklist:
    """Everything a parcel needs before its seal."""

    parts: list[Part]
    cards: list[CardToRead]
    photographs: list[Photograph]
    has_photograph: bool
    is_waiting_for_photograph: bool

    @property
    def missing(self) -> list[str]:
        """What is still open, in words."""
        open_parts = [f"{part.label} {part.words}".strip() for part in self.parts if not part.is_done]
        unread = [_("card read back (%(title)s)") % {"title": each.title} for each in self.cards if not each.is_read]
        return open_parts + unread + ([] if self.has_photograph else [_("a photograph of the open box")])

    @property
    def done(self) -> int:
        return self.total - len(self.missing)

    @property
    def total(self) -> int:
        return len(self.parts) + len(self.cards) + 1


def last_change(order: Order) -> int | None:
    """The client's last change, by its id."""
    return OrderChange.objects.filter(order=order).order_by("-pk").values_list("pk", flat=True).first()


def slip_code(order: Order) -> str:
    """The code on the slip: another one after each change of the client."""
    return scanning.version_code("S", order.number, last_change(order))


def card_code(order: Order, kept: Wrapping) -> str:
    return cards.code_of(kept.card, f"{order.number}:{kept.order_line_id}")


def scan_code(article: PackingOption) -> str:
    """What an article's label says; one that has no barcode yet is typed by its kind and code."""
    return article.barcode or f"{article.kind}-{article.code}".upper()


def wrappings_of(order: Order) -> list[Wrapping]:
    """The boxes of an order, each with what is packed in it."""
    rows = Wrapping.objects.filter(order_line__order=order).select_related("box", "ribbon", "paper", "carrier", "order_line")
    return list(rows.order_by("order_line_id"))


def engraved_boxes(order: Order) -> dict[int, tuple[str, str]]:
    """The boxes with words on their lids, by line: the code on the bench card that lies in each, and what stands on it.

    Such a box is no longer one of many: what is scanned is its own card, not the label of its kind.
    """
    jobs = Job.objects.filter(inscription__order_line__order=order, inscription__surface=LID)
    found = jobs.exclude(state=JobState.CANCELLED).select_related("inscription__zone__box")
    return {
        job.inscription.order_line_id: (
            job.code,
            _("%(box)s, its lid engraved: %(text)s (scan its bench card)")
            % {"box": job.inscription.zone.box, "text": " / ".join(job.inscription.text.split("\n"))},
        )
        for job in found
    }


#: Which fields of a client's change open which parts of its line again.
_OPENS: dict[str, tuple[Any, ...]] = {
    "box": (RecordKind.BOX,),
    "ribbon": (RecordKind.RIBBON,),
    "paper": (RecordKind.PAPER,),
    "carrier": (RecordKind.BAG,),
    **dict.fromkeys(("card", "card_face", "sender"), (RecordKind.CARD, RecordKind.READ_BACK)),
}


class _Said:
    """What was scanned, as far as it still holds: a part that the client changed since, even back again, is scanned anew."""

    def __init__(self, order: Order):
        self.changes = list(OrderChange.objects.filter(order=order).order_by("pk"))
        self.opened: dict[tuple[Any, ...], int] = {}
        for change in self.changes:
            for field in change.after:
                self.opened |= {(kind, change.line_id): change.pk for kind in _OPENS.get(field, ())}
        self.seen: dict[tuple[Any, ...], int] = {}
        for record in PackingRecord.objects.filter(order=order).exclude(kind=RecordKind.REFUSED).order_by("seen"):
            self.seen[record.kind, record.line_id, record.code] = record.seen

    def holds(self, kind: Any, line_id: int | None, code: str) -> bool:
        return self.seen.get((kind, line_id, code), -1) >= self.opened.get((kind, line_id), 0)


def checklist(order: Order) -> Checklist:
    """What belongs into the parcel, and what of it was scanned. The same number of queries for every order."""
    said = _Said(order)
    lines = list(order.lines.prefetch_related("units").order_by("pk"))
    parts = [part for line in lines for part in _pieces(line, said)]
    found_cards = []
    lids = engraved_boxes(order)
    for kept in wrappings_of(order):
        line = kept.order_line
        for article in kept.articles:
            kind, code, words = _KIND[OptionKind(article.kind)], scan_code(article), str(article)
            if kind == RecordKind.BOX and line.pk in lids:
                code, words = lids[line.pk]
            parts.append(Part(kind, line.pk, words, code, said.holds(kind, line.pk, code), line.title))
        if kept.in_box_of_id is None and not kept.card.is_empty:
            code = card_code(order, kept)
            scanned, read = (said.holds(kind, line.pk, code) for kind in (RecordKind.CARD, RecordKind.READ_BACK))
            parts.append(Part(RecordKind.CARD, line.pk, f"({line.title})", code, scanned, line.title))
            found_cards.append(CardToRead(line.pk, line.title, kept.card, code, scanned, read))
    code = slip_code(order)
    parts.append(Part(RecordKind.SLIP, None, "", code, said.holds(RecordKind.SLIP, None, code)))
    changed = max((change.at for change in said.changes if change.kind == "gift"), default=None)
    photographs = list(Photograph.objects.filter(order=order))
    since = [each for each in photographs if not each.trouble and (changed is None or each.at > changed)]
    return Checklist(
        parts, found_cards, photographs, any(each.is_ready for each in since), any(not each.is_ready for each in since)
    )


def _pieces(line: Line, said: _Said) -> Iterable[Part]:
    """A line's units by their serials; what was made to order has none until its piece is scanned."""
    words = f"{line.title}, {line.variant_words}".strip(", ")
    units = sorted(line.units.all(), key=lambda unit: unit.pk)
    for unit in units:
        code = unit.serial.upper()
        yield Part(RecordKind.PIECE, line.pk, f"{words} ({unit.serial})", code, said.holds(RecordKind.PIECE, line.pk, code))
    for _missing in range(line.quantity - len(units)):
        yield Part(RecordKind.PIECE, line.pk, words, "")


def is_for_packing(order: Order) -> bool:
    """Whether the order may be packed now: paid, and nothing of it at the engraver's."""
    if OrderState.PACKED not in order.moves:
        return False
    waiting = Job.objects.filter(inscription__order_line__order=order).exclude(state__in=(JobState.INSPECTED, JobState.CANCELLED))
    return not waiting.exists()


@contextmanager
def _at_the_bench(order: Order, code: str, *, by_id: int, now: datetime) -> Iterator[Order]:
    """The order's row, locked. A refusal leaves a record of its own after everything else was taken back."""
    try:
        with transaction.atomic():
            locked = moving.lock(order.pk)
            if not is_for_packing(locked):
                raise NotOnTheBench(number=locked.number)
            yield locked
    except Refusal as no:
        PackingRecord.objects.create(order=order, kind=RecordKind.REFUSED, code=code[:60], why=no.code[:40], by_id=by_id, at=now)
        raise


def cleaned(typed: str) -> str:
    """A code as scanners and hands send it."""
    return re.sub(r"\s+", "", typed).upper()[:60]


def scan(order: Order, typed: str, *, by_id: int, now: datetime) -> Part:
    """One part was scanned. Raises NotOnTheBench, AlreadyScanned, AnotherOrdersPiece, OutOfDate or WrongPart."""
    code = cleaned(typed)
    with _at_the_bench(order, code, by_id=by_id, now=now) as locked:
        found = checklist(locked)
        same = [part for part in found.parts if code and part.code == code]
        part = next((part for part in same if not part.is_done), None)
        if part is None and same:
            raise AlreadyScanned(code=code)
        part = part or _made(found.parts, code)
        if part is None:
            raise _why_not(locked, found, code)
        PackingRecord.objects.create(
            order=locked, line_id=part.line_id, kind=part.kind, code=code, seen=last_change(locked) or 0, by_id=by_id, at=now
        )
        return part


def _made(parts: list[Part], code: str) -> Part | None:
    """A piece that was made for one of the lines and is free becomes this line's: one statement, as in claiming."""
    for part in parts:
        if part.kind == RecordKind.PIECE and not part.code:
            variant = Line.objects.values_list("product_id", flat=True).get(pk=part.line_id)
            free = Unit.objects.filter(serial__iexact=code, variant_id=variant, order_line=None, hold=None, withdrawn_at=None)
            if free.update(order_line_id=part.line_id):
                return part
    return None


def _why_not(order: Order, found: Checklist, code: str) -> Refusal:
    unit = Unit.objects.filter(serial__iexact=code).select_related("order_line").first()
    if unit and unit.order_line and unit.order_line.order_id != order.pk:
        return AnotherOrdersPiece(code=code)
    if re.fullmatch(r"[CS][2-9B-Z]{7}", code):
        return OutOfDate(code=code)
    return WrongPart(code=code, missing=found.missing)


def read_back(order: Order, line_id: int, code: str, *, by_id: int, now: datetime) -> None:
    """The packer has read the printed card and it says what the client wrote. Raises NotOnTheBench, CardFirst or OutOfDate."""
    with _at_the_bench(order, code, by_id=by_id, now=now) as locked:
        card = next((each for each in checklist(locked).cards if each.line_id == line_id), None)
        if card is None or card.code != code:
            raise OutOfDate(code=code)
        if not card.is_scanned:
            raise CardFirst()
        if not card.is_read:
            PackingRecord.objects.create(
                order=locked,
                line_id=line_id,
                kind=RecordKind.READ_BACK,
                code=code,
                seen=last_change(locked) or 0,
                by_id=by_id,
                at=now,
            )


def close(locked: Order, seal: str, *, by_id: int, now: datetime) -> None:
    """The box is complete and sealed. Runs under the order's lock (`fulfilling.pack`). Raises PartMissing, NoSeal or SealUsed."""
    missing = checklist(locked).missing
    if missing:
        raise PartMissing(missing=missing)
    number = cleaned(seal)
    if not re.fullmatch(rf"[0-9A-Z-]{{4,{MOST_SIGNS}}}", number):
        raise NoSeal()
    made, fresh = PackingRecord.objects.get_or_create(
        kind=RecordKind.SEAL, code=number, defaults={"order": locked, "by_id": by_id, "at": now}
    )
    if not fresh:
        raise SealUsed(code=number)


@dataclass(frozen=True)
class Passport:
    """The condition in which a box left the house."""

    seal: str
    photographs: list[Photograph]


def passport(order: Order) -> Passport | None:
    """Seal and photographs of a packed order, two queries; None before it is packed."""
    if order.status not in (OrderState.PACKED, OrderState.DISPATCHED, OrderState.HANDED_OVER):
        return None
    seal = PackingRecord.objects.filter(order=order, kind=RecordKind.SEAL).order_by("-pk").values_list("code", flat=True).first()
    return Passport(seal or "", list(Photograph.objects.filter(order=order, is_ready=True)))

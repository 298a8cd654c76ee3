"""Another engraving, or none, for a surface of an order that stands: until the bench scans the job's card, or a gift by link is
accepted.

The job is locked before its order, as at the bench, and its card becomes void with every change: whoever scans the old card is
told so, and whoever changes after the scan is told that. Money never changes; what was agreed is agreed anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils import translation

from services.engraving import commissioning, reserving, working
from services.engraving.faces import FACES
from services.engraving.models import NOT_BEGUN, Inscription, Job, JobState, Zone
from services.engraving.surfaces import PIECE
from services.foundation.regions.roster import all_regions
from services.gifting import links

from . import awaiting_size, changing, clock, consenting, fulfilling, lid_refunds
from .order.models import ChangeKind, Line, Order, OrderChange
from .order.reading import LineView, OrderView
from .refusals import AlreadySo, EngravingBegun, GiftEngraved, OtherBench, SeenBefore, TooLate


def version(kept: Inscription | None) -> str:
    """A digest of what stands on the order now: a page of another one does not overwrite it. Empty where there is none."""
    if kept is None:
        return ""
    return changing.version(kept.pk, kept.proof_sha256, kept.zone_id, kept.typed, kept.size, kept.waits_for_size)


def check_open(order: Order) -> None:
    """As `changing.check_open`; a gift by link is open until it is answered. Raises InReview, TooLate, GiftEngraved."""
    gift = links.of_order(order.pk)
    if gift is None:
        changing.check_open(order)
    elif gift.is_accepted:
        raise GiftEngraved()
    elif not gift.is_unanswered:
        raise TooLate(ended=True)


def check_not_begun(job: Job | None) -> None:
    """Raises EngravingBegun. Without a job the order is not paid yet, and nobody can have begun."""
    if job is not None and job.state not in NOT_BEGUN:
        raise EngravingBegun()


@contextmanager
def held(
    order: Order, line_id: int, surface: str = PIECE, *, shown: str, now: datetime
) -> Iterator[tuple[Order, Inscription, Job | None]]:
    """Job, then order, locked until the change is committed; the inscription is the one that ``shown`` is the version of."""
    with transaction.atomic():
        mine = Inscription.objects.filter(order_line_id=line_id, order_line__order=order, surface=surface)
        jobs = Job.objects.filter(inscription__in=mine)
        job = jobs.select_for_update(of=("self",)).first()
        with changing.opened(order, now=now, check=check_open) as locked:
            inscription = mine.select_related("zone__box").filter(withdrawn_at=None).first()
            if inscription is None or version(inscription) != shown or (job is None and jobs.exists()):
                raise SeenBefore()  # or it was paid at this moment, and the bench has its job
            check_not_begun(job)
            yield locked, inscription, job


def edit(
    order: Order,
    line_id: int,
    wish: commissioning.Wish,
    *,
    shown: str,
    language: str,
    by_id: int | None,
    now: datetime,
    surface: str = PIECE,
) -> OrderChange:
    """Another text, typeface or place. ``shown``: the version of the engraving that the panel was opened with.

    Raises EngravingBegun, GiftEngraved, TooLate, InReview, AlreadySo, SeenBefore, OtherBench, or a refusal of engraving; then
    nothing changes.
    """
    with held(order, line_id, surface, shown=shown, now=now) as (locked, kept, job):
        zone = Zone.objects.get(pk=wish.zone_id)
        old = kept.zone
        if not _same_bench(zone, old):
            raise OtherBench()
        was = _said(locked, kept)
        commissioning.rewrite(kept, wish, language=language, now=now)
        new = _said(locked, kept)
        differs = [name for name in new if new[name] != was[name]]
        if not differs:
            raise AlreadySo()
        consenting.to_inscription(locked, Line.objects.get(pk=line_id), kept)
        if job:
            working.void_card(job)
        before, after = {name: was[name] for name in differs}, {name: new[name] for name in differs}
        return changing.write(locked, ChangeKind.ENGRAVING, before, after, by_id=by_id, now=now, line_id=line_id)


def open_zones(old: Zone) -> list[Zone]:
    """The places to which an engraving can be moved: those that the reserved day at the bench can serve too."""
    zones = Zone.objects.filter(piece_id=old.piece_id, box_id=old.box_id).prefetch_related("sizes", "keep_outs")
    return [zone for zone in zones if _same_bench(zone, old)]


def _same_bench(zone: Zone, old: Zone) -> bool:
    same = (zone.piece_id, zone.box_id, zone.method) == (old.piece_id, old.box_id, old.method)
    return same and zone.work_days <= old.work_days


def withdraw(order: Order, line_id: int, *, shown: str, by_id: int | None, now: datetime, surface: str = PIECE) -> OrderChange:
    """The surface without its engraving: the bench has its place back, and a piece can be returned again. The promise stays.

    What words on a lid cost goes back (see `lid_refunds`).

    Where nothing was promised before the size was known, the piece comes as ordered, and the day is promised now.

    Raises EngravingBegun, GiftEngraved, TooLate, InReview, SeenBefore, or what `lid_refunds` raises; then nothing has changed.
    """
    with held(order, line_id, surface, shown=shown, now=now) as (locked, kept, job):
        waited = kept.waits_for_size
        kept.withdrawn_at, kept.waits_for_size = now, False
        kept.save(update_fields=["withdrawn_at", "waits_for_size"])
        if kept.is_lid:
            lid_refunds.take_off(locked, Line.objects.get(pk=line_id), by_id=by_id, by_words="client", now=now)
        else:
            Line.objects.filter(pk=line_id).update(returnable=True, right_code="withdrawal")
        reserving.release([line_id], surface=surface)
        if job:
            commissioning.move(job, JobState.CANCELLED, by_id=by_id, words="client")
            fulfilling.follow_bench(locked, by_id=by_id)
        said = _called(kept)
        before = {said: _on_one_line(kept.text), "proof": kept.proof_sha256}
        after = {said: "", "proof": ""}
        if waited:  # the piece comes in the size in which it was ordered, and the day can be promised
            awaiting_size.end([line_id])
            promise = awaiting_size.promise(locked, now=now, weeks=awaiting_size.weeks_of(line_id))
            if promise:
                before["promise"], after["promise"] = "", promise.isoformat()
        return changing.write(locked, ChangeKind.ENGRAVING, before, after, by_id=by_id, now=now, line_id=line_id)


def _said(order: Order, kept: Inscription) -> dict[str, str]:
    """What a change is told by, as the client reads it; the proof's hash is what the house answers for."""
    with translation.override(order.language):
        zone = str(Zone.objects.get(pk=kept.zone_id).name)
        return {
            _called(kept): _on_one_line(kept.text),
            "face": str(FACES[kept.face].name),
            "zone": zone,
            "proof": kept.proof_sha256,
        }


def _called(kept: Inscription) -> str:
    """What the words of a surface are called in the log of changes."""
    return "lid" if kept.is_lid else "engraving"


def _on_one_line(text: str) -> str:
    return " / ".join(text.split("\n"))


@dataclass(frozen=True)
class Window:
    """The engraving of one surface on the order's page: whether the client can change it, and until when at least."""

    item: LineView
    inscription: Inscription
    is_open: bool
    clock: clock.Clock | None

    @property
    def version(self) -> str:
        return version(self.inscription)


def windows(view: OrderView, *, now: datetime) -> list[Window]:
    """One for each engraved surface; the bench may scan from the morning of its reserved day on; a gift by link has none."""
    engraved = [(item, each) for item in view.lines for each in item.surfaces]
    if view.gift:
        return [Window(item, each.inscription, True, None) for item, each in engraved if view.gift.is_unanswered]
    if not engraved or not view.order.can_be_changed:
        return []
    zone = all_regions()[view.order.region_code].time_zone
    found = []
    for item, each in engraved:
        day = None if each.inscription.waits_for_size else each.bench_on or view.order.bench_done_on
        begins = datetime.combine(day, time(clock.MORNING), tzinfo=zone) if day else None
        is_open = each.can_be_looked_at
        until = clock.compute(begins, now=now) if begins and is_open else None
        found.append(Window(item, each.inscription, is_open, until))
    return found

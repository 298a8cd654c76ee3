"""Keeping an inscription with a bag line, giving it to the order, and moving the bench's job."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from . import proof, proving, second_looks
from .faces import loaded
from .inscription import RULES_VERSION, Layout, lay_out
from .models import JOB_MOVES, Inscription, Job, JobMove, JobState, KeepOutKind, Zone
from .refusals import CardVoid, JobElsewhere, NotConfirmed, NotReviewed, SamePerson
from .signals import job_moved
from .surfaces import LID, PIECE
from .zoning import area_of, declared_hallmark_mm


@dataclass(frozen=True)
class Wish:
    """What a client wants engraved, as typed and ticked; ``proof``: the hash of the one he looked at.

    ``waits_for_size``: not before the size of the piece is confirmed.
    """

    zone_id: int
    face: str
    typed: str
    spelling_checked: bool
    final_sale_accepted: bool
    proof: str = ""
    waits_for_size: bool = False


def spelling_words() -> str:
    """The words beside the first box, in the active language."""
    return _("I have checked the spelling")


def final_sale_words(surface: str = PIECE) -> str:
    """The words beside the second box (Civil Code and art. 16(c): told before, confirmed apart).

    A box with words on its lid leaves its piece as it was: that one can still be returned.
    """
    if surface == LID:
        return _("I understand that a box with my words is made for me and is not taken back; the piece in it can be returned")
    return _("I understand that an engraved piece is made for me and cannot be returned for a change of mind")


def check(wish: Wish, zone: Zone, *, size: str = "") -> Layout:
    """The layout of a wish that is complete. Raises a refusal; NotReviewed where the proof is another in this size."""
    layout = lay_out(wish.typed, face=wish.face, area=area_of(zone, size))
    if not (wish.spelling_checked and wish.final_sale_accepted):
        raise NotConfirmed()
    if wish.proof and wish.proof != proof.sha256(proof.svg(layout)):
        raise NotReviewed()
    return layout


def hallmark_mm(layout: Layout, zone: Zone) -> Decimal | None:
    """How far the ink lies from the nearest hallmark, measured where it is drawn, else what the edge keeps; rounded down."""
    from .geometry import distance_mm
    from .outlines import inked

    measured = distance_mm(layout.area, inked(layout.glyphs), str(KeepOutKind.HALLMARK))
    if measured is None:
        return declared_hallmark_mm(zone)
    return Decimal(str(measured)).quantize(Decimal("0.01"), ROUND_DOWN)


def keep(wish: Wish, *, bag_line_id: int, language: str, now: datetime, size: str = "") -> Inscription:
    """Put an inscription on a bag line, in place of the one that surface had, on the zone as it is in the line's size.

    The zone says which surface. Raises a refusal.
    """
    written = _written(wish, size, language, now) | {"waits_for_size": wish.waits_for_size}
    surface = written["zone"].surface
    kept, _made = Inscription.objects.update_or_create(bag_line_id=bag_line_id, surface=surface, defaults=written)
    return kept


def rewrite(kept: Inscription, wish: Wish, *, language: str, now: datetime, size: str | None = None) -> None:
    """Another inscription in place of what an order's line had, in the same size or another. Raises a refusal."""
    for name, value in _written(wish, kept.size if size is None else size, language, now).items():
        setattr(kept, name, value)
    kept.save()


def proof_in(kept: Inscription, size: str) -> str:
    """The hash of the proof that the same text has in a size. Raises a refusal where it does not fit there."""
    zone = Zone.objects.prefetch_related("sizes", "keep_outs").get(pk=kept.zone_id)
    return proof.sha256(proof.svg(lay_out(kept.typed, face=kept.face, area=area_of(zone, size))))


def confirm_size(kept: Inscription, size: str) -> None:
    """The size is known, and the proof stays as it is."""
    kept.size, kept.waits_for_size = size, False
    kept.save(update_fields=["size", "waits_for_size"])


def _written(wish: Wish, size: str, language: str, now: datetime) -> dict[str, Any]:
    """What is kept of a wish: laid out and drawn now, with the words that were confirmed."""
    zone = Zone.objects.prefetch_related("sizes", "keep_outs").get(pk=wish.zone_id)
    layout = check(wish, zone, size=size)
    drawn = proof.svg(layout)
    return {
        "zone": zone,
        "face": layout.face,
        "typed": wish.typed,
        "text": layout.text,
        "proof_svg": drawn,
        "proof_sha256": proof.sha256(drawn),
        "em_mm": layout.em_mm,
        "rules_version": RULES_VERSION,
        "face_version": loaded(layout.face).version,
        "size": size,
        "inputs": proving.inputs_of(layout),
        "hallmark_mm": hallmark_mm(layout, zone),
        "spelling_words": spelling_words(),
        "final_sale_words": final_sale_words(zone.surface),
        "language": language,
        "confirmed_at": now,
    }


def take_off(*, bag_line_id: int, surface: str = PIECE) -> None:
    """A bag line without what one of its surfaces carries."""
    Inscription.objects.filter(bag_line_id=bag_line_id, surface=surface).delete()


def commission(kept: Inscription, *, order_line_id: int) -> Inscription:
    """Copy a bag line's inscription, byte for byte, onto the order line. Runs inside the placement's transaction."""
    in_the_bag = kept.pk
    kept.pk, kept._state.adding, kept.bag_line_id, kept.order_line_id = None, True, None, order_line_id
    kept.save()
    second_looks.follow(in_the_bag, kept.pk)
    return kept


def queue(inscription: Inscription, *, due_on: date | None) -> Job:
    """Give the bench its job once the order is confirmed; safe to call again. ``due_on``: None while it waits for the size."""
    state = JobState.SIZE if inscription.waits_for_size else JobState.WAITING
    return Job.objects.get_or_create(inscription=inscription, defaults={"due_on": due_on, "state": state})[0]


def withdraw(order_line_ids: list[int]) -> None:
    """Take waiting jobs off the queue when their order is cancelled. Raises JobTakenUp when one is under the tool."""
    for job in Job.objects.filter(inscription__order_line_id__in=order_line_ids):
        if job.state != JobState.CANCELLED:
            move(job, JobState.CANCELLED, by_id=None)


@transaction.atomic
def move(job: Job, to: str, *, by_id: int | None, reason: str = "", words: str = "", **more: object) -> None:
    """Move a job along its table, once, with who and when. ``more``: fields of the job that change with it.

    Raises JobElsewhere when somebody moved it meanwhile, CardVoid when its card is no longer the one that was read, SamePerson.
    """
    if to not in JOB_MOVES[job.state]:
        raise JobElsewhere(state=job.state)
    if to == JobState.INSPECTED and _made_by(job) == by_id:
        raise SamePerson()
    if not Job.objects.filter(pk=job.pk, state=job.state, code=job.code).update(state=to, **more):
        state, code = Job.objects.values_list("state", "code").get(pk=job.pk)
        raise JobElsewhere(state=state) if code == job.code else CardVoid()
    JobMove.objects.create(job=job, old_state=job.state, new_state=to, by_id=by_id, reason=reason, words=words[:200])
    job.state = to
    for name, value in more.items():
        setattr(job, name, value)
    job_moved.send(sender=Job, job=job, by_id=by_id)


def _made_by(job: Job) -> int | None:
    return JobMove.objects.filter(job=job, new_state=JobState.DONE).order_by("-pk").values_list("by_id", flat=True).first()

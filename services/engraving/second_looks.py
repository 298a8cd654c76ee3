"""A second pair of eyes: the link with which somebody else looks at a proof, and his answer.

The token is made here, shown once and kept as its hash. A look counts for one proof only: once the text is another, neither the
link nor the answer speaks for it. An answer changes nothing at the bench: the client reads it and decides.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject, Now

from services.foundation.outbox import posting
from services.foundation.plain_text import plain

from .models import NOT_BEGUN, Answer, Inscription, JobState, SecondLook
from .refusals import AnsweredOften, JobTakenUp, LookEnded, NameMissing, NoteMissing, TooManyLinks
from .surfaces import PIECE

LIVES = timedelta(days=14)
#: Links of one inscription that are open at a time.
MOST_LINKS = 5
#: How often one link's answer may be changed.
MOST_ANSWERS = 5
MOST_OF_NAME, MOST_OF_NOTE = 60, 500


class Standing(StrEnum):
    """Whether a look can be answered."""

    OPEN = "open"
    CHANGED = "changed"
    BEGUN = "begun"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _standing(kept: Inscription, proof_sha256: str) -> Standing:
    if kept.withdrawn_at or kept.proof_sha256 != proof_sha256:
        return Standing.CHANGED
    job = getattr(kept, "job", None)
    if job is not None and job.state == JobState.CANCELLED:
        return Standing.CHANGED
    return Standing.BEGUN if job is not None and job.state not in NOT_BEGUN else Standing.OPEN


def standing(look: SecondLook) -> Standing:
    """Whether the look's proof is still what is kept, and the bench has not begun."""
    return _standing(look.inscription, look.proof_sha256)


def can_be_asked(kept: Inscription) -> bool:
    """Whether there is still something to look at before the bench begins."""
    return _standing(kept, kept.proof_sha256) is Standing.OPEN


@transaction.atomic
def ask(inscription_id: int, *, now: datetime) -> str:
    """Make a link for the proof as it is kept; returns its token, which is never shown again. Raises TooManyLinks, JobTakenUp."""
    kept = Inscription.objects.select_for_update().get(pk=inscription_id)
    if not can_be_asked(kept):
        raise JobTakenUp()
    if open_looks(kept.pk, now=now).count() >= MOST_LINKS:
        raise TooManyLinks(most=MOST_LINKS)
    token = secrets.token_urlsafe(24)
    SecondLook.objects.create(
        inscription=kept,
        proof_sha256=kept.proof_sha256,
        token_sha256=_digest(token),
        made_at=now,
        expires_at=now + LIVES,
    )
    return token


def open_looks(inscription_id: int, *, now: datetime):
    """The looks of an inscription whose links still lead somewhere, the newest first."""
    return SecondLook.objects.filter(
        inscription_id=inscription_id, proof_sha256=F("inscription__proof_sha256"), expires_at__gt=now
    )


def of_inscription(inscription_id: int, *, now: datetime) -> list[SecondLook]:
    """What the client sees of them: links that are open, and what was answered about the proof as it is now."""
    looks = SecondLook.objects.filter(inscription_id=inscription_id, proof_sha256=F("inscription__proof_sha256"))
    return list(looks.filter(Q(expires_at__gt=now) | Q(answered_at__isnull=False)))


def take_back(inscription_id: int, look_id: int) -> bool:
    """The client ends a link; whoever opens it is told so."""
    return SecondLook.objects.filter(pk=look_id, inscription_id=inscription_id).delete()[0] > 0


def find(token: str, *, now: datetime) -> SecondLook | None:
    """The look of a link; None when there is none, or it has run out."""
    return SecondLook.objects.filter(token_sha256=_digest(token), expires_at__gt=now).first()


def standing_at(look_id: int, *, now: datetime) -> SecondLook | None:
    """A look with all that its page shows; None once it was taken back or has run out."""
    looks = SecondLook.objects.select_related(
        "inscription__zone__piece",
        "inscription__zone__box",
        "inscription__job",
        "inscription__bag_line__product__parent",
        "inscription__order_line__product__parent",
    )
    return looks.filter(pk=look_id, expires_at__gt=now).first()


@transaction.atomic
def answer(look_id: int, *, approves: bool, name: str, note: str, now: datetime) -> SecondLook:
    """Write what was answered, in place of what that link had answered before.

    Raises LookEnded, JobTakenUp, AnsweredOften, NameMissing, NoteMissing or NotPlain.
    """
    look = SecondLook.objects.select_for_update(of=("self",)).select_related("inscription__job").filter(pk=look_id).first()
    if look is None:
        raise LookEnded()
    there = standing(look)
    if there is Standing.CHANGED:
        raise LookEnded()
    if there is Standing.BEGUN:
        raise JobTakenUp()
    if look.times >= MOST_ANSWERS:
        raise AnsweredOften()
    name, note = " ".join(plain(name).split())[:MOST_OF_NAME], plain(note).strip()[:MOST_OF_NOTE]
    if not name:
        raise NameMissing()
    if not approves and not note:
        raise NoteMissing()
    look.answer, look.name, look.note = (Answer.APPROVED if approves else Answer.AGAIN), name, note
    look.answered_at, look.times = now, look.times + 1
    look.save()
    if look.inscription.order_line_id:  # in the bag he sees it there
        posting.post("letter.second_look", key=f"second-look:{look.pk}:{look.times}", look_id=look.pk)
    return look


def follow(from_id: int, to_id: int) -> None:
    """The looks of a bag's inscription go with it onto the order."""
    SecondLook.objects.filter(inscription_id=from_id).update(inscription_id=to_id)


def said_of(line: str, surface: str = PIECE) -> Subquery:
    """For a list of lines (`bag_line` or `order_line`): what was said last of a surface's proof as it is now, as a JSON object.

    Beside the lines in one statement; None where nobody was asked, an empty answer where one is awaited.
    """
    looks = (
        SecondLook.objects.filter(
            **{f"inscription__{line}": OuterRef("pk")},
            inscription__surface=surface,
            proof_sha256=F("inscription__proof_sha256"),
        )
        .filter(Q(expires_at__gt=Now()) | Q(answered_at__isnull=False))
        .order_by(F("answered_at").desc(nulls_last=True), "-pk")
    )
    return Subquery(looks.values(said=JSONObject(answer="answer", name="name", note="note"))[:1])


def forget_old(*, now: datetime) -> int:
    """Delete looks that nobody answered and whose link has run out; returns how many."""
    return SecondLook.objects.filter(answered_at=None, expires_at__lt=now).delete()[0]

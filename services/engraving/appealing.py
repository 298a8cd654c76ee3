"""A refused word goes to a person: asking, deciding, and the link with which the text comes back."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from services.foundation.outbox import posting
from services.foundation.plain_text import plain

from .models import Appeal, AppealState, Zone
from .refusals import AnswerMissing, AppealDecided, TooManyAppeals
from .word_rules import digest

#: How long the link of a decision is good, and how long a decision is kept.
LIVES, KEPT = timedelta(days=30), timedelta(days=90)
#: Within a day.
MOST_OF_A_CONTACT, MOST_OF_A_NETWORK = 3, 10
MOST_OF_WORDS = 500


@transaction.atomic
def ask(
    typed: str,
    *,
    zone: Zone,
    face: str,
    size: str,
    metal: str,
    word: str,
    region_code: str,
    language: str,
    contact: str,
    words: str,
    client_id: int | None,
    network_key: str,
    now: datetime,
    for_piece_id: int | None = None,
) -> Appeal:
    """Ask a person about a text. Asked twice it is one question. Raises TooManyAppeals or NotPlain."""
    text = digest(typed)
    waiting = Appeal.objects.filter(contact=contact, text_sha256=text, region_id=region_code, state=AppealState.WAITING)
    if (standing := waiting.first()) is not None:
        return standing
    today = Appeal.objects.filter(made_at__gt=now - timedelta(days=1))
    if today.filter(contact=contact).count() >= MOST_OF_A_CONTACT:
        raise TooManyAppeals()
    if today.filter(network_key=network_key).count() >= MOST_OF_A_NETWORK:
        raise TooManyAppeals()
    asked, _made = Appeal.objects.get_or_create(
        contact=contact,
        text_sha256=text,
        region_id=region_code,
        state=AppealState.WAITING,
        defaults={
            "zone": zone,
            "for_piece_id": for_piece_id,
            "face": face,
            "size": size[:20],
            "metal": metal[:30],
            "typed": typed,
            "word": word,
            "language": language,
            "client_id": client_id,
            "words": plain(words).strip()[:MOST_OF_WORDS],
            "network_key": network_key,
            "made_at": now,
        },
    )
    return asked


@transaction.atomic
def decide(appeal_id: int, *, approves: bool, answer: str, by_id: int, now: datetime) -> None:
    """A person decides, with a reason that the client reads in a letter. Raises AnswerMissing, AppealDecided or NotPlain."""
    answer = plain(answer).strip()[:MOST_OF_WORDS]
    if not answer:
        raise AnswerMissing()
    state = AppealState.APPROVED if approves else AppealState.DECLINED
    waiting = Appeal.objects.filter(pk=appeal_id, state=AppealState.WAITING)
    if not waiting.update(state=state, answer=answer, decided_by_id=by_id, decided_at=now):
        raise AppealDecided(state=Appeal.objects.get(pk=appeal_id).get_state_display())
    posting.post("letter.appeal", key=f"appeal:{appeal_id}", appeal_id=appeal_id)


def new_link(appeal: Appeal, *, now: datetime) -> str:
    """A token for the letter, in place of one that a letter before it may have had."""
    token = secrets.token_urlsafe(24)
    appeal.token_sha256, appeal.expires_at = _hash(token), now + LIVES
    appeal.save(update_fields=["token_sha256", "expires_at"])
    return token


def find(token: str, *, now: datetime) -> Appeal | None:
    """The decided appeal of a link; None when there is none, or it has run out."""
    rows = Appeal.objects.select_related("zone__piece", "zone__box", "for_piece").exclude(token_sha256="")
    return rows.exclude(state=AppealState.WAITING).filter(token_sha256=_hash(token), expires_at__gt=now).first()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def is_let_through(text_sha256: str, *, region_code: str, client_id: int | None, appeal_ids: Collection[int]) -> bool:
    """Whether a person approved this text for this client: by his account, or by the link he opened."""
    whose = Q(pk__in=list(appeal_ids)) | (Q(client_id=client_id) if client_id else Q(pk__in=[]))
    approved = Appeal.objects.filter(text_sha256=text_sha256, region_id=region_code, state=AppealState.APPROVED)
    return approved.filter(whose).exists()


def forget_old(*, now: datetime) -> int:
    """Delete what was decided long ago: a text and a contact are kept no longer than they serve."""
    return Appeal.objects.filter(decided_at__lt=now - KEPT).delete()[0]

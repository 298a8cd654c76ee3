"""A gift by link: the secret in its address, its states, and how long it waits.

The link is 256 bits that follow from a seed and the house's secret key; the row keeps seed and hash, so that a copy of
the database opens nothing. Having the link is not enough either: the contact that the giver named is proven by a code.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from services.foundation.house import house
from services.foundation.plain_text import plain

from .models import ENDED_GIFTS, GIFT_MOVES, OPEN_GIFTS, GiftLink, GiftMove, GiftState
from .refusals import GiftOver, ThankedAlready, ThanksEmpty, ThanksTooLong

MOST_OF_MESSAGE = 280
MOST_OF_RECIPIENT = 60
MOST_OF_GIVER = 40
#: How long the contact of somebody who did not become a client is kept after the gift has ended.
CONTACT_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What the giver says of a gift by link, checked by the door; ``contact`` in its one spelling."""

    recipient: str
    contact: str
    country: str
    giver: str = ""
    message: str = ""
    is_surprise: bool = False
    house_writes: bool = False


def waits() -> timedelta:
    """How long a gift waits for its recipient: `[gift_link] hours` in the house's file, else 72."""
    return timedelta(hours=_said().get("hours", 72))


def reminders() -> list[timedelta]:
    """When it is called to mind, counted from the beginning: `[gift_link] reminders`, else after 24 and 60 hours."""
    return [timedelta(hours=hours) for hours in sorted(_said().get("reminders", [24, 60]))]


def is_offered() -> bool:
    """Whether the house offers gifts by link at all: `[gift_link] offered`, else yes."""
    return bool(_said().get("offered", True))


def _said() -> dict:
    return house().raw.get("gift_link", {})


def prepare(wish: Wish, *, order_id: int, language: str) -> GiftLink:
    """The gift of an order that is being placed. Runs inside the placement's transaction."""
    seed = secrets.token_hex(32)
    return GiftLink.objects.create(
        order_id=order_id,
        seed=seed,
        secret_sha256=_sha256(_secret(order_id, seed)),
        country=wish.country,
        recipient=wish.recipient,
        contact=wish.contact,
        giver=wish.giver,
        message=wish.message,
        is_surprise=wish.is_surprise,
        house_writes=wish.house_writes,
        language=language,
    )


def secret_of(gift: GiftLink) -> str:
    """What stands in the link: 43 signs that cannot be guessed."""
    return _secret(gift.order_id, gift.seed)


def _secret(order_id: int, seed: str) -> str:
    mac = hmac.new(settings.SECRET_KEY.encode(), f"gift:{order_id}:{seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str) -> GiftLink | None:
    """The gift of a link; None for a guess, or for a link that another one has replaced."""
    return GiftLink.objects.filter(secret_sha256=_sha256(secret)).exclude(state=GiftState.PREPARED).first()


def of_order(order_id: int) -> GiftLink | None:
    """The gift an order is, or None."""
    return GiftLink.objects.filter(order_id=order_id).first()


def renew(gift: GiftLink) -> None:
    """Another link; the one there was opens nothing from now on, nor does whoever had opened it. Raises GiftOver."""
    seed = secrets.token_hex(32)
    found = GiftLink.objects.filter(pk=gift.pk, state__in=OPEN_GIFTS)
    if not found.update(seed=seed, secret_sha256=_sha256(_secret(gift.order_id, seed))):
        raise GiftOver(state=_state_now(gift))
    gift.refresh_from_db()


@transaction.atomic
def move(gift: GiftLink, to: str, *, by_words: str, now: datetime, words: str = "", **more: object) -> None:
    """Move a gift along its table, once. ``more``: fields that change with it. Raises GiftOver when somebody was quicker."""
    before = gift.state
    if to not in GIFT_MOVES[before] or not _compare_and_set(gift, before, to, more):
        raise GiftOver(state=_state_now(gift))
    GiftMove.objects.create(gift=gift, old_state=before, new_state=to, by_words=by_words, words=words[:400], at=now)
    gift.state = to
    for name, value in more.items():
        setattr(gift, name, value)


def _compare_and_set(gift: GiftLink, before: str, to: str, more: dict[str, object]) -> bool:
    return bool(GiftLink.objects.filter(pk=gift.pk, state=before).update(state=to, **more))


def _state_now(gift: GiftLink) -> str:
    return GiftLink.objects.values_list("state", flat=True).get(pk=gift.pk)


def begin(gift: GiftLink, *, now: datetime) -> None:
    """The gift is paid: from now on it waits for its recipient."""
    move(gift, GiftState.WAITING, by_words="payment", now=now, expires_at=now + waits())


def open_by_recipient(gift: GiftLink, *, now: datetime) -> None:
    """The recipient has proven his contact; the second time changes nothing."""
    if gift.state == GiftState.WAITING:
        move(gift, GiftState.OPENED, by_words="recipient", now=now)


def check_open(gift: GiftLink, *, now: datetime) -> None:
    """Raises GiftOver for a gift that was answered, or whose time is over although nobody has ended it yet."""
    if not gift.is_open:
        raise GiftOver(state=gift.state)
    if gift.expires_at is None or gift.expires_at <= now:
        raise GiftOver(state=GiftState.LAPSED)


def end(order_id: int, to: str, *, by_words: str, now: datetime) -> GiftLink | None:
    """The gift of an order that ends. Runs inside its transaction. Raises GiftOver."""
    gift = of_order(order_id)
    if gift:
        move(gift, to, by_words=by_words, now=now, ended_at=now)
    return gift


def overdue(*, now: datetime) -> list[int]:
    """Ids of gifts whose time is over, the longest first."""
    late = GiftLink.objects.filter(state__in=OPEN_GIFTS, expires_at__lte=now).order_by("expires_at")
    return list(late.values_list("pk", flat=True)[:100])


def to_remind(*, now: datetime) -> list[tuple[int, int]]:
    """Gifts to be called to mind, each with the number of its reminder, which is counted as sent by this."""
    found, steps, whole = [], reminders(), waits()
    for number, after in enumerate(steps, 1):
        if after >= whole:
            continue
        # One that was missed is not made up for: the last one due is enough.
        later = steps[number] if number < len(steps) else whole
        due = Q(expires_at__lte=now + whole - after, expires_at__gt=now + whole - later)
        for pk in GiftLink.objects.filter(due, state__in=OPEN_GIFTS, reminded__lt=number).values_list("pk", flat=True)[:100]:
            if GiftLink.objects.filter(pk=pk, reminded__lt=number, state__in=OPEN_GIFTS).update(reminded=number):
                found.append((pk, number))
    return found


def thank(gift: GiftLink, typed: str, *, now: datetime) -> None:
    """The recipient's note to the giver, once. Raises NotPlain, ThanksEmpty, ThanksTooLong, ThankedAlready or GiftOver."""
    words = plain(typed).strip()
    if not words:
        raise ThanksEmpty()
    if len(words) > MOST_OF_MESSAGE:
        raise ThanksTooLong(most_characters=MOST_OF_MESSAGE)
    if not gift.is_accepted:
        raise GiftOver(state=gift.state)
    if not GiftLink.objects.filter(pk=gift.pk, thanked_at=None, state=GiftState.ACCEPTED).update(thanks=words, thanked_at=now):
        raise ThankedAlready()


def forget_contacts(*, now: datetime) -> int:
    """Forget how those are reached whose gift ended a day ago; returns how many."""
    over = GiftLink.objects.filter(state__in=ENDED_GIFTS, ended_at__lt=now - CONTACT_KEPT).exclude(contact="")
    return over.update(contact="")


def forget_words(order_ids: Iterable[int]) -> None:
    """What an erased giver wrote, and how to reach whom he named."""
    GiftLink.objects.filter(order_id__in=list(order_ids)).update(message="", giver="", thanks="", contact="")


def masked(contact: str) -> str:
    """A contact of which its owner knows that it is his, and nobody else learns anything: a•••@c•••, ••• 42. Pure."""
    if "@" in contact:
        name, _at, place = contact.partition("@")
        return f"{name[:1]}•••@{place[:1]}•••"
    return f"••• {contact[-2:]}" if contact else ""

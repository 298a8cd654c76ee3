"""Sending a code and checking it, with limits that make guessing hopeless."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from services.foundation.outbox import posting
from services.foundation.refusal import Refusal

from .models import Code

LIVES = timedelta(minutes=10)
TRIES = 5
CODES_A_CONTACT = 5  # an hour
CODES_A_NETWORK = 60  # an hour


class TooManyCodes(Refusal):
    code = "too-many-codes"

    def sentence(self) -> str:
        return _("We have sent several codes already. Please use the last one, or try again in an hour.")


class WrongCode(Refusal):
    code = "wrong-code"

    def sentence(self) -> str:
        return _("This code is not right, or no longer valid. Please check it or ask for a new one.")


def digits_of(row: Code) -> str:
    """The six digits of a code: what was sent and what must be typed."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"code:{row.contact}:{row.seed}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**6:06d}"


@transaction.atomic
def send(contact: str, *, network_key: str, language: str, now: datetime) -> None:
    """Send a six-digit code by e-mail or SMS, after the commit. Raises TooManyCodes."""
    recent = Code.objects.filter(created_at__gt=now - timedelta(hours=1))
    if recent.filter(contact=contact).count() >= CODES_A_CONTACT:
        raise TooManyCodes()
    if recent.filter(network_key=network_key).count() >= CODES_A_NETWORK:
        raise TooManyCodes()
    row = Code.objects.create(contact=contact, network_key=network_key, language=language)
    posting.post("contacts.code", key=f"code:{row.pk}", row=row.pk)


def check(contact: str, typed: str, *, now: datetime) -> None:
    """Use up the last code sent to this contact. Raises WrongCode; a code bears five tries and works once."""
    row = Code.objects.filter(contact=contact, used_at=None, created_at__gt=now - LIVES).order_by("-created_at").first()
    if row is None:
        raise WrongCode()
    if not Code.objects.filter(pk=row.pk, tries__lt=TRIES).update(tries=F("tries") + 1):
        raise WrongCode()
    digits = "".join(c for c in typed if c.isdigit())
    if not hmac.compare_digest(digits_of(row), digits):
        raise WrongCode()
    if not Code.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        raise WrongCode()


def forget_old(*, now: datetime) -> int:
    """Delete codes nobody can use any more, and with them the addresses they were sent to; returns how many."""
    return Code.objects.filter(created_at__lt=now - timedelta(days=1)).delete()[0]

import time

from celery import shared_task
from django.utils import timezone

from services.foundation.provider import rounds

from . import arrears, collecting

#: Seconds for which one round takes more parts: the next one begins after a minute.
ROUND = 45


@shared_task(name="money.collect_due_parts")
def collect_due_parts() -> None:
    """Every minute: parts whose outcome is not known yet (same key, so never twice), then those that are due, few at a time."""
    now, until = timezone.now(), time.monotonic() + ROUND
    heard = rounds.each(collecting.unsettled(), lambda pk: collecting.collect(pk, now=now), what="part")
    while heard and time.monotonic() < until:
        parts = collecting.claim_due(now=now)
        if not parts:
            break
        heard = rounds.each(parts, lambda pk: collecting.collect(pk, now=now), what="part")


@shared_task(name="money.look_after_arrears")
def look_after_arrears() -> None:
    """Every ten minutes: what was not paid after delivery is called to mind; parts whose grace is over go to the desk."""
    now = timezone.now()
    arrears.note_overdue(now=now)
    arrears.give_to_desk(now=now)

from celery import shared_task
from django.utils import timezone

from services.foundation.provider import rounds

from . import collecting


@shared_task(name="money.collect_due_parts")
def collect_due_parts() -> None:
    """Every minute: parts that are due, and those whose outcome is not known yet (same key, so never twice)."""
    now = timezone.now()
    parts = [*collecting.unsettled(), *collecting.claim_due(now=now)]
    rounds.each(parts, lambda pk: collecting.collect(pk, now=now), what="part")

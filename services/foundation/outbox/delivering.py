"""Doing the outbox's work. A job is locked while it is done, so two workers never do it at once."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from . import posting
from .models import Job

log = logging.getLogger(__name__)
#: Seconds to wait after the n-th failure; the last one repeats.
PATIENCE = (5, 15, 60, 300, 1800)


def deliver(job_id: int) -> bool:
    """Do one job if it is due and nobody else is at it. False when there was nothing to do or it failed.

    The row's lock is a lease on the work, not a transaction around it: the lease is taken by moving `due_at` ahead, so a
    worker that dies gives the job back after a minute, and no network call happens inside a transaction.
    """
    leased = Job.objects.filter(pk=job_id, done_at=None, due_at__lte=Now()).update(due_at=Now() + timedelta(minutes=1))
    if not leased:
        return False
    job = Job.objects.get(pk=job_id)
    try:
        posting.handler_of(job.name)(**job.facts)
    except Exception as trouble:  # noqa: BLE001 - the one place where any failure of any work is written down and retried
        wait = PATIENCE[min(job.attempts, len(PATIENCE) - 1)]
        log.exception("outbox job %s failed, again in %s s", job, wait)
        Job.objects.filter(pk=job.pk).update(
            attempts=job.attempts + 1, last_error=repr(trouble)[:2000], due_at=Now() + timedelta(seconds=wait)
        )
        return False
    Job.objects.filter(pk=job.pk).update(done_at=Now(), attempts=job.attempts + 1, last_error="")
    return True


def due_jobs(limit: int = 200) -> list[int]:
    """Ids of jobs that wait to be done, oldest first."""
    with transaction.atomic():
        rows = Job.objects.filter(done_at=None, due_at__lte=Now()).order_by("due_at").values_list("pk", flat=True)
        return list(rows[:limit])

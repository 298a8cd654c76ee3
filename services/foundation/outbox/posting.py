"""Writing work into the outbox, and the register of who does it."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from .models import Job

Handler = Callable[..., None]
_handlers: dict[str, Handler] = {}
log = logging.getLogger(__name__)


def handles(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does this work; it gets the job's facts as keyword arguments. One per name."""

    def register(handler: Handler) -> Handler:
        if name in _handlers and _handlers[name].__qualname__ != handler.__qualname__:
            raise RuntimeError(f"two handlers for {name}")
        _handlers[name] = handler
        return handler

    return register


def handler_of(name: str) -> Handler:
    """The function that does this work. Raises LookupError."""
    return _handlers[name]


def post(name: str, *, key: str | None = None, after: Any = None, **facts: Any) -> Job | None:
    """Write a job in the current transaction and wake a worker once it commits.

    With ``key`` the same work is written only once, ever (None is returned the second time). ``after`` is a timedelta to
    wait. Facts must be JSON: ids, codes, strings.
    """
    due = Now() + after if after else Now()
    if key is None:
        job = Job.objects.create(name=name, facts=facts, due_at=due)
    else:
        job, fresh = Job.objects.get_or_create(key=key, defaults={"name": name, "facts": facts, "due_at": due})
        if not fresh:
            return None
    if not after:
        transaction.on_commit(lambda: _wake(job.pk))
    return job


def _wake(job_id: int) -> None:
    """Tell a worker now. When Redis is away the sweep finds the row a few seconds later."""
    from .tasks import deliver

    try:
        deliver.apply_async([job_id], retry=False)
    except (OperationalError, ConnectionError, OSError) as away:
        log.warning("broker away, the sweep will deliver job %s: %s", job_id, away)

import logging

from celery import shared_task
from django.utils import timezone

from services.foundation.provider import port

from . import daily

log = logging.getLogger(__name__)


@shared_task(name="money.compare_with_the_provider")
def compare_with_the_provider() -> None:
    """Every hour: days that are over and not compared yet, oldest first; the next hour tries again when the provider is away."""
    now = timezone.now()
    for day in daily.days_to_compare(now=now):
        try:
            daily.compare(day, now=now)
        except port.Unknown as away:
            log.warning("%s is compared later, the provider does not answer: %s", day, away)
            return

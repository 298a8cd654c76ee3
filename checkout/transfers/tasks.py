from celery import shared_task
from django.utils import timezone

from . import offering


@shared_task(name="transfers.remind")
def remind() -> None:
    """Every ten minutes: orders whose pieces are not kept much longer."""
    offering.remind(now=timezone.now())

from celery import shared_task
from django.utils import timezone

from . import proving


@shared_task(name="contacts.forget_old_codes")
def forget_old_codes() -> None:
    """Every hour: codes of yesterday."""
    proving.forget_old(now=timezone.now())

from celery import shared_task
from django.utils import timezone

from . import linking


@shared_task(name="paylinks.look_after")
def look_after() -> None:
    """Every minute: links whose time is over, and those to be called to mind."""
    now = timezone.now()
    linking.expire_overdue(now=now)
    linking.remind(now=now)

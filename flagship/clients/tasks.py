from celery import shared_task
from django.utils import timezone

from . import wishing


@shared_task(name="clients.forget_guests_wishes")
def forget_guests_wishes() -> None:
    """Every day: lists of guests that nobody can open any more."""
    wishing.forget_old(now=timezone.now())

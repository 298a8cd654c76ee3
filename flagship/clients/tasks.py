from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from . import wishing


@shared_task(name="clients.forget_guests_wishes")
def forget_guests_wishes() -> None:
    """Every day: lists of guests that nobody can open any more."""
    wishing.forget_old(now=timezone.now())


@shared_task(name="clients.clear_sessions")
def clear_sessions() -> None:
    """Every day: sessions that have run out."""
    call_command("clearsessions")

from celery import shared_task
from django.utils import timezone

from . import uploading


@shared_task(name="catalog.clear_away_pictures")
def clear_away_pictures() -> None:
    """Every six hours: files of pictures that were replaced or removed, a day after."""
    uploading.clear_away(now=timezone.now())

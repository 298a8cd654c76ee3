from celery import shared_task
from django.utils import timezone

from . import uploading
from .search import indexing


@shared_task(name="catalog.clear_away_pictures")
def clear_away_pictures() -> None:
    """Every six hours: files of pictures that were replaced or removed, a day after."""
    uploading.clear_away(now=timezone.now())


@shared_task(name="catalog.index_what_turned")
def index_what_turned() -> None:
    """Every minute: pieces are found by the names of collections and occasions while these are shown."""
    indexing.index_what_turned(timezone.now())

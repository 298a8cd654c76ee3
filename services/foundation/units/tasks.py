from celery import shared_task

from . import claiming


@shared_task(name="units.release_lapsed_holds")
def release_lapsed_holds() -> None:
    """Every few seconds: pieces nobody bought in time are free again."""
    claiming.release_lapsed()

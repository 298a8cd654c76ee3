from celery import shared_task
from django.utils import timezone

from . import reserving


@shared_task(name="engraving.plan_the_bench")
def plan_the_bench() -> None:
    """Four times a day: places as far ahead as the bench is planned; what no longer fits its stations moves on."""
    reserving.plan_ahead(today=timezone.now().date())

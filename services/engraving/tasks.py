from celery import shared_task
from django.utils import timezone

from . import appealing, reserving, second_looks


@shared_task(name="engraving.plan_the_bench")
def plan_the_bench() -> None:
    """Four times a day: places as far ahead as the bench is planned; what no longer fits its stations moves on."""
    reserving.plan_ahead(today=timezone.now().date())


@shared_task(name="engraving.forget_old_looks")
def forget_old_looks() -> None:
    """Every day: links to a proof that ran out without an answer, and appeals that were decided long ago."""
    second_looks.forget_old(now=timezone.now())
    appealing.forget_old(now=timezone.now())

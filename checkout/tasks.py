from celery import shared_task
from django.utils import timezone

from . import ending, settling


@shared_task(name="checkout.lapse_unpaid_orders")
def lapse_unpaid_orders() -> None:
    """Every half minute: orders whose time to pay is over."""
    ending.lapse_unpaid(now=timezone.now())


@shared_task(name="money.settle_open_payments")
def settle_open_payments() -> None:
    """Every half minute: payments whose webhook we may have missed."""
    settling.settle_open(now=timezone.now())

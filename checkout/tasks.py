from celery import shared_task
from django.utils import timezone

from . import ending, settling, sizers


@shared_task(name="checkout.lapse_unpaid_orders")
def lapse_unpaid_orders() -> None:
    """Every half minute: orders whose time to pay is over."""
    ending.lapse_unpaid(now=timezone.now())


@shared_task(name="money.settle_open_payments")
def settle_open_payments() -> None:
    """Every half minute: payments whose webhook we may have missed."""
    settling.settle_open(now=timezone.now())


@shared_task(name="checkout.ask_for_sizes")
def ask_for_sizes() -> None:
    """Four times a day: clients who have a sizer and have not answered, and advisers who are told."""
    sizers.ask(now=timezone.now())

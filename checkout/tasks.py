import logging

from celery import shared_task
from django.utils import timezone

from services.foundation.provider import capabilities
from services.foundation.provider.port import Unknown
from services.gifting import links

from . import balances, ending, giving, holding, settling, sizers
from .refunds import repaying

log = logging.getLogger(__name__)


@shared_task(name="checkout.lapse_unpaid_orders")
def lapse_unpaid_orders() -> None:
    """Every half minute: orders whose time to pay is over."""
    ending.lapse_unpaid(now=timezone.now())


@shared_task(name="money.settle_open_payments")
def settle_open_payments() -> None:
    """Every half minute: payments whose webhook we may have missed."""
    settling.settle_open(now=timezone.now())


@shared_task(name="money.renew_holds")
def renew_holds() -> None:
    """Four times an hour: authorisations that would lapse before their parcel leaves."""
    holding.renew_due(now=timezone.now())


@shared_task(name="money.ask_about_repayments")
def ask_about_repayments() -> None:
    """Every five minutes: money on its way back whose answer or webhook we may have missed."""
    repaying.ask_open(now=timezone.now())


@shared_task(name="checkout.look_after_gifts")
def look_after_gifts() -> None:
    """Every minute: gifts by link that nobody accepted in time, those to be called to mind, and contacts to be forgotten."""
    now = timezone.now()
    giving.lapse_overdue(now=now)
    giving.remind(now=now)
    links.forget_contacts(now=now)


@shared_task(name="checkout.ask_for_sizes")
def ask_for_sizes() -> None:
    """Four times a day: clients who have a sizer and have not answered, and advisers who are told."""
    sizers.ask(now=timezone.now())


@shared_task(name="money.look_after_balances")
def look_after_balances() -> None:
    """Every minute: balances to be called to mind, and orders whose balance was not paid in its window."""
    now = timezone.now()
    balances.end_missed(now=now)
    balances.remind(now=now)


@shared_task(name="money.ask_capabilities")
def ask_capabilities() -> None:
    """Every minute: which of the provider's methods the account may use."""
    try:
        capabilities.ask(now=timezone.now())
    except Unknown as away:
        log.warning("the provider does not say what the account may do, asked again later: %s", away)

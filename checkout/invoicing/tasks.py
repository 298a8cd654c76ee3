import logging

from celery import shared_task
from django.utils import timezone

from . import issuing

log = logging.getLogger(__name__)


@shared_task(name="invoicing.issue_due")
def issue_due() -> None:
    """Every five minutes: invoices that are due and that nobody was woken for. One that fails keeps no other waiting."""
    for order_id in issuing.due():
        try:
            issuing.issue(order_id, now=timezone.now())
        except Exception:  # noqa: BLE001 - written down with its trace; its number went back with its transaction
            log.exception("the invoice of order %s could not be issued", order_id)

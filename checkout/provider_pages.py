"""The provider's page for an attempt whose key, amount and end are stored."""

from datetime import timedelta

from services.foundation.provider import port
from services.foundation.provider.methods import CARD
from services.foundation.provider.models import Attempt, AttemptState
from services.foundation.regions.links import absolute

from .order.models import Order

#: The provider keeps a page open for at least 30 minutes, and refuses to open one for less.
LIVES, SHORTEST = timedelta(minutes=31), timedelta(minutes=30, seconds=10)


def open_for(attempt: Attempt, order: Order, *, description: str, back: str = "") -> str:
    """The page's address; the same page for the same attempt. Raises port.Unknown: then it can be asked for again.

    ``back``: where the client comes back to, paid or not, other than to his order; always the same for an attempt.
    Raises port.MethodRefused where the account may not use the attempt's method (any more).
    """
    region, language = order.region_code, order.language
    page = port.open_page(
        key=attempt.idempotency_key,
        order_number=order.number,
        amount=attempt.amount,
        currency=attempt.currency,
        description=description,
        email=order.email,
        language=language,
        success_url=back or absolute("order-return", region=region, language=language, args=(order.number,)),
        cancel_url=back or absolute("order", region=region, language=language, args=(order.number,)),
        expires_at=attempt.page_expires_at,
        capture_later=not attempt.captures_at_once,
        save_method=attempt.page_method == CARD,
        method=attempt.page_method,
    )
    opened = Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTED).update(
        session=page.session, page_url=page.url, state=AttemptState.REQUIRES_CLIENT
    )
    if opened:
        return page.url
    known = Attempt.objects.get(pk=attempt.pk)
    if known.session != page.session:  # given up meanwhile by another tab: nobody may pay on a page we do not know
        port.close_page(page.session)
        raise port.Unknown("the page was given up")
    return known.page_url

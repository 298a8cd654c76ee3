"""Another card for the parts that are still to come: left on the provider's page, where nothing is paid.

What failed is tried again with it soon, as its page says; all else keeps its day.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from services.deferred import arrears
from services.deferred.models import CardChange, Plan
from services.deferred.states import OWED, PAYABLE, CardState
from services.foundation.outbox import posting
from services.foundation.provider import port, rounds
from services.foundation.regions.links import absolute

from . import provider_pages
from .refusals import NoCardNeeded


def can_be_changed(plan: Plan) -> bool:
    """Whether parts are still to be collected from a card that the provider keeps."""
    return plan.state in PAYABLE and bool(plan.customer) and plan.parts.filter(state__in=OWED).exists()


def open_page(plan: Plan, *, now: datetime) -> str:
    """The address of the provider's page; the same page while it is open. Raises NoCardNeeded or port.Unknown."""
    change = _begin(plan, now=now)
    if change.page_url:
        return change.page_url
    order = plan.order
    back = absolute("order-card-return", region=order.region_code, language=order.language, args=(order.number,))
    try:
        page = port.open_card_page(
            key=change.key,
            order_number=order.number,
            customer=plan.customer,
            currency=plan.currency,
            language=order.language,
            success_url=back,
            cancel_url=back,
            expires_at=change.page_expires_at,
        )
    except port.Declined as no:
        CardChange.objects.filter(pk=change.pk, state=CardState.OPEN, session="").update(state=CardState.LEFT)
        raise NoCardNeeded() from no  # the provider knows this customer no longer: parts are paid one by one
    CardChange.objects.filter(pk=change.pk, session="").update(session=page.session, page_url=page.url)
    return page.url


@transaction.atomic
def _begin(plan: Plan, *, now: datetime) -> CardChange:
    """The change that is open, or a new one. One whose page was never opened, or is over, is left behind."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if not can_be_changed(plan):
        raise NoCardNeeded()
    change = CardChange.objects.filter(plan=plan, state=CardState.OPEN).first()
    if change and change.page_expires_at > now + (timedelta() if change.session else provider_pages.SHORTEST):
        return change
    if change:
        if change.session:
            raise port.Unknown("the page before is over and not yet heard of")
        CardChange.objects.filter(pk=change.pk).update(state=CardState.LEFT)
    number = CardChange.objects.filter(plan=plan).count() + 1
    return CardChange.objects.create(plan=plan, key=f"card:{plan.pk}:{number}", page_expires_at=now + provider_pages.LIVES)


def settle(change_id: int, *, now: datetime) -> None:
    """Ask the provider what became of a page, and keep the card that was left there. Raises port.Unknown."""
    change = CardChange.objects.get(pk=change_id)
    if change.state != CardState.OPEN or not change.session:
        return
    CardChange.objects.filter(pk=change.pk).update(asked_at=now)
    found = port.card_page(change.session)
    if found.method:
        _keep(change, found, now=now)
    elif found.status == "expired":
        CardChange.objects.filter(pk=change.pk, state=CardState.OPEN).update(state=CardState.LEFT)


@transaction.atomic
def _keep(change: CardChange, found: port.CardView, *, now: datetime) -> None:
    plan = Plan.objects.select_for_update().get(pk=change.plan_id)
    if not CardChange.objects.filter(pk=change.pk, state=CardState.OPEN).update(state=CardState.KEPT):
        return
    if plan.state not in PAYABLE:  # over meanwhile: nothing is collected any more
        return
    Plan.objects.filter(pk=plan.pk).update(customer=found.customer or plan.customer, method=found.method)
    arrears.try_soon(plan, now=now)
    posting.post("letter.card_kept", key=f"letter:card-kept:{change.pk}", change_id=change.pk)


def settle_by_session(session_id: str, *, now: datetime) -> None:
    """A webhook named a page: settle it, if it is one of these."""
    change = CardChange.objects.filter(session=session_id).exclude(session="").first()
    if change:
        settle(change.pk, now=now)


def settle_open(*, now: datetime) -> None:
    """What beat asks: pages that nobody told us about."""
    waiting = CardChange.objects.filter(state=CardState.OPEN).exclude(session="").order_by(F("asked_at").asc(nulls_first=True))
    rounds.each(list(waiting.values_list("pk", flat=True)[:50]), lambda pk: settle(pk, now=now), what="change of card")

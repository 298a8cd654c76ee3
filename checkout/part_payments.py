"""Parts of a plan that the client pays himself, on the provider's page: a balance, a part that failed, several at once.

While such a page is open its parts are *paying*: beat does not collect them, and no second page asks for them. Only the
provider's answer moves them on, so that nothing is charged twice.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from services.deferred import collecting
from services.deferred.models import Part, Plan, Share
from services.deferred.states import OWED, PAYABLE, PartState, PlanState
from services.foundation.outbox import posting
from services.foundation.provider import port
from services.foundation.provider.models import OPEN_STATES, Attempt, AttemptState
from services.foundation.regions.links import storefront

from . import provider_pages, recovering
from .refusals import NothingToPay, PartUnderWay

#: The purpose of an attempt that pays parts; which and how much of each stands in its shares.
PURPOSE = "parts"


def open_page(plan: Plan, part_ids: Iterable[int], *, now: datetime) -> str:
    """The address of the provider's page for these parts; the same page again while it is open.

    A page open for other parts of the plan is closed first. Raises NothingToPay when they are paid or may not be paid now,
    PartUnderWay while one is being collected, port.Unknown when the provider does not answer.
    """
    wanted = set(part_ids)
    attempt = _open_attempt(plan)
    if attempt and (_parts_of(attempt) != wanted or _is_stale(attempt, now)):
        _give_up(attempt, now=now)
        attempt = None
    if attempt is None:
        attempt = _begin(plan, wanted, now=now)
    if attempt.page_url:
        return attempt.page_url
    with storefront(plan.order.region_code, plan.order.language):
        description = _("Order %(number)s") % {"number": plan.order.number}
    return provider_pages.open_for(attempt, plan.order, description=description, back=recovering.way_back(attempt))


def _open_attempt(plan: Plan) -> Attempt | None:
    return Attempt.objects.filter(order_id=plan.order_id, purpose=PURPOSE, state__in=OPEN_STATES).order_by("pk").last()


def _parts_of(attempt: Attempt) -> set[int]:
    return set(Share.objects.filter(attempt=attempt).values_list("part_id", flat=True))


def _is_stale(attempt: Attempt, now: datetime) -> bool:
    """Never seen by anybody, and too late to be opened under its own key."""
    return not attempt.page_url and attempt.page_expires_at < now + provider_pages.SHORTEST


def _give_up(attempt: Attempt, *, now: datetime) -> None:
    """Close a page, then hear what came of it: it may have been paid a moment before. Raises port.Unknown."""
    from . import settling

    if attempt.session:
        port.close_page(attempt.session)
        settling.settle(attempt.pk, now=now)
    else:
        with transaction.atomic():
            if Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTED, session="").update(state=AttemptState.LAPSED):
                left(attempt)
    if Attempt.objects.filter(pk=attempt.pk, state__in=OPEN_STATES).exists():
        raise port.Unknown("the page before is still open")


@transaction.atomic
def _begin(plan: Plan, wanted: set[int], *, now: datetime) -> Attempt:
    plan = Plan.objects.select_for_update(of=("self",)).select_related("order").get(pk=plan.pk)
    parts = list(Part.objects.select_for_update().filter(plan=plan, pk__in=wanted).order_by("number"))
    if any(part.state in (PartState.COLLECTING, PartState.PAYING) for part in parts):
        raise PartUnderWay()
    if plan.state not in PAYABLE or len(parts) != len(wanted) or not parts or not all(_may_be_paid(part, now) for part in parts):
        raise NothingToPay()
    number = Attempt.objects.filter(order_id=plan.order_id, purpose=PURPOSE).count() + 1
    attempt = Attempt.objects.create(
        order_id=plan.order_id,
        purpose=PURPOSE,
        amount=sum((part.amount for part in parts), Decimal(0)),
        currency=plan.currency,
        captures_at_once=True,
        idempotency_key=f"parts:{plan.order.number}:{number}",
        page_expires_at=now + provider_pages.LIVES,
    )
    Share.objects.bulk_create(Share(attempt=attempt, part=part, amount=part.amount) for part in parts)
    Part.objects.filter(pk__in=wanted).update(state=PartState.PAYING)
    return attempt


def _may_be_paid(part: Part, now: datetime) -> bool:
    return part.state in (PartState.DUE, PartState.DECLINED) and part.is_open(now)


def paid(attempt: Attempt, payment: port.Payment, *, now: datetime) -> None:
    """The page was paid: so are its parts, and another card given there is kept. Inside the caller's transaction.

    What was paid for a plan that is over goes back whole.
    """
    plan = Plan.objects.select_for_update().get(order_id=attempt.order_id)
    shares = list(Share.objects.filter(attempt=attempt).select_related("part"))
    theirs = Part.objects.filter(pk__in=[share.part_id for share in shares], state=PartState.PAYING)
    whole = payment.received == attempt.amount and theirs.count() == len(shares)
    if plan.state not in PAYABLE or not whole:
        posting.post("payment.give_back", key=f"give-back:{attempt.pk}", attempt_id=attempt.pk)
        left(attempt)
        return
    theirs.update(state=PartState.PAID, paid_at=now)
    if payment.method:
        Plan.objects.filter(pk=plan.pk).update(customer=payment.customer, method=payment.method)
    collecting.close(plan)
    for share in () if plan.is_deposit else shares:  # of a deposit the balance confirms the order: one letter says both
        posting.post("letter.part_paid", key=f"letter:part-paid:{share.part_id}", part_id=share.part_id)


def left(attempt: Attempt) -> None:
    """The page closed unpaid: its parts are owed as before, or end with a plan that is over. Inside a transaction."""
    theirs = Part.objects.filter(shares__attempt=attempt, state=PartState.PAYING)
    ids = list(theirs.values_list("pk", flat=True))
    mine = Part.objects.filter(pk__in=ids)
    if Plan.objects.filter(order_id=attempt.order_id, state=PlanState.CANCELLED).exists():
        mine.update(state=PartState.CANCELLED)
        return
    collecting.give_back(mine)


def give_up_unseen(*, now: datetime) -> None:
    """What beat does: pages that were asked for and never answered, so nobody has seen them, and that are over by now."""
    unseen = Attempt.objects.filter(purpose=PURPOSE, state=AttemptState.STARTED, session="", page_expires_at__lt=now)
    for attempt in unseen[:50]:
        _give_up(attempt, now=now)


def owed(plan: Plan) -> Decimal:
    """What is still owed of a plan, in its currency."""
    return sum(Part.objects.filter(plan=plan, state__in=OWED).values_list("amount", flat=True), Decimal(0))

"""Between us and the provider: opening its page, hearing what came of it, and moving the order accordingly.

Whoever tells us (webhook, the client's return, beat), the same question is asked of the provider and the same answer is written,
once. No call to the provider happens inside a transaction.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from services.deferred import agreeing
from services.deferred.models import Plan
from services.deferred.states import PlanState
from services.engraving import commissioning, reserving
from services.engraving.models import Inscription
from services.foundation.book import writing
from services.foundation.outbox import posting
from services.foundation.provider import port, rounds
from services.foundation.provider.methods import CARD
from services.foundation.provider.models import OPEN_STATES, Attempt, AttemptState
from services.foundation.regions.links import storefront
from services.gifting import links

from . import awaiting_size, capturing, holding, part_payments, payment_cards, provider_pages
from .order import moving
from .order.models import Order
from .order.moving import move
from .order.states import OrderState
from .refunds import asking


def open_page(order: Order, *, now: datetime) -> str:
    """The address of the provider's page for an order that awaits payment; the same page while it is open.

    Raises port.Unknown when the provider does not answer: the order stands, and the client can try again from its page.
    """
    attempt = Attempt.objects.filter(order=order, purpose="order", state__in=OPEN_STATES).order_by("pk").last()
    if attempt is None:
        attempt = _next_attempt(order)
    if attempt.page_url:
        return attempt.page_url
    if attempt.page_expires_at and attempt.page_expires_at < now + provider_pages.SHORTEST:
        # The provider was away for minutes: it would refuse the end we asked for. Nobody has seen a page of this attempt.
        Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTED).update(state=AttemptState.LAPSED)
        attempt = _next_attempt(order)
    if attempt.page_expires_at is None:
        # Stored before it is used, by one tab only: a repeated call must carry the same parameters as its key.
        until = max(order.pay_until or now, now + provider_pages.LIVES)
        Attempt.objects.filter(pk=attempt.pk, page_expires_at=None).update(page_expires_at=until)
        attempt.refresh_from_db(fields=["page_expires_at"])
        Order.objects.filter(pk=order.pk, pay_until__lt=attempt.page_expires_at).update(pay_until=attempt.page_expires_at)
    with storefront(order.region_code, order.language):
        description = _("Order %(number)s") % {"number": order.number}
    try:
        return provider_pages.open_for(attempt, order, description=description)
    except port.MethodRefused:
        # The account has lost the method since it was offered. Nobody has seen a page: the order can be paid by card.
        Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTED).update(state=AttemptState.LAPSED)
        _next_attempt(order, method=CARD)
        return open_page(order, now=now)


def by_card(order: Order, *, now: datetime) -> None:
    """The client would rather pay by card than by the method he chose: close its page, and go on with another attempt.

    Raises port.Unknown; then nothing has changed, and the page before can still be paid.
    """
    attempt = Attempt.objects.filter(order=order, purpose="order", state__in=OPEN_STATES).order_by("pk").last()
    if attempt is None or attempt.page_method == CARD:
        return
    if attempt.session:
        port.close_page(attempt.session)
        settle(attempt.pk, now=now)  # it may have been paid a moment before
    else:
        Attempt.objects.filter(pk=attempt.pk, state=AttemptState.STARTED).update(state=AttemptState.LAPSED)
    if Attempt.objects.filter(pk=attempt.pk, state=AttemptState.LAPSED).exists():
        _next_attempt(order, method=CARD)


def _next_attempt(order: Order, *, method: str = "") -> Attempt:
    last = Attempt.objects.filter(order=order, purpose="order").order_by("pk").last()
    number = int(last.idempotency_key.rsplit(":", 1)[1]) + 1
    return Attempt.objects.get_or_create(
        idempotency_key=f"order:{order.number}:{number}",
        defaults={
            "order": order,
            "purpose": "order",
            "amount": last.amount,
            "currency": last.currency,
            "captures_at_once": last.captures_at_once,
            "page_method": method or last.page_method,
        },
    )[0]


def settle(attempt_id: int, *, now: datetime) -> None:
    """Ask the provider about an attempt and write what it says. Raises port.Unknown when it does not answer."""
    attempt = Attempt.objects.select_related("order").get(pk=attempt_id)
    if attempt.state not in OPEN_STATES or not attempt.session:
        return
    Attempt.objects.filter(pk=attempt.pk).update(
        asked_at=Now()
    )  # before asking: one without an answer goes to the end of the row
    view = port.session(attempt.session, currency=attempt.currency)
    if view.payment and view.payment.status in ("requires_capture", "succeeded"):
        paid(attempt, view.payment, now=now)
    elif view.payment and view.payment.decline_code:
        Attempt.objects.filter(pk=attempt.pk, state__in=OPEN_STATES).update(decline_code=view.payment.decline_code)
    if view.status == "expired":
        with transaction.atomic():
            if Attempt.objects.filter(pk=attempt.pk, state__in=OPEN_STATES).update(state=AttemptState.LAPSED):
                part_payments.left(attempt)


@transaction.atomic
def paid(attempt: Attempt, payment: port.Payment, *, now: datetime) -> None:
    """Write an authorised or captured payment, once, and confirm its order, or send the money back when it came too late."""
    order = moving.lock(attempt.order_id)
    captured = payment.status == "succeeded"
    fresh = Attempt.objects.filter(pk=attempt.pk, state__in=OPEN_STATES).update(
        state=AttemptState.CAPTURED if captured else AttemptState.AUTHORISED,
        intent=payment.intent,
        customer=payment.customer,
        method=payment.method,
        captured_amount=payment.received,
        hold_until=payment.hold_until,
        takes_parts=payment.takes_parts,
        decline_code="",
        asked_at=Now(),
    )
    if not fresh:
        return
    if captured:
        writing.captured(
            order_id=order.pk,
            key=payment.intent,
            currency=attempt.currency,
            amount=payment.received,
            was_authorised=0 * payment.received,
        )
    else:
        writing.authorised(order_id=order.pk, key=payment.intent, currency=attempt.currency, amount=payment.capturable)
    if attempt.purpose == part_payments.PURPOSE:
        part_payments.paid(attempt, payment, now=now)
        _balance_paid(order, now=now)
        return
    if attempt.purpose == holding.PURPOSE:
        holding.replaced(attempt)
        return
    covered = captured or payment.capturable == attempt.amount
    if order.status != OrderState.AWAITING_PAYMENT or payment.amount != attempt.amount or not covered:
        # Cancelled or lapsed meanwhile, paid twice in two tabs, or not the amount we asked: never keep it.
        posting.post("payment.give_back", key=f"give-back:{attempt.pk}", attempt_id=attempt.pk)
        return
    confirm(order, attempt, payment, now=now)
    if captured:
        posting.post("invoice.issue", key=f"invoice:paid:{order.pk}", order_id=order.pk)


def confirm(order: Order, attempt: Attempt, payment: port.Payment, *, now: datetime) -> None:
    """The order is paid as was agreed: start its plan, and go on with it. Inside the caller's transaction.

    With a deposit its pieces are kept, and the bench waits for the balance.
    """
    plan = Plan.objects.filter(order=order).first()
    if plan:
        agreeing.begin(plan, attempt=attempt, customer=payment.customer, method=payment.method, now=now)
    if plan and plan.is_deposit:
        move(order, OrderState.AWAITING_BALANCE, by_words="payment")
        posting.post("letter.deposit_paid", key=f"letter:deposit-paid:{order.pk}", order_id=order.pk)
        return
    stand(order, by_words="payment", now=now)


def trust(order: Order, *, now: datetime) -> None:
    """An order that is paid after delivery stands as soon as it is placed. Inside the placement's transaction."""
    agreeing.begin_unpaid(Plan.objects.get(order=order))
    stand(order, by_words="client", now=now)


def _balance_paid(order: Order, *, now: datetime) -> None:
    """The last of deposit and balance is paid: the deposit is held no longer, and the bench begins."""
    plan = Plan.objects.get(order=order)
    if plan.is_deposit and plan.state == PlanState.DONE and order.status == OrderState.AWAITING_BALANCE:
        deposit = plan.parts.get(number=1).amount
        writing.deposit_released(order_id=order.pk, currency=plan.currency, amount=deposit)
        stand(order, by_words="payment", now=now)


def stand(order: Order, *, by_words: str, now: datetime) -> None:
    """The order stands: give the bench its jobs, write the letter.

    A gift by link has no address yet: it waits for its recipient, and the bench with it.
    """
    gift = links.of_order(order.pk)
    move(order, OrderState.AWAITING_RECIPIENT if gift else OrderState.CONFIRMED, by_words=by_words)
    for parcel in order.parcels.order_by("pk"):
        move(parcel, OrderState.CONFIRMED, by_words="payment")
        to_the_bench(parcel)
    if gift:
        links.begin(gift, now=now)
        posting.post("gift.ready", key=f"gift:ready:{gift.pk}", gift_id=gift.pk)
        if gift.house_writes:
            posting.post("gift.invite", key=f"gift:invite:{gift.pk}", gift_id=gift.pk)
        return
    to_the_bench(order)
    awaiting_size.begin(order, now=now)
    posting.post("letter.confirmed", key=f"letter:confirmed:{order.pk}", order_id=order.pk)


def to_the_bench(order: Order) -> None:
    """The bench gets its jobs. Inside the transaction in which the order is confirmed."""
    for inscription in Inscription.objects.filter(order_line__order=order, withdrawn_at=None):
        reserved = reserving.last_day(inscription.order_line_id, inscription.surface)
        day = None if inscription.waits_for_size else reserved or order.bench_done_on
        commissioning.queue(inscription, due_on=day)


def give_back(attempt_id: int) -> None:
    """Void an authorisation or refund what was captured; safe to repeat (same keys). Raises port.Unknown to be tried again."""
    if Attempt.objects.get(pk=attempt_id).state == AttemptState.CAPTURED:
        asking.for_payment(attempt_id, now=timezone.now())
    else:
        let_go(attempt_id)


def let_go(attempt_id: int) -> None:
    """Void what is left of an authorisation, and never anything that was taken. Raises port.Unknown to be tried again."""
    attempt = Attempt.objects.get(pk=attempt_id)
    if attempt.state != AttemptState.AUTHORISED:
        return
    try:
        port.void(key=f"void:{attempt.idempotency_key}", intent=attempt.intent, currency=attempt.currency)
    except port.Declined:
        known = port.payment(attempt.intent, currency=attempt.currency)
        if known.status not in ("canceled", "succeeded") or known.received > attempt.captured_amount:
            raise port.Unknown(f"cannot void {attempt.intent}: it is {known.status}") from None
    with transaction.atomic():
        capturing.release(attempt)


def give_back_excess(order_id: int) -> None:
    """What was captured beyond what the order still costs, since a parcel of it was cancelled; safe to repeat."""
    asking.for_excess(order_id, now=timezone.now())


def settle_by_session(session_id: str) -> None:
    """A webhook named a hosted page: settle its attempt, if it is ours."""
    attempt = Attempt.objects.filter(session=session_id).first()
    if attempt:
        settle(attempt.pk, now=timezone.now())


def hold_ended(intent: str) -> None:
    """The provider says that an authorisation is gone (the bank let it lapse): so do attempt and book; dispatch then refuses."""
    attempt = Attempt.objects.filter(intent=intent, state=AttemptState.AUTHORISED).first()
    if attempt is None or port.payment(intent, currency=attempt.currency).status != "canceled":
        return
    with transaction.atomic():
        capturing.release(attempt)


def settle_open(*, now: datetime) -> None:
    """What beat asks: pages that were opened and not heard of for a while (a webhook was lost, a worker died)."""
    stale = Attempt.objects.filter(state__in=OPEN_STATES).exclude(session="")
    stale = stale.filter(created_at__lt=now - timedelta(seconds=60)).order_by(F("asked_at").asc(nulls_first=True))[:50]
    rounds.each(list(stale.values_list("pk", flat=True)), lambda pk: settle(pk, now=now), what="payment")
    part_payments.give_up_unseen(now=now)
    payment_cards.settle_open(now=now)

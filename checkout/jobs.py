"""The outbox's work that belongs to orders. Each is safe to run twice."""

from django.utils import timezone

from services.foundation.outbox.posting import handles
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, Event

from . import (  # one registers its own
    arrears_letters,
    gift_letters,
    letters,
    payment_cards,
    photographing,
    plan_letters,
    replanning,
    second_look_letters,  # noqa: F401
    settling,
)
from .invoicing import jobs as invoicing_jobs
from .paylinks import letters as pay_link_letters
from .refunds import letters as refund_letters
from .refunds import repaying
from .transfers import letters as transfer_letters


@handles("payment.give_back")
def give_back(attempt_id: int) -> None:
    settling.give_back(attempt_id)


@handles("payment.let_go")
def let_go(attempt_id: int) -> None:
    settling.let_go(attempt_id)


@handles("payment.give_back_excess")
def give_back_excess(order_id: int) -> None:
    settling.give_back_excess(order_id)


@handles("payment.close_page")
def close_page(attempt_id: int) -> None:
    port.close_page(Attempt.objects.get(pk=attempt_id).session)


@handles("provider.event")
def provider_event(event_id: str) -> None:
    event = Event.objects.get(pk=event_id)
    thing = event.payload["data"]["object"]
    if event.kind.startswith("checkout.session."):
        settling.settle_by_session(thing["id"])
        payment_cards.settle_by_session(thing["id"], now=timezone.now())
    elif event.kind.startswith("payment_intent."):
        attempt = Attempt.objects.filter(idempotency_key=thing.get("metadata", {}).get("attempt", "")).first()
        if attempt and attempt.session:
            settling.settle_by_session(attempt.session)
        if event.kind == "payment_intent.canceled":
            settling.hold_ended(thing["id"])
    elif event.kind.startswith("refund."):
        repaying.heard(thing["id"])


handles("invoice.issue")(invoicing_jobs.issue)
handles("invoice.give_back")(invoicing_jobs.give_back)
handles("letter.document")(invoicing_jobs.letter)
handles("letter.transfer")(transfer_letters.awaited)
handles("letter.pay_link")(pay_link_letters.written)
handles("letter.transfer_back")(transfer_letters.sent_back)
handles("photo.finish")(photographing.finish_of_job)
handles("packing.photograph")(photographing.finish_of_box)
handles("bench.moved")(replanning.bench_moved)
handles("letter.confirmed")(letters.confirmed)
handles("letter.cancelled")(letters.cancelled)
handles("letter.changed")(letters.changed)
handles("letter.remade")(letters.remade)
handles("letter.promised_anew")(letters.promised_anew)
handles("letter.sized")(letters.sized)
handles("letter.sizer_sent")(letters.sizer_sent)
handles("letter.size_asked")(letters.size_asked)
handles("letter.size_missing")(letters.size_missing)
handles("letter.lapsed")(letters.lapsed)
handles("letter.dispatched")(letters.dispatched)
handles("letter.part_paid")(plan_letters.part_paid)
handles("letter.part_declined")(arrears_letters.part_declined)
handles("letter.part_overdue")(arrears_letters.part_overdue)
handles("letter.part_with_desk")(arrears_letters.with_desk)
handles("letter.desk_told")(arrears_letters.desk_told)
handles("letter.plan_act")(arrears_letters.plan_act)
handles("letter.card_kept")(arrears_letters.card_kept)
handles("letter.deposit_paid")(plan_letters.deposit_paid)
handles("letter.balance")(plan_letters.balance)
handles("letter.balance_missed")(plan_letters.balance_missed)
handles("letter.payment_due")(plan_letters.payment_due)
handles("letter.money_back")(refund_letters.money_back)
handles("gift.ready")(gift_letters.ready)
handles("gift.invite")(gift_letters.invite)
handles("gift.reminder")(gift_letters.reminder)
handles("gift.accepted")(gift_letters.accepted)
handles("gift.changed")(gift_letters.changed)
handles("gift.noted")(gift_letters.noted)
handles("gift.ended")(gift_letters.ended)
handles("gift.withdrawn")(gift_letters.withdrawn)
handles("gift.thanks")(gift_letters.thanks)
handles("gift.on_its_way")(gift_letters.on_its_way)
handles("gift.new_day")(gift_letters.new_day)

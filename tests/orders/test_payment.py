"""After placement: paid, declined, doubled, late, lost, cancelled, lapsed, dispatched."""

import json
import time
from datetime import timedelta

import pytest
import requests
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from checkout import ending, fulfilling, settling
from checkout.order.models import OrderStatusChange
from checkout.order.states import OrderState
from checkout.refusals import CannotCancel
from services.deferred import collecting
from services.deferred.models import Part, PartState, Plan, PlanState
from services.engraving import commissioning
from services.engraving.models import Job, JobState
from services.foundation.book import writing
from services.foundation.book.models import Account, Entry
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState, Event
from services.foundation.provider.standin.webhooks import signature
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import attempt_of, client_of, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def staff(name: str) -> int:
    return makers.User.objects.create_user(f"{name}@house.example", is_staff=True).pk


def test_full_payment_is_authorised_now_and_captured_at_dispatch(standin):
    order = pay(place(fill(variant(), engraved="A & P", gift=makers.GIFT)), standin)
    assert order.status == OrderState.CONFIRMED
    assert attempt_of(order).state == AttemptState.AUTHORISED
    assert writing.balance(order.pk, Account.AUTHORISED) == order.total_incl_tax
    job = Job.objects.get()
    engraver, inspector, packer = staff("engraver"), staff("inspector"), staff("packer")
    commissioning.move(job, JobState.TAKEN_UP, by_id=engraver)
    commissioning.move(job, JobState.DONE, by_id=engraver)
    with pytest.raises(fulfilling.BenchNotDone):
        order.refresh_from_db()
        makers.close(order, by_id=packer)
    commissioning.move(job, JobState.INSPECTED, by_id=inspector)
    order.refresh_from_db()
    makers.pack(order, by_id=packer)
    fulfilling.dispatch(order, by_id=packer, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED
    assert attempt_of(order).captured_amount == order.total_incl_tax
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    assert writing.balance(order.pk, Account.CAPTURED) == order.total_incl_tax
    assert writing.balance(order.pk, Account.AUTHORISED) == 0
    log = [(c.new_status, c.by_id) for c in OrderStatusChange.objects.filter(order=order).order_by("pk")]
    assert log == [
        ("awaiting payment", None),
        ("confirmed", None),
        ("in atelier", engraver),
        ("ready to pack", inspector),
        ("packed", packer),
        ("dispatched", packer),
    ]


def test_the_letter_comes_from_the_worker_in_the_clients_language_with_its_proof(standin):
    order = place(fill(variant(), engraved="A & P"))
    order.language = "fr"
    order.save()
    pay(order, standin)
    assert mail.outbox == []
    assert "letter.confirmed" in work_off()
    letter = mail.outbox[0]
    assert letter.to == ["anna@client.example"]
    assert order.number in letter.subject and "Merci" in letter.subject
    html = letter.alternatives[0].content
    assert "cid:proof-" in html and 'lang="fr"' in html
    assert letter.attachments[0].get_content_type() == "image/png"
    assert order.access_key in letter.body
    assert order.number in letter.body


def test_a_declined_card_keeps_everything_and_another_may_follow(standin):
    order = place(fill(variant(), engraved="A & P"))
    pay(order, standin, "4000000000000002")
    assert order.status == OrderState.AWAITING_PAYMENT
    assert attempt_of(order).decline_code == "generic_decline"
    assert Unit.objects.filter(order_line__order=order).count() == 1
    pay(order, standin)
    assert order.status == OrderState.CONFIRMED
    assert order.attempts.count() == 1


def event_of(order, kind: str = "checkout.session.completed", number: int = 1) -> bytes:
    attempt = attempt_of(order)
    thing = {"id": attempt.session, "object": "checkout.session", "metadata": {"attempt": attempt.idempotency_key}}
    body = {"id": f"evt_{order.number}_{number}", "object": "event", "type": kind, "data": {"object": thing}}
    return json.dumps(body).encode()


def tell(client, payload: bytes):
    from django.conf import settings

    header = signature(settings.PAYMENT_WEBHOOK_SECRET, payload, int(time.time()))
    return client.post(reverse("webhook"), payload, content_type="application/json", headers={"Stripe-Signature": header})


def test_a_webhook_confirms_even_if_the_client_never_comes_back(standin, client):
    order = place(fill(variant()))
    standin.pay(settling.open_page(order, now=timezone.now()))
    payload = event_of(order)
    assert [tell(client, payload).status_code for _n in range(3)] == [200] * 3
    assert Event.objects.count() == 1
    work_off()
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    tell(client, event_of(order, number=2))
    work_off()
    assert OrderStatusChange.objects.filter(order=order, new_status="confirmed").count() == 1
    assert Entry.objects.filter(order=order, kind="authorised").count() == 1
    assert len(mail.outbox) == 1


def test_a_forged_webhook_is_refused_and_leaves_nothing(client):
    answer = client.post(reverse("webhook"), b"{}", content_type="application/json", headers={"Stripe-Signature": "t=1,v1=0"})
    assert answer.status_code == 400
    assert not Event.objects.exists()


def test_a_lost_webhook_is_made_up_for_by_asking(standin):
    order = place(fill(variant()))
    standin.pay(settling.open_page(order, now=timezone.now()))
    settling.settle_open(now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.AWAITING_PAYMENT  # too fresh: the webhook may still come
    settling.settle_open(now=timezone.now() + timedelta(minutes=2))
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED


def test_a_provider_that_does_not_answer_leaves_the_order_to_be_paid_later(standin):
    order = place(fill(variant()))
    standin.fault("answer_lost", method="POST", prefix="/v1/checkout/sessions")
    with pytest.raises(port.Unknown):
        settling.open_page(order, now=timezone.now())
    page = settling.open_page(order, now=timezone.now())
    keys = [r["key"] for r in standin.requests() if r["path"] == "/v1/checkout/sessions"]
    assert attempt_of(order).idempotency_key in keys
    standin.pay(page)
    settling.settle(attempt_of(order).pk, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED


def test_cancel_frees_units_and_voids_the_payment(standin):
    order = pay(place(fill(variant(), engraved="A & P")), standin)
    ending.cancel(order, by_id=None, by_words="client")
    order.refresh_from_db()
    assert order.status == OrderState.CANCELLED
    assert not Unit.objects.filter(order_line__order=order).exists()
    assert Job.objects.get().state == JobState.CANCELLED
    assert {"payment.give_back", "letter.cancelled"} <= set(work_off())
    assert attempt_of(order).state == AttemptState.VOIDED
    assert port.payment(attempt_of(order).intent, currency="EUR").status == "canceled"
    for account in Account:
        assert writing.balance(order.pk, account) == 0


def test_cancel_refunds_the_first_instalment_and_ends_the_plan(standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    assert Plan.objects.get().state == PlanState.RUNNING
    ending.cancel(order, by_id=None, by_words="client")
    work_off()
    attempt = attempt_of(order)
    assert attempt.refunded_amount == attempt.captured_amount > 0
    assert Plan.objects.get().state == PlanState.CANCELLED
    assert collecting.claim_due(now=timezone.now() + timedelta(days=90)) == []


def test_once_the_bench_has_begun_nobody_cancels(standin):
    order = pay(place(fill(variant(), engraved="A & P")), standin)
    commissioning.move(Job.objects.get(), JobState.TAKEN_UP, by_id=staff("engraver"))
    order.refresh_from_db()
    with pytest.raises(CannotCancel) as no:
        ending.cancel(order, by_id=None, by_words="client")
    assert no.value.sentence()
    order.refresh_from_db()
    assert order.status == OrderState.IN_ATELIER


def test_an_unpaid_order_lapses_and_frees_its_units(standin):
    makers.open_launch()
    who = makers.buyer("carla", client_of("carla"))
    order = place(fill(variant("arc-bangle-small-diamonds"), who=who), who=who)
    page = settling.open_page(order, now=timezone.now())
    ending.lapse_unpaid(now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.AWAITING_PAYMENT
    ending.lapse_unpaid(now=timezone.now() + timedelta(hours=1))
    order.refresh_from_db()
    assert order.status == OrderState.LAPSED
    assert not Unit.objects.filter(order_line__order=order).exists()
    assert standin.pay(page)[0] == 410
    assert fill(variant("arc-bangle-small-diamonds"), who=who)  # the place is the client's again
    assert "letter.lapsed" in work_off()


def test_an_order_paid_at_the_last_moment_does_not_lapse(standin):
    order = place(fill(variant()))
    standin.pay(settling.open_page(order, now=timezone.now()))
    ending.lapse_unpaid(now=timezone.now() + timedelta(hours=1))
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED


def test_money_that_comes_after_the_end_goes_back(standin):
    order = place(fill(variant()))
    standin.pay(settling.open_page(order, now=timezone.now()))
    ending.cancel(order, by_id=None, by_words="client")
    settling.settle(attempt_of(order).pk, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.CANCELLED
    work_off()
    assert attempt_of(order).state == AttemptState.VOIDED
    assert writing.balance(order.pk, Account.AUTHORISED) == 0


def test_the_rest_is_collected_by_the_clock_once(standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    parts = list(Part.objects.order_by("number"))
    assert [p.state for p in parts] == [PartState.PAID, PartState.DUE, PartState.DUE]
    assert collecting.claim_due(now=timezone.now()) == []
    month = timezone.now() + timedelta(days=32)
    due = collecting.claim_due(now=month)
    assert due == [parts[1].pk]
    assert collecting.claim_due(now=month) == []
    for _twice in range(2):
        collecting.collect(parts[1].pk, now=month)
    parts[1].refresh_from_db()
    assert parts[1].state == PartState.PAID
    assert writing.balance(order.pk, Account.CAPTURED) == parts[0].amount + parts[1].amount
    assert Attempt.objects.filter(order=order, state=AttemptState.CAPTURED).count() == 2
    for part in collecting.claim_due(now=month + timedelta(days=40)):
        collecting.collect(part, now=month + timedelta(days=40))
    assert Plan.objects.get().state == PlanState.DONE
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    assert work_off().count("letter.part_paid") == 2


def test_an_unknown_collection_is_asked_again_with_the_same_key(standin):
    pay(place(fill(variant()), payment="instalments"), standin)
    month = timezone.now() + timedelta(days=32)
    [part] = collecting.claim_due(now=month)
    standin.fault("answer_lost", method="POST", prefix="/v1/payment_intents")
    with pytest.raises(port.Unknown):
        collecting.collect(part, now=month)
    assert Part.objects.get(pk=part).state == PartState.COLLECTING
    assert collecting.unsettled() == [part]
    collecting.collect(part, now=month)
    assert Part.objects.get(pk=part).state == PartState.PAID
    charges = [c["payment_intent"] for c in standin.call("GET", "/_standin/charges")]
    assert charges.count(Attempt.objects.get(purpose="part:2").intent) == 1


def test_a_declined_instalment_is_tried_again_days_later_and_the_client_is_told(standin):
    order = place(fill(variant()), payment="instalments")
    pay(order, standin, "4000000000000341")
    month = timezone.now() + timedelta(days=32)
    [part] = collecting.claim_due(now=month)
    collecting.collect(part, now=month)
    row = Part.objects.get(pk=part)
    assert row.state == PartState.DECLINED
    assert row.next_try_at > month
    assert "letter.part_declined" in work_off()
    assert collecting.claim_due(now=month) == []
    assert collecting.claim_due(now=row.next_try_at + timedelta(minutes=1)) == [part]


def test_a_failed_job_waits_and_is_done_later(standin, monkeypatch):
    from services.foundation.outbox import posting

    order = pay(place(fill(variant())), standin)
    original = posting._handlers["letter.confirmed"]

    def broken(**_facts):
        raise OSError("mail server away")

    monkeypatch.setitem(posting._handlers, "letter.confirmed", broken)
    work_off()
    job = OutboxJob.objects.get(key=f"letter:confirmed:{order.pk}")
    assert job.done_at is None and "mail server away" in job.last_error
    monkeypatch.setitem(posting._handlers, "letter.confirmed", original)
    OutboxJob.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert "letter.confirmed" in work_off()
    assert len(mail.outbox) == 1


def test_an_instalment_charged_while_its_order_is_cancelled_goes_back(standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    month = timezone.now() + timedelta(days=32)
    [part] = collecting.claim_due(now=month)
    standin.fault("answer_lost", method="POST", prefix="/v1/payment_intents")
    with pytest.raises(port.Unknown):
        collecting.collect(part, now=month)  # charged, but we do not know it
    ending.cancel(order, by_id=None, by_words="client")
    work_off()
    assert collecting.unsettled() == [part]
    collecting.collect(part, now=month)
    work_off()
    for attempt in Attempt.objects.filter(order=order):
        assert attempt.refunded_amount == attempt.captured_amount == attempt.amount
    assert collecting.unsettled() == []
    assert not Part.objects.filter(state=PartState.DUE).exists()
    for account in (Account.RECEIVABLE, Account.SALES, Account.TAX):
        assert writing.balance(order.pk, account) == 0
    assert writing.balance(order.pk, Account.CAPTURED) + writing.balance(order.pk, Account.REFUNDED) == 0


def test_a_provider_away_for_ten_minutes_gets_a_page_with_a_new_end(standin):
    order = place(fill(variant()))
    standin.fault("reset", method="POST", prefix="/v1/checkout/sessions")
    with pytest.raises(port.Unknown):
        settling.open_page(order, now=timezone.now())
    standin.calm()
    # Ten minutes on, the end we asked for at first is nearer than the provider allows.
    Attempt.objects.filter(order=order).update(page_expires_at=timezone.now() + timedelta(minutes=25))
    standin.pay(settling.open_page(order, now=timezone.now()))
    settling.settle(attempt_of(order).pk, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    assert [a.state for a in order.attempts.order_by("pk")] == [AttemptState.LAPSED, AttemptState.AUTHORISED]


def test_a_payment_nobody_knows_keeps_no_other_waiting(standin):
    lost, order = place(fill(variant())), place(fill(variant()))
    Attempt.objects.filter(order=lost).update(session="cs_test_nobody_knows", state=AttemptState.REQUIRES_CLIENT)
    standin.pay(settling.open_page(order, now=timezone.now()))
    settling.settle_open(now=timezone.now() + timedelta(minutes=2))
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED


def test_an_event_is_kept_only_together_with_its_work(standin, client, monkeypatch):
    from services.foundation.outbox import posting

    order = place(fill(variant()))
    standin.pay(settling.open_page(order, now=timezone.now()))
    payload = event_of(order)
    with monkeypatch.context() as broken:
        broken.setattr(posting, "post", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell(client, payload)
    assert not Event.objects.exists()  # so the provider's next try is not taken for a double
    assert tell(client, payload).status_code == 200
    work_off()
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED


def test_a_charge_whose_key_the_provider_forgot_is_found_not_made_again(standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    month = timezone.now() + timedelta(days=32)
    [part] = collecting.claim_due(now=month)
    standin.fault("answer_lost", method="POST", prefix="/v1/payment_intents")
    with pytest.raises(port.Unknown):
        collecting.collect(part, now=month)
    standin.call("DELETE", "/_standin/keys")  # more than a day later
    collecting.collect(part, now=month + timedelta(days=2))
    assert Part.objects.get(pk=part).state == PartState.PAID
    charges = [c["payment_intent"] for c in standin.call("GET", "/_standin/charges")]
    assert len([c for c in charges if c in set(Attempt.objects.filter(order=order).values_list("intent", flat=True))]) == 2


def test_a_part_claimed_before_its_order_was_cancelled_is_never_charged(standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    month = timezone.now() + timedelta(days=32)
    [part] = collecting.claim_due(now=month)
    ending.cancel(order, by_id=None, by_words="client")
    collecting.collect(part, now=month)
    assert Part.objects.get(pk=part).state == PartState.CANCELLED
    assert not Attempt.objects.filter(purpose="part:2").exists()


def test_a_saved_card_that_asks_for_the_client_is_a_decline_not_a_payment(standin):
    order = place(fill(variant()), payment="instalments")
    page = settling.open_page(order, now=timezone.now())
    standin.pay(page, "4000002760003184")
    requests.post(page, data={"challenge": "yes"}, allow_redirects=False, timeout=10)
    settling.settle(attempt_of(order).pk, now=timezone.now())
    month = timezone.now() + timedelta(days=32)
    [part] = collecting.claim_due(now=month)
    collecting.collect(part, now=month)
    assert Part.objects.get(pk=part).state == PartState.DECLINED
    assert Attempt.objects.get(purpose="part:2").decline_code == "authentication_required"
    assert writing.balance(order.pk, Account.CAPTURED) == Part.objects.get(number=1).amount


def test_a_piece_made_to_order_is_charged_at_once(standin):
    piece = variant("halo-ring", metal="platinum")
    makers.keep_units(piece, 0)
    order = pay(place(fill(piece)), standin)
    assert (order.status, attempt_of(order).state) == (OrderState.CONFIRMED, AttemptState.CAPTURED)
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0


def test_an_authorisation_the_bank_let_lapse_is_known_before_dispatch(standin, client):
    order = pay(place(fill(variant())), standin)
    intent = attempt_of(order).intent
    port.void(key="the-bank", intent=intent, currency="EUR")
    thing = {"id": intent, "object": "payment_intent", "metadata": {}}
    event = {"id": "evt_lapsed", "object": "event", "type": "payment_intent.canceled", "data": {"object": thing}}
    tell(client, json.dumps(event).encode())
    work_off()
    assert attempt_of(order).state == AttemptState.VOIDED
    assert writing.balance(order.pk, Account.AUTHORISED) == 0
    makers.pack(order, by_id=staff("packer"))
    with pytest.raises(fulfilling.NotPaid):
        fulfilling.dispatch(order, by_id=staff("driver"), now=timezone.now())


def test_a_capture_whose_answer_was_lost_long_ago_is_found(standin):
    order = pay(place(fill(variant())), standin)
    attempt = attempt_of(order)
    port.capture(key="another day", intent=attempt.intent, amount=attempt.amount, currency="EUR")
    makers.pack(order, by_id=staff("packer"))
    fulfilling.dispatch(order, by_id=staff("driver"), now=timezone.now())
    order.refresh_from_db()
    assert (order.status, attempt_of(order).captured_amount) == (OrderState.DISPATCHED, attempt.amount)


def test_a_refund_made_by_hand_at_the_provider_is_booked(standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    attempt = attempt_of(order)
    port.refund(key="by hand", intent=attempt.intent, amount=attempt.amount, currency="EUR")
    ending.cancel(order, by_id=None, by_words="client")
    assert "refund.repay" in work_off()
    assert attempt_of(order).refunded_amount == attempt.amount
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0


def test_the_bench_is_due_before_the_courier(standin):
    order = pay(place(fill(variant(), engraved="A & P")), standin)
    assert Job.objects.get().due_on == order.bench_done_on < order.promised_on

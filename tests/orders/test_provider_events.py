"""What the provider tells us by webhook: each is answered rightly, and only what the provider says when asked counts."""

import json
import time
import uuid

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from checkout import settling
from checkout.order.states import OrderState
from services.foundation.book import writing
from services.foundation.book.models import Account, Entry
from services.foundation.outbox.models import Job
from services.foundation.provider import port
from services.foundation.provider.models import AttemptState, Event
from services.foundation.provider.standin.webhooks import signature
from tests.makers import attempt_of, buyer, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def event(thing: dict, kind: str = "checkout.session.completed", id_: str = "") -> bytes:
    body = {"id": id_ or f"evt_{uuid.uuid4().hex}", "object": "event", "type": kind, "data": {"object": thing}}
    return json.dumps(body).encode()


def page_of(order) -> dict:
    attempt = attempt_of(order)
    return {"id": attempt.session, "object": "checkout.session", "metadata": {"attempt": attempt.idempotency_key}}


def tell(client, payload: bytes, *, at: float = 0, secret: str = "", header: str | None = None):
    signed = signature(secret or settings.PAYMENT_WEBHOOK_SECRET, payload, int(at or time.time()))
    said = {"Stripe-Signature": signed if header is None else header}
    return client.post(reverse("webhook"), payload, content_type="application/json", headers=said)


@pytest.fixture
def order(standin):
    """Paid at the provider's, of which nobody has told us yet."""
    found = place(fill(variant()))
    standin.pay(settling.open_page(found, now=timezone.now()))
    return found


def status(order) -> str:
    order.refresh_from_db()
    return order.status


@pytest.mark.parametrize("harm", ["no signature", "nonsense", "other secret", "changed after signing", "stale"])
def test_what_is_not_provably_the_providers_is_refused_and_not_kept(client, order, harm):
    payload = event(page_of(order))
    match harm:
        case "no signature":
            answer = tell(client, payload, header="")
        case "nonsense":
            answer = tell(client, payload, header="t=now,v1=zz")
        case "other secret":
            answer = tell(client, payload, secret="whsec_somebody_else")
        case "changed after signing":
            signed = signature(settings.PAYMENT_WEBHOOK_SECRET, payload, int(time.time()))
            answer = tell(client, payload.replace(b"completed", b"expired  "), header=signed)
        case "stale":
            answer = tell(client, payload, at=time.time() - port.SIGNATURE_TOLERANCE - 60)
    assert answer.status_code == 400
    assert not Event.objects.exists() and not Job.objects.filter(name="provider.event").exists()
    assert status(order) == OrderState.AWAITING_PAYMENT


def test_told_twice_it_is_done_once(client, order):
    payload = event(page_of(order))
    assert [tell(client, payload).status_code for _twice in range(2)] == [200, 200]
    assert work_off().count("provider.event") == 1
    again = event(page_of(order))  # another event about the same payment
    assert tell(client, again).status_code == 200
    work_off()
    assert status(order) == OrderState.CONFIRMED
    assert Entry.objects.filter(order=order, kind="authorised").count() == 1


def test_out_of_order_the_provider_is_asked_and_its_answer_counts(client, order):
    thing = page_of(order)
    for kind in ("checkout.session.expired", "payment_intent.payment_failed", "checkout.session.completed"):
        tell(client, event(thing, kind))
        work_off()
        assert status(order) == OrderState.CONFIRMED  # it is paid, whatever arrives first
    assert attempt_of(order).state == AttemptState.AUTHORISED


def test_what_we_do_not_know_is_kept_answered_and_changes_nothing(client, order):
    for thing, kind in (
        ({"id": "cs_nobody", "object": "checkout.session"}, "checkout.session.completed"),
        ({"id": "pi_nobody", "object": "payment_intent", "metadata": {}}, "payment_intent.succeeded"),
        ({"id": "pi_nobody", "object": "payment_intent", "metadata": {"attempt": "nobody"}}, "payment_intent.canceled"),
        ({"id": "pi_nobody", "object": "payment_intent"}, "payment_intent.succeeded"),
        ({"id": "x", "object": "radar.early_fraud_warning"}, "radar.early_fraud_warning.created"),
    ):
        assert tell(client, event(thing, kind)).status_code == 200
    work_off()
    assert Event.objects.count() == 5
    assert not Job.objects.filter(name="provider.event", done_at=None).exists()
    assert status(order) == OrderState.AWAITING_PAYMENT


def test_an_event_that_names_another_order_moves_neither_wrongly(client, order, standin):
    other = place(fill(variant(), who=buyer("berthe")), who=buyer("berthe"))
    settling.open_page(other, now=timezone.now())
    # The paid order's payment under the unpaid order's name, and the other way round.
    lie = {"id": "pi_x", "object": "payment_intent", "metadata": {"attempt": attempt_of(other).idempotency_key}}
    for kind in ("payment_intent.succeeded", "payment_intent.canceled"):
        tell(client, event(lie, kind))
    work_off()
    assert status(other) == OrderState.AWAITING_PAYMENT
    assert status(order) == OrderState.AWAITING_PAYMENT
    paid = pay(other, standin)
    tell(client, event({"id": attempt_of(paid).intent, "object": "payment_intent", "metadata": {}}, "payment_intent.canceled"))
    work_off()
    assert attempt_of(paid).state == AttemptState.AUTHORISED  # the provider knows of no cancellation
    assert writing.balance(paid.pk, Account.AUTHORISED) == paid.total_incl_tax

"""The provider behind a small port: the official `stripe` SDK, and only here.

Every call that moves money carries an idempotency key we stored before. Amounts are Decimal in the given currency. An unknown
outcome (timeout, 5xx, broken connection) is `Unknown`: ask with `payment()`, never charge again under another key.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import stripe
from django.conf import settings

from services.foundation.money import from_minor, to_minor

from . import methods

log = logging.getLogger(__name__)
#: The provider's pages speak these (Stripe Checkout, `locale`).
_LOCALES = {"zh-hans": "zh", "en": "en", "fr": "fr"}
#: Capture in several parts where account and card allow it (https://docs.stripe.com/payments/multicapture).
_IN_PARTS = {"card": {"request_multicapture": "if_available"}}
SIGNATURE_TOLERANCE = 300  # seconds, as the provider's documentation recommends


class Unknown(Exception):
    """The provider did not answer, or failed: what happened is not known."""


class MethodRefused(Exception):
    """The provider opens no page for this method: the account may not use it, or not for this currency. Nothing was asked."""


class Declined(Exception):
    """The provider said no; `code` is its decline or error code, `intent` the payment's id if there is one."""

    def __init__(self, code: str, intent: str = ""):
        super().__init__(code)
        self.code = code
        self.intent = intent


@dataclass(frozen=True)
class Page:
    """A hosted page where the client pays."""

    session: str
    url: str


@dataclass(frozen=True)
class Payment:
    """What the provider knows of one payment.

    ``hold_until``: when the bank lets an authorisation go. ``takes_parts``: it can be captured several times.
    """

    intent: str
    status: str
    amount: Decimal
    capturable: Decimal
    received: Decimal
    customer: str = ""
    method: str = ""
    decline_code: str = ""
    hold_until: datetime | None = None
    takes_parts: bool = False


@dataclass(frozen=True)
class Refunded:
    """What the provider knows of one refund: `pending`, `succeeded`, `failed` or `canceled`; ``key`` is ours."""

    id: str
    status: str
    amount: Decimal
    key: str = ""
    failure: str = ""


@dataclass(frozen=True)
class SessionView:
    """A hosted page's state: `open`, `complete` or `expired`, and its payment once there is one."""

    session: str
    status: str
    payment: Payment | None


@dataclass(frozen=True)
class CardView:
    """A page on which a card is left: `open`, `complete` or `expired`; ``method`` once one was left."""

    status: str
    customer: str
    method: str


@cache
def _client() -> stripe.StripeClient:
    return stripe.StripeClient(
        settings.PAYMENT_SECRET_KEY,
        base_addresses={"api": settings.PAYMENT_API_BASE},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=20),
    )


def _ask(act: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return act(*args, **kwargs)
    except stripe.CardError as no:
        error = no.error
        intent = getattr(error, "payment_intent", None) if error else None
        raise Declined((getattr(error, "decline_code", None) or no.code or "declined"), intent["id"] if intent else "") from no
    except (stripe.AuthenticationError, stripe.PermissionError) as locked:
        log.error("the provider does not accept our key: %s", locked)
        raise Unknown(str(locked)) from locked
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as lost:
        raise Unknown(str(lost)) from lost
    except stripe.IdempotencyError as twice:
        if twice.http_status != 409:
            raise  # one key with two sets of parameters is a bug of ours, and must be seen
        raise Unknown("the same call is still under way") from twice


def open_page(
    *,
    key: str,
    order_number: str,
    amount: Decimal,
    currency: str,
    description: str,
    email: str,
    language: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
    capture_later: bool,
    save_method: bool,
    method: str = methods.CARD,
) -> Page:
    """Open a hosted page for one amount. Raises Unknown; the same key again answers the same page.

    ``method`` is what the page takes, as the provider calls it. Raises MethodRefused when the account may not use it.
    """
    intent: dict[str, Any] = {
        "capture_method": "manual" if capture_later else "automatic",
        "metadata": {"order": order_number, "attempt": key},
        "description": description,
    }
    if save_method:
        intent["setup_future_usage"] = "off_session"
    params: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": order_number,
        "metadata": {"order": order_number, "attempt": key},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": to_minor(amount, currency),
                    "product_data": {"name": description},
                },
            }
        ],
        "payment_intent_data": intent,
        "customer_creation": "always",
        "locale": _LOCALES.get(language, "auto"),
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "payment_method_types": [method],
    }
    if capture_later and method == "card":
        params["payment_method_options"] = _IN_PARTS
    elif methods.options_of(method):
        params["payment_method_options"] = methods.options_of(method)
    if email:
        params["customer_email"] = email
    try:
        session = _ask(_client().v1.checkout.sessions.create, params, {"idempotency_key": key})
    except stripe.InvalidRequestError as no:
        if method == methods.CARD:
            raise  # a bug of ours, and must be seen
        raise MethodRefused(str(no)) from no
    return Page(session.id, session.url or "")


def capabilities() -> dict[str, str]:
    """What the configured account may do, by capability: "active", "inactive" or "pending". Raises Unknown."""
    account = _ask(_client().v1.accounts.retrieve_current)
    found = getattr(account, "capabilities", None)
    return {str(name): str(state) for name, state in found.to_dict().items()} if found else {}


def open_card_page(
    *,
    key: str,
    order_number: str,
    customer: str,
    currency: str,
    language: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
) -> Page:
    """Open a hosted page on which a customer leaves another card, and pays nothing. Raises Unknown, Declined when he is gone."""
    params: dict[str, Any] = {
        "mode": "setup",
        "customer": customer,
        "currency": currency.lower(),
        "client_reference_id": order_number,
        "metadata": {"order": order_number, "card": key},
        "setup_intent_data": {"metadata": {"order": order_number, "card": key}},
        "locale": _LOCALES.get(language, "auto"),
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "payment_method_types": ["card"],
    }
    try:
        found = _ask(_client().v1.checkout.sessions.create, params, {"idempotency_key": key})
    except stripe.InvalidRequestError as no:
        raise Declined(no.code or "not_possible") from no
    return Page(found.id, found.url or "")


def card_page(session_id: str) -> CardView:
    """What became of such a page. Raises Unknown."""
    found = _ask(_client().v1.checkout.sessions.retrieve, session_id, {"expand": ["setup_intent"]})
    setup = found.setup_intent
    kept = setup is not None and setup.status == "succeeded"
    return CardView(found.status or "open", str(found.customer or ""), str(setup.payment_method or "") if kept else "")


def session(session_id: str, *, currency: str) -> SessionView:
    """What became of a hosted page. Raises Unknown."""
    found = _ask(_client().v1.checkout.sessions.retrieve, session_id, {"expand": ["payment_intent.latest_charge"]})
    intent = found.payment_intent
    return SessionView(found.id, found.status or "open", _payment(intent, currency) if intent else None)


def close_page(session_id: str) -> None:
    """Close a hosted page so that nobody can pay on it any more; a page already closed or paid is left alone."""
    try:
        _ask(_client().v1.checkout.sessions.expire, session_id)
    except stripe.InvalidRequestError:
        return


def payment(intent_id: str, *, currency: str) -> Payment:
    """What the provider knows of a payment. Raises Unknown."""
    return _payment(_ask(_client().v1.payment_intents.retrieve, intent_id, {"expand": ["latest_charge"]}), currency)


def payment_or_none(intent_id: str, *, currency: str) -> Payment | None:
    """The same, or None where the provider knows no such payment. Raises Unknown."""
    try:
        return payment(intent_id, currency=currency)
    except stripe.InvalidRequestError as no:
        if no.code != "resource_missing":
            raise
        return None


def charge_saved(
    *,
    key: str,
    order_number: str,
    amount: Decimal,
    currency: str,
    customer: str,
    method: str,
    description: str,
    capture_later: bool = False,
) -> Payment:
    """Charge the saved method while the client is away, or only authorise it to be captured later. Raises Declined or Unknown."""
    params: Any = {
        "expand": ["latest_charge"],
        "amount": to_minor(amount, currency),
        "currency": currency.lower(),
        "customer": customer,
        "payment_method": method,
        "off_session": True,
        "confirm": True,
        "metadata": {"order": order_number, "attempt": key},
    }
    if description:
        params["description"] = description
    if capture_later:
        params |= {"capture_method": "manual", "payment_method_options": _IN_PARTS}
    try:
        return _payment(_ask(_client().v1.payment_intents.create, params, {"idempotency_key": key}), currency)
    except stripe.InvalidRequestError as no:  # the saved method is gone, say: nothing was charged
        raise Declined(no.code or "not_chargeable") from no


def find_charge(*, key: str, customer: str, currency: str) -> Payment | None:
    """The payment once asked for under this key, or None: keys are forgotten after a day, payments never. Raises Unknown."""
    params: Any = {"customer": customer, "limit": 100, "expand": ["data.latest_charge"]}
    page = _ask(_client().v1.payment_intents.list, params)
    for found in page.auto_paging_iter():
        if found.metadata and found.metadata.to_dict().get("attempt") == key:
            return _payment(found, currency)
    return None


def capture(*, key: str, intent: str, amount: Decimal, currency: str, keeps_rest: bool = False) -> Payment:
    """Take (part of) an authorised amount; the provider releases the rest, unless ``keeps_rest`` and the card allows it.

    Raises Declined when the hold is gone, Unknown.
    """
    params: Any = {"amount_to_capture": to_minor(amount, currency), "expand": ["latest_charge"]}
    if keeps_rest:
        params["final_capture"] = False
    try:
        done = _ask(_client().v1.payment_intents.capture, intent, params, {"idempotency_key": key})
    except stripe.InvalidRequestError as gone:
        raise Declined(gone.code or "not_capturable", intent) from gone
    return _payment(done, currency)


def void(*, key: str, intent: str, currency: str) -> Payment:
    """Give an authorisation back. Raises Declined when it was captured meanwhile, Unknown."""
    try:
        return _payment(_ask(_client().v1.payment_intents.cancel, intent, {}, {"idempotency_key": key}), currency)
    except stripe.InvalidRequestError as gone:
        raise Declined(gone.code or "not_cancellable", intent) from gone


def refund(*, key: str, intent: str, amount: Decimal, currency: str) -> Refunded:
    """Send captured money back. Raises Declined when more than captured is asked, Unknown."""
    params: Any = {"payment_intent": intent, "amount": to_minor(amount, currency), "metadata": {"repayment": key}}
    try:
        return _refunded(_ask(_client().v1.refunds.create, params, {"idempotency_key": key}), currency)
    except stripe.InvalidRequestError as no:
        raise Declined(no.code or "not_refundable", intent) from no


def refunds_of(intent: str, *, currency: str) -> list[Refunded]:
    """Every refund of a payment: keys are forgotten after a day, refunds never. Raises Unknown."""
    page = _ask(_client().v1.refunds.list, {"payment_intent": intent, "limit": 100})
    return [_refunded(found, currency) for found in page.auto_paging_iter()]


def read_event(payload: bytes, signature: str) -> dict[str, Any]:
    """A webhook's content once its signature is proven. Raises ValueError when it is not the provider's."""
    try:
        event = stripe.Webhook.construct_event(payload, signature, settings.PAYMENT_WEBHOOK_SECRET, tolerance=SIGNATURE_TOLERANCE)
    except stripe.SignatureVerificationError as forged:
        raise ValueError("signature") from forged
    return event.to_dict()


def _refunded(found: Any, currency: str) -> Refunded:
    metadata = found.metadata.to_dict() if getattr(found, "metadata", None) else {}
    return Refunded(
        id=found.id,
        status=found.status or "pending",
        amount=from_minor(found.amount, currency),
        key=metadata.get("repayment", ""),
        failure=getattr(found, "failure_reason", None) or "",
    )


def _payment(found: Any, currency: str) -> Payment:
    last = getattr(found, "last_payment_error", None)
    card = _card_of(found)
    parts = getattr(card, "multicapture", None)
    before = getattr(card, "capture_before", None)
    return Payment(
        intent=found.id,
        status=found.status,
        amount=from_minor(found.amount, currency),
        capturable=from_minor(getattr(found, "amount_capturable", 0) or 0, currency),
        received=from_minor(getattr(found, "amount_received", 0) or 0, currency),
        customer=str(found.customer or ""),
        method=str(found.payment_method or ""),
        decline_code=(getattr(last, "decline_code", None) or getattr(last, "code", None) or "") if last else "",
        hold_until=datetime.fromtimestamp(before, UTC) if before else None,
        takes_parts=getattr(parts, "status", "") == "available",
    )


def _card_of(found: Any) -> Any:
    """What the charge says of its card, where it was asked for with the payment."""
    details = getattr(getattr(found, "latest_charge", None), "payment_method_details", None)
    return getattr(details, "card", None)

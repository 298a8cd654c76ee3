"""What happens to payments: intents, captures, refunds, sessions. Each act runs inside one transaction of the store."""

import time
from typing import Any

from .balance import Balance
from .cards import CARDS, brand
from .store import Store

#: How long a bank keeps an authorised amount ready.
#: Methods besides cards that the account may use, until a test takes one away.
OTHER_METHODS = ("alipay", "wechat_pay", "klarna", "alma", "afterpay_clearpay", "affirm")
HOLD_SECONDS = 7 * 86400


class ApiError(Exception):
    """An answer in Stripe's error shape."""

    def __init__(self, status: int, kind: str, code: str, message: str, **more: Any):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": message, **more}}


def missing(kind: str, id_: str) -> ApiError:
    return ApiError(404, "invalid_request_error", "resource_missing", f"No such {kind}: '{id_}'", param="id")


def unexpected(intent: dict[str, Any], act: str) -> ApiError:
    message = f"This PaymentIntent could not be {act} because it has a status of {intent['status']}."
    return ApiError(400, "invalid_request_error", "payment_intent_unexpected_state", message, payment_intent=intent)


class Till:
    """Stripe's objects and their moves, as far as the house uses them."""

    def __init__(self, store: Store):
        self.store = store
        self.balance = Balance(store)

    def need(self, id_: str, kind: str) -> dict[str, Any]:
        found = self.store.get(id_, kind)
        if found is None:
            raise missing(kind, id_)
        return found

    def customer(self, params: dict[str, Any]) -> dict[str, Any]:
        body = {"id": self.store.new_id("cus"), "object": "customer", "created": int(time.time()), "livemode": False}
        return self.store.put(
            body | {"email": params.get("email"), "name": params.get("name"), "metadata": params.get("metadata", {})}
        )

    def card(self, number: str, month: int, year: int, customer: str | None = None) -> dict[str, Any]:
        return self.store.put(
            {
                "id": self.store.new_id("pm"),
                "object": "payment_method",
                "type": "card",
                "created": int(time.time()),
                "customer": customer,
                "livemode": False,
                "metadata": {},
                "_number": number,
                "card": {"brand": brand(number), "last4": number[-4:], "exp_month": month, "exp_year": year},
            }
        )

    def intent(self, params: dict[str, Any]) -> dict[str, Any]:
        amount = int(params.get("amount") or 0)
        if amount <= 0:
            raise ApiError(400, "invalid_request_error", "parameter_invalid_integer", "Invalid positive integer", param="amount")
        made = {
            "id": self.store.new_id("pi"),
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "amount_refunded": 0,
            "currency": str(params.get("currency", "")).lower(),
            "capture_method": params.get("capture_method", "automatic"),
            "setup_future_usage": params.get("setup_future_usage"),
            "payment_method_options": params.get("payment_method_options", {}),
            "customer": params.get("customer"),
            "payment_method": params.get("payment_method"),
            "description": params.get("description"),
            "metadata": params.get("metadata", {}),
            "status": "requires_confirmation" if params.get("payment_method") else "requires_payment_method",
            "last_payment_error": None,
            "latest_charge": None,
            "next_action": None,
            "cancellation_reason": None,
            "livemode": False,
            "created": int(time.time()),
        }
        self.store.put(made)
        if params.get("confirm") in ("true", True):
            return self.confirm(made, off_session=params.get("off_session") in ("true", True))
        return made

    def confirm(self, intent: dict[str, Any], *, off_session: bool, challenged: bool = False) -> dict[str, Any]:
        """Try the intent's method. Raises ApiError 402 on a decline (the intent keeps the error)."""
        if intent["status"] not in ("requires_confirmation", "requires_payment_method", "requires_action"):
            raise unexpected(intent, "confirmed")
        method = self.need(str(intent["payment_method"]), "payment_method")
        does = CARDS.get(method["_number"])
        if does is None:
            raise self._decline(intent, "card_declined", "generic_decline")
        if off_session and does.later_challenge:
            raise self._decline(intent, "authentication_required", "authentication_required")
        if off_session and does.later_decline:
            raise self._decline(intent, "card_declined", does.later_decline)
        if does.challenge and not challenged and not off_session:
            intent["status"], intent["next_action"] = "requires_action", {"type": "redirect_to_url"}
            return self.store.put(intent)
        if does.decline:
            raise self._decline(intent, does.code, does.decline)
        return self._succeed(intent)

    def _decline(self, intent: dict[str, Any], code: str, decline_code: str) -> ApiError:
        message = "Your card was declined." if code == "card_declined" else f"Your card was declined: {code}."
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": message}
        intent.update(status="requires_payment_method", last_payment_error=error, next_action=None)
        self.store.put(intent)
        self.store.emit("payment_intent.payment_failed", intent)
        return ApiError(402, "card_error", code, message, decline_code=decline_code, payment_intent=intent)

    def _succeed(self, intent: dict[str, Any]) -> dict[str, Any]:
        manual = intent["capture_method"] == "manual"
        charge = {
            "id": self.store.new_id("ch"),
            "object": "charge",
            "amount": intent["amount"],
            "amount_captured": 0 if manual else intent["amount"],
            "amount_refunded": 0,
            "captured": not manual,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "created": int(time.time()),
            "status": "succeeded",
            "balance_transaction": None,
            "disputed": False,
            "paid": True,
            "refunded": False,
            "payment_method_details": self._details(intent, manual=manual),
        }
        if not manual:
            charge["balance_transaction"] = self.balance.move("charge", intent["amount"], intent["currency"], charge["id"])
        self.store.put(charge)
        intent.update(latest_charge=charge["id"], last_payment_error=None, next_action=None)
        if manual:
            intent.update(status="requires_capture", amount_capturable=intent["amount"])
            self.store.emit("payment_intent.amount_capturable_updated", self.store.put(intent))
        else:
            intent.update(status="succeeded", amount_received=intent["amount"])
            self.store.emit("payment_intent.succeeded", self.store.put(intent))
        return intent

    def _details(self, intent: dict[str, Any], *, manual: bool) -> dict[str, Any]:
        kind = self.need(str(intent["payment_method"]), "payment_method")["type"]
        return {"type": kind, kind: self._card_details(intent, manual=manual) if kind == "card" else {}}

    def _card_details(self, intent: dict[str, Any], *, manual: bool) -> dict[str, Any]:
        method = self.need(str(intent["payment_method"]), "payment_method")
        details = {"brand": method["card"]["brand"], "last4": method["card"]["last4"]}
        if not manual:
            return details
        asked = intent["payment_method_options"].get("card", {}).get("request_multicapture") == "if_available"
        can = asked and CARDS[method["_number"]].in_parts
        details["multicapture"] = {"status": "available" if can else "unavailable"}
        return details | {"capture_before": int(time.time()) + HOLD_SECONDS}

    def capture(self, intent: dict[str, Any], amount: int | None, *, is_final: bool = True) -> dict[str, Any]:
        if intent["status"] != "requires_capture":
            raise unexpected(intent, "captured")
        amount = intent["amount_capturable"] if amount is None else amount
        if not 0 < amount <= intent["amount_capturable"]:
            message = "The amount to capture is greater than the amount that can be captured."
            raise ApiError(400, "invalid_request_error", "amount_too_large", message, param="amount_to_capture")
        charge = self.need(intent["latest_charge"], "charge")
        if not is_final and charge["payment_method_details"]["card"]["multicapture"]["status"] != "available":
            message = "This PaymentIntent does not support multicapture."
            raise ApiError(400, "invalid_request_error", "parameter_invalid", message, param="final_capture")
        left = 0 if is_final else intent["amount_capturable"] - amount
        moved = self.balance.move("charge", amount, intent["currency"], charge["id"])
        charge.update(captured=True, amount_captured=charge["amount_captured"] + amount, balance_transaction=moved)
        self.store.put(charge)
        intent.update(amount_received=intent["amount_received"] + amount, amount_capturable=left)
        intent.update(status="requires_capture" if left else "succeeded")
        self.store.put(intent)
        self.store.emit("charge.captured", charge)
        if not left:
            self.store.emit("payment_intent.succeeded", intent)
        return intent

    def cancel(self, intent: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] in ("succeeded", "canceled"):
            raise unexpected(intent, "canceled")
        intent.update(status="canceled", amount_capturable=0, canceled_at=int(time.time()))
        self.store.put(intent)
        if intent["latest_charge"]:  # a hold that is given back counts as refunded, and no money moves
            charge = self.need(intent["latest_charge"], "charge")
            self.store.put(charge | {"refunded": True, "amount_refunded": charge["amount"]})
        self.store.emit("payment_intent.canceled", intent)
        return intent

    def refund(self, params: dict[str, Any]) -> dict[str, Any]:
        intent = self.need(str(params.get("payment_intent", "")), "payment_intent")
        left = intent["amount_received"] - intent["amount_refunded"]
        amount = int(params.get("amount") or left)
        if not 0 < amount <= left:
            code = "charge_already_refunded" if left == 0 else "amount_too_large"
            message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise ApiError(400, "invalid_request_error", code, message, param="amount")
        intent["amount_refunded"] += amount
        self.store.put(intent)
        charge = self.need(intent["latest_charge"], "charge")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.store.put(charge)
        made = {"id": self.store.new_id("re"), "object": "refund", "amount": amount, "currency": intent["currency"]}
        made |= {"payment_intent": intent["id"], "charge": charge["id"], "created": int(time.time())}
        made |= {"metadata": params.get("metadata", {}), "failure_reason": None, "status": "succeeded"}
        method = self.need(str(intent["payment_method"]), "payment_method")
        later = CARDS[method["_number"]].refund if method["type"] == "card" else "succeeded"
        if later == "pending":
            made["status"] = "pending"
        if later != "succeeded":
            made["_later"] = "failed" if later == "failed" else "succeeded"
        made["balance_transaction"] = self.balance.move("refund", -amount, intent["currency"], made["id"])
        self.store.put(made)
        self.store.emit("charge.refunded", charge)
        return made

    def finish_refund(self, refund: dict[str, Any]) -> dict[str, Any]:
        """What becomes of a refund that was pending, or that the bank sends back (https://docs.stripe.com/testing#refunds)."""
        refund["status"] = refund.pop("_later", refund["status"])
        if refund["status"] == "failed":
            refund["failure_reason"] = "lost_or_stolen_card"
            intent = self.need(refund["payment_intent"], "payment_intent")
            charge = self.need(refund["charge"], "charge")
            intent["amount_refunded"] -= refund["amount"]
            charge["amount_refunded"] -= refund["amount"]
            charge["refunded"] = False
            back = self.balance.move("refund_failure", refund["amount"], refund["currency"], refund["id"])
            refund["failure_balance_transaction"] = back
            self.store.put(intent)
            self.store.put(charge)
        self.store.emit("refund.failed" if refund["status"] == "failed" else "refund.updated", self.store.put(refund))
        return refund

    def session(self, params: dict[str, Any], page_base: str) -> dict[str, Any]:
        now = int(time.time())
        until = int(params.get("expires_at") or now + 86400)
        if not now + 1790 <= until <= now + 86460:
            message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from session creation."
            raise ApiError(400, "invalid_request_error", "parameter_invalid", message, param="expires_at")
        if params.get("mode") == "setup":
            return self._card_session(params, until, page_base)
        items = params.get("line_items", [])
        total = sum(int(i["price_data"]["unit_amount"]) * int(i.get("quantity", 1)) for i in items)
        if total <= 0:
            raise ApiError(400, "invalid_request_error", "parameter_missing", "Missing line_items", param="line_items")
        types = params.get("payment_method_types", ["card"])
        self._check_types(types, params)
        id_ = self.store.new_id("cs_test")
        return self.store.put(
            {
                "id": id_,
                "object": "checkout.session",
                "mode": params.get("mode", "payment"),
                "status": "open",
                "payment_status": "unpaid",
                "amount_total": total,
                "currency": items[0]["price_data"]["currency"].lower(),
                "client_reference_id": params.get("client_reference_id"),
                "customer": params.get("customer"),
                "customer_email": params.get("customer_email"),
                "metadata": params.get("metadata", {}),
                "payment_method_types": types,
                "locale": params.get("locale", "auto"),
                "success_url": params.get("success_url"),
                "cancel_url": params.get("cancel_url"),
                "expires_at": until,
                "created": now,
                "payment_intent": None,
                "livemode": False,
                "url": f"{page_base}/pay/{id_}",
                "_intent": params.get("payment_intent_data", {}),
                "_options": params.get("payment_method_options", {}),
                "_name": items[0]["price_data"]["product_data"]["name"],
            }
        )

    def account(self) -> dict[str, Any]:
        """The account and what it may do; a test takes some of it away (`/_standin/capabilities`)."""
        everything = {f"{name}_payments": "active" for name in ("card", *OTHER_METHODS)}
        body = {"id": "acct_standin", "object": "account", "capabilities": everything}
        return self.store.get("acct_standin", "account") or body

    def _check_types(self, types: list[str], params: dict[str, Any]) -> None:
        can = self.account()["capabilities"]
        for name in types:
            if can.get(f"{name}_payments") != "active":
                message = (
                    f"The payment method type provided: {name} is invalid. Please ensure the provided type is activated in your "
                    "dashboard (https://dashboard.stripe.com/account/payments/settings) and your account is enabled for any "
                    "preview features that you are trying to use."
                )
                raise ApiError(400, "invalid_request_error", "", message, param="payment_method_types")
        if "wechat_pay" in types and "client" not in params.get("payment_method_options", {}).get("wechat_pay", {}):
            message = "You must set payment_method_options[wechat_pay][client] when wechat_pay is in payment_method_types."
            raise ApiError(400, "invalid_request_error", "parameter_missing", message, param="payment_method_options")
        if params.get("payment_intent_data", {}).get("capture_method") == "manual" and {"alipay", "wechat_pay"} & set(types):
            message = "One or more of the payment method types provided does not support manual capture."
            raise ApiError(400, "invalid_request_error", "parameter_invalid", message, param="payment_method_types")

    def _card_session(self, params: dict[str, Any], until: int, page_base: str) -> dict[str, Any]:
        """A page on which a card is left (https://docs.stripe.com/payments/checkout/save-without-payment)."""
        customer = self.need(str(params.get("customer", "")), "customer")
        if not params.get("currency"):
            raise ApiError(400, "invalid_request_error", "parameter_missing", "Missing currency", param="currency")
        setup = {
            "id": self.store.new_id("seti"),
            "object": "setup_intent",
            "status": "requires_payment_method",
            "customer": customer["id"],
            "payment_method": None,
            "usage": "off_session",
            "metadata": params.get("setup_intent_data", {}).get("metadata", {}),
            "last_setup_error": None,
            "next_action": None,
            "livemode": False,
            "created": int(time.time()),
        }
        self.store.put(setup)
        id_ = self.store.new_id("cs_test")
        kept = ("client_reference_id", "metadata", "success_url", "cancel_url")
        return self.store.put(
            {
                "id": id_,
                "object": "checkout.session",
                "mode": "setup",
                "status": "open",
                "payment_status": "no_payment_required",
                "amount_total": None,
                "currency": str(params["currency"]).lower(),
                "customer": customer["id"],
                "locale": params.get("locale", "auto"),
                "expires_at": until,
                "created": int(time.time()),
                "payment_intent": None,
                "setup_intent": setup["id"],
                "livemode": False,
                "url": f"{page_base}/pay/{id_}",
                "_name": "",
                **{name: params.get(name) for name in kept},
            }
        )

    def leave_card(self, session: dict[str, Any], number: str, month: int, year: int, *, challenged: bool) -> str:
        """Try a card on a page where nothing is paid; returns the setup's status. Raises ApiError 402 on a decline."""
        setup = self.need(session["setup_intent"], "setup_intent")
        if not challenged:
            setup["payment_method"] = self.card(number, month, year)["id"]
        method = self.need(setup["payment_method"], "payment_method")
        does = CARDS.get(method["_number"])
        if does is None or (does.decline and not (does.challenge and not challenged)):
            code = does.code if does else "card_declined"
            raise self._card_refused(setup, code, does.decline if does else "generic_decline")
        if does.challenge and not challenged:
            setup.update(status="requires_action", next_action={"type": "redirect_to_url"})
            self.store.put(setup)
            return "requires_action"
        self.store.put(method | {"customer": session["customer"]})
        setup.update(status="succeeded", next_action=None, last_setup_error=None)
        self.store.emit("setup_intent.succeeded", self.store.put(setup))
        session.update(status="complete", url=None)
        self.store.emit("checkout.session.completed", self.store.put(session))
        return "succeeded"

    def _card_refused(self, setup: dict[str, Any], code: str, decline_code: str) -> ApiError:
        message = "Your card was declined."
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": message}
        setup.update(status="requires_payment_method", payment_method=None, last_setup_error=error, next_action=None)
        self.store.emit("setup_intent.setup_failed", self.store.put(setup))
        return ApiError(402, "card_error", code, message, decline_code=decline_code, setup_intent=setup)

    def expire(self, session: dict[str, Any]) -> dict[str, Any]:
        if session["status"] != "open":
            message = f'Only Checkout Sessions with a status in ["open"] can be expired, not {session["status"]}.'
            raise ApiError(400, "invalid_request_error", "", message)
        session.update(status="expired", url=None)
        self.store.put(session)
        if session["payment_intent"]:
            intent = self.need(session["payment_intent"], "payment_intent")
            if intent["status"] not in ("succeeded", "canceled", "requires_capture"):
                self.cancel(intent)
        self.store.emit("checkout.session.expired", session)
        return session

    def _intent_of(self, session: dict[str, Any]) -> dict[str, Any]:
        """The payment of a hosted page, made with the first try."""
        if session["payment_intent"]:
            return self.need(session["payment_intent"], "payment_intent")
        customer = session["customer"] or self.customer({"email": session["customer_email"]})["id"]
        session["customer"] = customer
        intent = self.intent(
            {
                **session["_intent"],
                "payment_method_options": session["_options"],
                "amount": session["amount_total"],
                "currency": session["currency"],
                "customer": customer,
            }
        )
        session["payment_intent"] = intent["id"]
        self.store.put(session)
        return intent

    def pay_elsewhere(self, session: dict[str, Any], *, agreed: bool) -> str:
        """What a method's owner says once the client has been there. Raises ApiError 402 when he did not agree."""
        name = session["payment_method_types"][0]
        intent = self._intent_of(session)
        body = {"object": "payment_method", "type": name, name: {}, "customer": None, "created": int(time.time())}
        method = self.store.put({"id": self.store.new_id("pm"), "livemode": False, "metadata": {}, **body})
        intent["payment_method"] = method["id"]
        if not agreed:
            raise self._decline(intent, "payment_method_provider_decline", "")
        intent = self._succeed(intent)
        session.update(status="complete", payment_status="paid", url=None)
        self.store.put(session)
        self.store.emit("checkout.session.completed", session)
        return str(intent["status"])

    def pay_session(self, session: dict[str, Any], number: str, month: int, year: int, *, challenged: bool) -> str:
        """Try a card on a hosted page; returns the intent's status. Raises ApiError 402 on a decline."""
        intent = self._intent_of(session)
        if not challenged:
            intent["payment_method"] = self.card(number, month, year, session["customer"])["id"]
            self.store.put(intent)
        intent = self.confirm(intent, off_session=False, challenged=challenged)
        if intent["status"] in ("succeeded", "requires_capture"):
            paid = "paid" if intent["status"] == "succeeded" else "unpaid"
            session.update(status="complete", payment_status=paid, url=None)
            self.store.put(session)
            self.store.emit("checkout.session.completed", session)
        return str(intent["status"])

    def refuse_challenge(self, session: dict[str, Any]) -> ApiError:
        if session.get("setup_intent"):
            setup = self.need(session["setup_intent"], "setup_intent")
            return self._card_refused(setup, "setup_intent_authentication_failure", "authentication_failed")
        intent = self.need(session["payment_intent"], "payment_intent")
        return self._decline(intent, "payment_intent_authentication_failure", "authentication_failed")

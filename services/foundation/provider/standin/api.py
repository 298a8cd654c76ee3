"""The wire: form-encoded requests in, Stripe's JSON out, idempotency in between."""

import hashlib
import json
import operator
import re
from typing import Any

from werkzeug.wrappers import Request, Response

from .store import Store
from .till import ApiError, Till


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b][0][c]=x` as nested dicts and lists (Stripe's form encoding)."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        keys = re.findall(r"[^\[\]]+", name)
        here = root
        for key in keys[:-1]:
            here = here.setdefault(key, {})
        here[keys[-1]] = value
    return _lists(root)


def _lists(found: Any) -> Any:
    if not isinstance(found, dict):
        return found
    plain = {key: _lists(value) for key, value in found.items()}
    if plain and all(key.isdigit() for key in plain):
        return [plain[key] for key in sorted(plain, key=int)]
    return plain


def shown(thing: Any) -> Any:
    """An object without what only the stand-in knows."""
    if isinstance(thing, dict):
        return {key: shown(value) for key, value in thing.items() if not key.startswith("_")}
    return [shown(value) for value in thing] if isinstance(thing, list) else thing


class Api:
    """Every endpoint of `/v1`."""

    def __init__(self, store: Store, till: Till):
        self.store, self.till = store, till

    def answer(self, request: Request, page_base: str) -> Response:
        """One request, its idempotency and its errors."""
        if not (request.authorization or request.headers.get("Authorization", "")):
            return self._response(401, {"error": {"type": "invalid_request_error", "message": "No API key provided."}})
        pairs = list(request.form.items(multi=True)) if request.method == "POST" else list(request.args.items(multi=True))
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
        digest = hashlib.sha256(json.dumps([request.path, sorted(pairs)]).encode()).hexdigest()
        with self.store.transaction():
            kept = self.store.answer(key) if key else None
            if kept is not None and kept["digest"] != digest:
                message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
                return self._response(400, {"error": {"type": "idempotency_error", "message": message}})
            if kept is not None:
                response = self._response(kept["status"], json.loads(kept["body"]))
                response.headers["Idempotent-Replayed"] = "true"
                return response
            try:
                status, body = 200, self._act(request.method, request.path, nested(pairs), page_base)
            except ApiError as no:
                status, body = no.status, no.body
            except (KeyError, ValueError, TypeError) as bad:
                status, body = 400, {"error": {"type": "invalid_request_error", "message": f"Invalid request: {bad!r}"}}
            body = shown(body)
            if key:
                self.store.keep_answer(key, digest, status, json.dumps(body))
            self.store.note_request(request.method, request.path, key, status)
        return self._response(status, body)

    def _response(self, status: int, body: Any) -> Response:
        return Response(
            json.dumps(body), status, content_type="application/json", headers={"Request-Id": self.store.new_id("req")}
        )

    def _act(self, method: str, path: str, params: dict[str, Any], page_base: str) -> Any:
        till, parts = self.till, path.strip("/").split("/")[1:]
        match (method, *parts):
            case ("POST", "checkout", "sessions"):
                return till.session(params, page_base)
            case ("GET", "checkout", "sessions", id_):
                return self._expanded(till.need(id_, "checkout.session"), params)
            case ("POST", "checkout", "sessions", id_, "expire"):
                return till.expire(till.need(id_, "checkout.session"))
            case ("POST", "payment_intents"):
                return self._expanded(till.intent(params), params)
            case ("GET", "payment_intents"):
                return self._listed("payment_intent", params, path, customer="customer")
            case ("GET", "payment_intents", id_):
                return self._expanded(till.need(id_, "payment_intent"), params)
            case ("POST", "payment_intents", id_, "confirm"):
                intent = till.need(id_, "payment_intent")
                intent["payment_method"] = params.get("payment_method", intent["payment_method"])
                return till.confirm(intent, off_session=params.get("off_session") == "true")
            case ("POST", "payment_intents", id_, "capture"):
                wanted = params.get("amount_to_capture")
                is_final = params.get("final_capture", "true") in ("true", True)
                intent = till.need(id_, "payment_intent")
                return self._expanded(
                    till.capture(intent, int(wanted) if wanted is not None else None, is_final=is_final), params
                )
            case ("POST", "payment_intents", id_, "cancel"):
                return till.cancel(till.need(id_, "payment_intent"))
            case ("POST", "refunds"):
                return till.refund(params)
            case ("GET", "refunds", id_):
                return till.need(id_, "refund")
            case ("POST", "customers"):
                return till.customer(params)
            case ("GET", "customers", id_):
                return till.need(id_, "customer")
            case ("POST", "payment_methods"):
                card = params["card"]
                return till.card(card["number"], int(card["exp_month"]), int(card["exp_year"]))
            case ("GET", "payment_methods", id_):
                return till.need(id_, "payment_method")
            case ("POST", "payment_methods", id_, "attach"):
                return self.store.put(till.need(id_, "payment_method") | {"customer": params["customer"]})
            case ("POST", "payment_methods", id_, "detach"):
                return self.store.put(till.need(id_, "payment_method") | {"customer": None})
            case ("GET", "refunds"):
                return self._listed("refund", params, path, charge="charge", payment_intent="payment_intent")
            case ("GET", "charges"):
                return self._listed("charge", params, path, payment_intent="payment_intent")
            case ("GET", "balance_transactions"):
                return self._listed("balance_transaction", params, path, payout="_payout", type="type", currency="currency")
            case ("GET", "balance_transactions", id_):
                return self._expanded(till.need(id_, "balance_transaction"), params)
            case ("GET", "payouts"):
                till.balance.pay_out()
                return self._listed("payout", params, path, status="status")
            case ("GET", "payouts", id_):
                return till.need(id_, "payout")
            case ("GET", "charges", id_):
                return till.need(id_, "charge")
            case ("GET", "account"):
                return till.account()
        raise ApiError(404, "invalid_request_error", "", f"Unrecognized request URL ({method}: {path}).")

    def _listed(self, kind: str, params: dict[str, Any], path: str, **filters: str) -> dict[str, Any]:
        """One page of a list, newest first (https://docs.stripe.com/api/pagination), with what it can be filtered by."""
        data = self.store.all(kind)
        for asked, field in filters.items():
            if params.get(asked):
                data = [each for each in data if each[field] == params[asked]]
        bounds = params.get("created", {})
        within = {"gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}
        data = [each for each in data if all(within[name](each["created"], int(at)) for name, at in bounds.items())]
        if params.get("starting_after"):
            place = [each["id"] for each in data].index(params["starting_after"])
            data = data[place + 1 :]
        limit = int(params.get("limit", 10))
        if not 1 <= limit <= 100:
            raise ApiError(400, "invalid_request_error", "parameter_invalid_integer", "limit is 1 to 100", param="limit")
        expand = [field.removeprefix("data.") for field in params.get("expand", []) if field.startswith("data.")]
        shown = [self._expanded(each, {"expand": expand}) for each in data[:limit]]
        return {"object": "list", "has_more": len(data) > limit, "url": path, "data": shown}

    def _expanded(self, thing: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        kinds = {name: name for name in ("payment_intent", "setup_intent", "customer")} | {"latest_charge": "charge"}
        if thing["object"] == "balance_transaction":
            named = {"charge": "charge", "refund": "refund", "refund_failure": "refund", "payout": "payout"}
            kinds["source"] = named.get(thing["type"], "")
        for path in params.get("expand", []):
            field, _, deeper = path.partition(".")
            if kinds.get(field) and thing.get(field):
                found = self.till.need(thing[field], kinds[field])
                thing = thing | {field: self._expanded(found, {"expand": [deeper]}) if deeper else found}
        return thing

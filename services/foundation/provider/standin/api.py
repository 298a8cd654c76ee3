"""The wire: form-encoded requests in, Stripe's JSON out, idempotency in between."""

import hashlib
import json
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
                return till.intent(params)
            case ("GET", "payment_intents"):
                data = self.store.all("payment_intent")
                if params.get("customer"):
                    data = [intent for intent in data if intent["customer"] == params["customer"]]
                return {"object": "list", "has_more": False, "url": path, "data": data}
            case ("GET", "payment_intents", id_):
                return self._expanded(till.need(id_, "payment_intent"), params)
            case ("POST", "payment_intents", id_, "confirm"):
                intent = till.need(id_, "payment_intent")
                intent["payment_method"] = params.get("payment_method", intent["payment_method"])
                return till.confirm(intent, off_session=params.get("off_session") == "true")
            case ("POST", "payment_intents", id_, "capture"):
                wanted = params.get("amount_to_capture")
                return till.capture(till.need(id_, "payment_intent"), int(wanted) if wanted is not None else None)
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
            case ("GET", "charges", id_):
                return till.need(id_, "charge")
            case ("GET", "account"):
                return {"id": "acct_standin", "object": "account", "capabilities": {"card_payments": "active"}}
        raise ApiError(404, "invalid_request_error", "", f"Unrecognized request URL ({method}: {path}).")

    def _expanded(self, thing: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        kinds = {
            "payment_intent": "payment_intent",
            "setup_intent": "setup_intent",
            "latest_charge": "charge",
            "customer": "customer",
        }
        for field in params.get("expand", []):
            if field in kinds and thing.get(field):
                thing = thing | {field: self.till.need(thing[field], kinds[field])}
        return thing

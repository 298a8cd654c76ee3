"""Telling the house what happened: signed, retried, at least once, and wrongly when a fault asks for it."""

import hashlib
import hmac
import threading
import time
import urllib.error
import urllib.request

from .store import Store

#: Seconds before each further try.
BACKOFF = (1, 2, 5, 10, 30, 60, 300)


def signature(secret: str, payload: bytes, at: int) -> str:
    """The header's value (https://docs.stripe.com/webhooks#verify-manually)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


class Postman(threading.Thread):
    """Delivers due events until told to stop."""

    def __init__(self, store: Store, url: str, secret: str):
        super().__init__(daemon=True)
        self.store, self.url, self.secret = store, url, secret
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(0.1):
            for row in self.store.due_events():
                self.deliver(row["id"], row["body"], row["tries"])

    def deliver(self, id_: str, body: str, tries: int) -> None:
        """One try, after whatever fault is planned for this event."""
        fault = self.store.take_fault(("webhook_drop", "webhook_double", "webhook_delay"), "", "")
        kind = fault["kind"] if fault else ""
        if kind == "webhook_drop":
            self.store.settle_event(id_, delivered=True)
            return
        if kind == "webhook_delay":
            self.store.settle_event(id_, delivered=False, wait=fault["seconds"] if fault else 0)
            return
        arrived = self._post(body.encode())
        if kind == "webhook_double":
            self._post(body.encode())
        self.store.settle_event(id_, delivered=arrived, wait=BACKOFF[min(tries, len(BACKOFF) - 1)])

    def _post(self, payload: bytes) -> bool:
        headers = {"Content-Type": "application/json", "Stripe-Signature": signature(self.secret, payload, int(time.time()))}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url, payload, headers), timeout=10) as answer:
                return 200 <= answer.status < 300
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

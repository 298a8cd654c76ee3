"""`python -m services.foundation.provider.standin --port 12111 --state var/standin.sqlite3 --webhook-url …`"""

import argparse
import json
import signal
import socket
import sys
import threading
import time

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from . import hosted
from .api import Api
from .store import Store
from .till import Till
from .webhooks import Postman


class Application:
    """Routes: `/v1` the API, `/pay` the hosted page, `/_standin` the strings a test pulls."""

    def __init__(self, store: Store, public_url: str):
        self.store, self.public_url = store, public_url
        self.till = Till(store)
        self.api = Api(store, self.till)

    def __call__(self, environ, start_response):
        request = Request(environ)
        return self.respond(request)(environ, start_response)

    def respond(self, request: Request) -> Response:
        if request.path.startswith("/pay/"):
            return hosted.serve(request, self.till, request.path.removeprefix("/pay/"))
        if request.path.startswith("/_standin/"):
            return self.strings(request)
        if request.path == "/favicon.ico":
            return Response(status=204)
        fault = self.store.take_fault(("delay", "http_500", "reset", "answer_lost"), request.method, request.path)
        kind = fault["kind"] if fault else ""
        if kind == "http_500":
            return Response('{"error": {"type": "api_error", "message": "fault"}}', 500, content_type="application/json")
        if kind == "reset":
            return self.hang_up(request)
        if kind == "delay" and fault:
            time.sleep(fault["seconds"])
        answer = self.api.answer(request, self.public_url)
        return self.hang_up(request) if kind == "answer_lost" else answer

    @staticmethod
    def hang_up(request: Request) -> Response:
        """Close the connection without an answer."""
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response("", 500)

    def strings(self, request: Request) -> Response:
        match (request.method, request.path.removeprefix("/_standin/")):
            case ("GET", "health"):
                body: object = {"ok": True}
            case ("POST", "faults"):
                wish = request.get_json()
                self.store.add_fault(
                    wish["kind"], wish.get("method", ""), wish.get("prefix", ""), wish.get("seconds", 0), wish.get("times", 1)
                )
                body = {"ok": True}
            case ("DELETE", "faults"):
                self.store.clear_faults()
                body = {"ok": True}
            case ("DELETE", "keys"):  # as after a day
                self.store.forget_answers()
                body = {"ok": True}
            case ("POST", "payouts"):  # as when the money has become available
                with self.store.transaction():
                    body = self.till.balance.pay_out(all_of_it=True)
            case ("POST", "adjustments"):  # as when the provider corrects its own books
                wish = request.get_json()
                body = self.till.balance.move("adjustment", wish["amount"], wish["currency"], "", fee=wish.get("fee", 0))
            case ("DELETE", "objects"):  # a provider to whom nobody has paid yet
                self.store.forget_objects()
                body = {"ok": True}
            case ("PATCH", "objects"):  # as when something is other at the provider's than it was told us
                wish = request.get_json()
                body = self.store.put(self.till.need(wish["id"], wish["object"]) | wish)
            case ("POST", "refunds"):  # what was pending is decided, what will fail has failed
                with self.store.transaction():
                    body = [self.till.finish_refund(each) for each in self.store.all("refund") if "_later" in each]
            case ("GET", "requests"):
                body = self.store.requests()
            case ("POST", "capabilities"):  # {"klarna_payments": "inactive"}
                account = self.till.account()
                self.store.put(account | {"capabilities": account["capabilities"] | request.get_json()})
                body = {"ok": True}
            case ("GET", "charges"):
                body = self.store.all("charge")
            case _:
                return Response("not found", 404)
        return Response(json.dumps(body), content_type="application/json")


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--port", type=int, default=12111)
    ap.add_argument("--state", default=":memory:")
    ap.add_argument("--webhook-url", required=True)
    ap.add_argument("--webhook-secret", default="whsec_demo_only_standin")
    ap.add_argument("--public-url", default="")
    a = ap.parse_args()
    store = Store(a.state)
    application = Application(store, a.public_url)
    server = make_server("127.0.0.1", a.port, application, threaded=True)
    application.public_url = a.public_url or f"http://127.0.0.1:{server.port}"
    postman = Postman(store, a.webhook_url, a.webhook_secret)
    postman.start()

    def leave(_signum, _frame):
        postman.stopped.set()
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    print(f"listening on http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever()
    sys.exit(0)


if __name__ == "__main__":
    main()

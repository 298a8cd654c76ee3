"""The provider's own ledger: every movement of money with its fee, and the payouts that sum them (docs.stripe.com/api)."""

import time
from collections import defaultdict
from typing import Any

from .store import Store

FEE_PER_MILLE = 29
#: Money may be paid out so long after it came in.
PENDING = 2 * 86400
#: How the provider reports each type of movement.
_REPORTED = {
    "charge": "charge",
    "refund": "refund",
    "refund_failure": "refund_failure",
    "payout": "payout",
    "adjustment": "other_adjustment",
}


class Balance:
    """Balance transactions and payouts. Each act runs inside one transaction of the store."""

    def __init__(self, store: Store):
        self.store = store

    def move(self, kind: str, amount: int, currency: str, source: str, *, fee: int | None = None) -> str:
        """Write one movement and return its id. Of a charge the fee is kept, of a refund it is not given back."""
        now = int(time.time())
        fee = (amount * FEE_PER_MILLE // 1000 if kind == "charge" else 0) if fee is None else fee
        details = [
            {"amount": fee, "application": None, "currency": currency, "description": "Processing fees", "type": "stripe_fee"}
        ]
        made = {
            "id": self.store.new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": now if kind == "payout" else now + PENDING,
            "balance_type": "payments",
            "created": now,
            "currency": currency,
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": details if fee else [],
            "net": amount - fee,
            "reporting_category": _REPORTED[kind],
            "source": source,
            "status": "pending",
            "type": kind,
            "_payout": None,
        }
        return str(self.store.put(made)["id"])

    def pay_out(self, *, all_of_it: bool = False) -> list[dict[str, Any]]:
        """Pay out what is available (or, when a test asks, everything), one payout a currency; nothing that is owed to us."""
        now, waiting = int(time.time()), defaultdict(list)
        for each in self.store.all("balance_transaction"):
            if each["_payout"] is None and each["type"] != "payout" and (all_of_it or each["available_on"] <= now):
                waiting[each["currency"]].append(each)
        made = []
        for currency, moved in waiting.items():
            amount = sum(each["net"] for each in moved)
            if amount > 0:
                made.append(self._payout(amount, currency, moved, now))
        return made

    def _payout(self, amount: int, currency: str, moved: list[dict[str, Any]], now: int) -> dict[str, Any]:
        id_ = self.store.new_id("po")
        out = self.move("payout", -amount, currency, id_)
        for each in [*moved, self.store.get(out, "balance_transaction")]:
            if each:
                self.store.put(each | {"_payout": id_, "status": "available"})
        return self.store.put(
            {
                "id": id_,
                "object": "payout",
                "amount": amount,
                "arrival_date": now,
                "automatic": True,
                "balance_transaction": out,
                "created": now,
                "currency": currency,
                "description": "STRIPE PAYOUT",
                "destination": "ba_standin",
                "failure_code": None,
                "livemode": False,
                "metadata": {},
                "method": "standard",
                "reconciliation_status": "completed",
                "source_type": "card",
                "status": "paid",
                "type": "bank_account",
            }
        )

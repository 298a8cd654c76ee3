"""What two people answer for: what paying later costs, and whom the house trusts with it, is read beside every price."""

from services.foundation.second_person import answer_for

from . import offers
from .models import EligibilityRule

#: Everything a client can read of a way to pay.
FIELDS = (
    *("region", "kind", "least", "most", "kinds", "launches", "paid_orders", "none_missed", "parts", "cost", "rate"),
    *("deposit_percent", "deposit_is_binding", "opens_after", "open_for", "due_days", "method"),
)

answer_for(EligibilityRule, flag="is_offered", more=FIELDS, after=lambda _rule: offers.all_rules.forget())

"""What follows a part that could not be collected: pure. Tried again on the house's days, or, where that is no use, not at all.

A bank that says "never again" is not asked again: the networks fine whoever does, and a lost card does not come back. The codes
are those the provider publishes (https://docs.stripe.com/declines/codes).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.foundation.house import Dunning

#: When parts are collected, in the client's zone: awake, so that a question can be asked.
COLLECT_AT = time(9)
#: Declines after which the same card is not tried again: only the client can help, with another card or a question answered.
FINAL = frozenset(
    {
        # the card is gone, or was never ours to charge
        *("lost_card", "stolen_card", "pickup_card", "restricted_card", "fraudulent", "highest_risk_level", "merchant_blacklist"),
        *("expired_card", "incorrect_number", "invalid_number", "invalid_account", "incorrect_cvc", "invalid_cvc"),
        *("invalid_expiry_month", "invalid_expiry_year", "new_account_information_available"),
        # the bank or the client forbids it
        *("do_not_try_again", "revocation_of_authorization", "revocation_of_all_authorizations", "stop_payment_order"),
        *("security_violation", "service_not_allowed", "transaction_not_allowed", "not_permitted"),
        *("card_not_supported", "currency_not_supported"),
        # the bank asks for the client, who is away
        *("authentication_required", "authentication_not_handled", "offline_pin_required", "online_or_offline_pin_required"),
        # the provider no longer knows the card
        *("resource_missing", "payment_method_unactivated", "not_chargeable", "requires_action"),
    }
)


@dataclass(frozen=True)
class Step:
    """When it is tried again, or, where it is not, until when the client may help himself before a person speaks with him."""

    try_at: datetime | None = None
    grace_until: datetime | None = None


def after_decline(code: str, *, failures: int, failed_at: datetime, rules: Dunning, zone: ZoneInfo, now: datetime) -> Step:
    """The step after a decline: ``failures`` is how many there were, this one among them; ``failed_at`` when the first was.

    The days of the ladder are counted from the first, in the client's zone, and never lie before tomorrow.
    """
    if code in FINAL or failures > len(rules.retry_after_days):
        return Step(grace_until=now + timedelta(days=rules.grace_days))
    first, today = failed_at.astimezone(zone).date(), now.astimezone(zone).date()
    day = max(first + timedelta(days=rules.retry_after_days[failures - 1]), today + timedelta(days=1))
    return Step(try_at=datetime.combine(day, COLLECT_AT, zone))

"""Test cards, as Stripe publishes them (https://docs.stripe.com/testing)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Behaviour:
    """What a test card does: decline codes for the first and for later charges, whether 3-D Secure is asked.

    ``refund``: what becomes of a refund in the end. ``in_parts``: an authorisation can be captured several times.
    """

    decline: str = ""
    code: str = "card_declined"
    challenge: bool = False
    later_decline: str = ""
    later_challenge: bool = False
    refund: str = "succeeded"
    in_parts: bool = True


CARDS = {
    "4242424242424242": Behaviour(),
    "5555555555554444": Behaviour(in_parts=False),
    "6200000000000005": Behaviour(),
    "4000000000000002": Behaviour("generic_decline"),
    "4000000000009995": Behaviour("insufficient_funds"),
    "4000000000009987": Behaviour("lost_card"),
    "4000000000000069": Behaviour("expired_card", "expired_card"),
    "4000000000000127": Behaviour("incorrect_cvc", "incorrect_cvc"),
    "4000000000000119": Behaviour("processing_error", "processing_error"),
    "4000002500003155": Behaviour(challenge=True),
    "4000002760003184": Behaviour(challenge=True, later_challenge=True),
    "4000008400001629": Behaviour("generic_decline", challenge=True),
    "4000000000000341": Behaviour(later_decline="generic_decline"),
    "4000000000007726": Behaviour(refund="pending"),
    "4000000000005126": Behaviour(refund="failed"),
}


def brand(number: str) -> str:
    """The card's network, by its first digits."""
    return {"4": "visa", "5": "mastercard", "6": "unionpay"}.get(number[:1], "unknown")


def is_well_formed(number: str) -> bool:
    """The check digit (ISO/IEC 7812-1, Luhn)."""
    if not (12 <= len(number) <= 19 and number.isdigit()):
        return False
    total = 0
    for i, digit in enumerate(reversed(number)):
        n = int(digit) * (2 if i % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0

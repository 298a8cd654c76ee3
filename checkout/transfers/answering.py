"""What two people answer for: an account that is told to clients. One person alone could have their money sent to himself."""

from services.foundation.second_person import answer_for

from . import offering
from .models import BankAccount

#: What else clients read of it.
TERMS = ("least", "most", "hold_days", "for_launches")

answer_for(
    BankAccount,
    flag="is_offered",
    more=("region", *BankAccount.TOLD, *TERMS),
    after=lambda _account: offering.all_accounts.forget(),
)

"""Whether an order can be paid by bank transfer, and what is awaited once it is placed so."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction

from checkout.order.models import Order
from services.foundation.memory import Kept
from services.foundation.outbox import posting
from services.foundation.regions.models import Region

from . import references
from .models import BankAccount, Transfer
from .refusals import NoTransfer

#: What the way is called in forms, and among a region's ways to pay.
WAY = "transfer"
#: No account holds pieces longer.
_LONGEST = timedelta(days=60)


def _read() -> dict[str, BankAccount]:
    return {account.region_id: account for account in BankAccount.objects.filter(is_offered=True)}


#: The accounts that are offered, by region; changed by staff, they hold everywhere within seconds.
all_accounts: Kept[dict[str, BankAccount]] = Kept(_read)


def account_of(region: Region) -> BankAccount | None:
    """The account to which the region's clients transfer; None where that is not offered."""
    return all_accounts().get(region.code) if WAY in region.payment_methods else None


def why_not(
    account: BankAccount, *, total: Decimal, currency: str, has_launch: bool, by_link: bool, several: bool
) -> NoTransfer | None:
    """The first reason why an order cannot be paid so; None when it can."""
    facts = {"least": account.least, "most": account.most, "currency": currency}
    if by_link or several:
        return NoTransfer(why="gift" if by_link else "several", **facts)
    if has_launch and not account.for_launches:
        return NoTransfer(why="launch", **facts)
    if not account.least <= total <= account.most:
        return NoTransfer(why="amount", **facts)
    return None


def until(account: BankAccount, *, now: datetime) -> datetime:
    """Until when the pieces of an order placed now are kept."""
    return now + account.holds_for


def await_transfer(order: Order, account: BankAccount) -> Transfer:
    """The transfer that an order waits for, with a reference of its own. Runs inside the placement's transaction."""
    told = {name: getattr(account, name) for name in account.TOLD}
    transfer = _with_reference(order, account, told)
    posting.post("letter.transfer", key=f"letter:transfer:{order.pk}:asked", order_id=order.pk, why="asked")
    return transfer


def _with_reference(order: Order, account: BankAccount, told: dict[str, str]) -> Transfer:
    if account.iban:  # the order's number is unique, and so is what is made of it
        return Transfer.objects.create(
            order=order, account=account, reference=references.creditor_reference(order.number), **told
        )
    for _try in range(20):
        reference = references.numeric_reference(f"{secrets.randbelow(9 * 10**8) + 10**8}")
        try:
            with transaction.atomic():
                return Transfer.objects.create(order=order, account=account, reference=reference, **told)
        except IntegrityError:
            if not Transfer.objects.filter(reference=reference).exists():
                raise
    raise RuntimeError("no free reference was found")


def remind(*, now: datetime) -> None:
    """What beat does: a letter some days before the pieces of an order are kept no longer, once."""
    soon = Transfer.objects.filter(reminded_at=None, order__status="awaiting payment", order__pay_until__gt=now)
    for transfer in soon.filter(order__pay_until__lte=now + _LONGEST).select_related("order", "account")[:500]:
        ends = transfer.order.pay_until
        if ends is None or ends - timedelta(days=transfer.account.remind_days) > now:
            continue
        with transaction.atomic():
            if Transfer.objects.filter(pk=transfer.pk, reminded_at=None).update(reminded_at=now):
                key = f"letter:transfer:{transfer.order_id}:reminder"
                posting.post("letter.transfer", key=key, order_id=transfer.order_id, why="reminder")


def of_order(order: Order) -> Transfer | None:
    """What is awaited by bank for an order; None for one that is paid otherwise."""
    return Transfer.objects.filter(order=order).first() if order.payment_method == WAY else None

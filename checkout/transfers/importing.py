"""Reading a bank's file in: every line is stored once, and what names its order beyond doubt is assigned at once.

The file and its lines are stored in one transaction, each assignment is its own: an order that is just being changed by somebody
keeps no other waiting, and what is stored and not yet assigned is looked at again with the next file and by beat.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from services.foundation.refusal import Refusal

from . import assigning, camt, entries, matching, tables
from .models import BankAccount, LineState, Statement, StatementLine
from .refusals import NotReadable, OtherAccount

MOST_BYTES = 10 * 1024 * 1024
_OUT = "went out"


@dataclass(frozen=True)
class Read:
    """What became of a file: lines in it, lines that were not known before, lines assigned; ``is_known``: it was read before."""

    lines: int = 0
    fresh: int = 0
    assigned: int = 0
    is_known: bool = False


def read_in(account: BankAccount, name: str, data: bytes, *, by_id: int | None, now: datetime) -> Read:
    """Store a statement of an account and assign what is certain. The same file, or the same lines in another, change nothing.

    Raises NotReadable or OtherAccount; then nothing is stored.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if Statement.objects.filter(sha256=sha256).exists():
        return Read(is_known=True)
    found = _parse(account, data)
    with transaction.atomic():
        BankAccount.objects.select_for_update().get(pk=account.pk)  # one file of an account at a time
        if Statement.objects.filter(sha256=sha256).exists():
            return Read(is_known=True)
        statement = Statement.objects.create(
            account=account,
            name=entries.clean(name, 120) or "–",
            sha256=sha256,
            lines_read=len(found),
            by_id=by_id,
            at=now,
        )
        fresh = _store(statement, found)
    return Read(len(found), fresh, assign_certain(account, now=now))


def _parse(account: BankAccount, data: bytes) -> list[entries.Entry]:
    if len(data) > MOST_BYTES:
        raise NotReadable(why="it is larger than 10 MB")
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or data[:4] in (b"\xff\xfe<\x00", b"\xfe\xff\x00<"):
            accounts, found = camt.read(data)
            for each in accounts:
                if each.number != account.account.upper():
                    raise OtherAccount(found=each.number, wanted=account.account)
        elif account.csv_layout is None:
            raise NotReadable(why="it is not CAMT.053, and no table is described for this account")
        else:
            found = tables.read(data, account.csv_layout.layout, currency=account.region.currency)
    except entries.Unreadable as no:
        raise NotReadable(why=str(no)) from no
    return [entry for entry in found if entry.amount]


def _store(statement: Statement, found: list[entries.Entry]) -> int:
    """The lines that are not known yet; returns how many. What went out is stored too, and asks nobody."""
    names = entries.identities(found)
    known = set(StatementLine.objects.filter(account=statement.account, identity__in=names).values_list("identity", flat=True))
    rows = [
        StatementLine(
            account=statement.account,
            statement=statement,
            identity=identity,
            booked_on=entry.booked_on,
            amount=entry.amount,
            currency=entry.currency,
            payer=entry.payer,
            payer_account=entry.payer_account,
            text=entry.text,
            reference=entry.reference,
            bank_reference=entry.bank_reference,
            is_reversal=entry.is_reversal,
            state=LineState.OPEN if entry.amount > 0 or entry.is_reversal else LineState.PUT_ASIDE,
            aside_because="" if entry.amount > 0 or entry.is_reversal else _OUT,
        )
        for entry, identity in zip(found, names, strict=True)
        if identity not in known
    ]
    StatementLine.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def assign_certain(account: BankAccount, *, now: datetime) -> int:
    """Assign the open lines of an account that name their order beyond doubt; returns how many. Safe to repeat."""
    done = 0
    untouched = StatementLine.objects.filter(account=account, state=LineState.OPEN, amount__gt=0, assignments=None)
    for line in untouched.order_by("booked_on", "pk")[:5000]:
        order = matching.certain(line)
        if order is None:
            continue
        try:
            assigning.assign(line.pk, order.pk, by_id=None, now=now, while_awaited=True)
        except Refusal:  # somebody was quicker: the line is theirs, or the order has just ended and staff are asked
            continue
        done += 1
    return done

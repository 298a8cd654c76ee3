"""An order with several recipients: how a bag falls into parcels, what each costs and when it comes.

One payment by the payer, one parcel for each recipient. Nothing of it is stored before placement but the recipients and which
piece is whose (`basket.recipients`); what the client saw comes back with the form and is compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.foundation.regions.models import Region

from .basket import recipients
from .basket.contents import Contents, Item
from .basket.models import Recipient
from .changing import Window, version
from .order.models import Order
from .refusals import DayChanged, NotSentThere, OneRecipient, PiecesWithoutRecipient, SeenBefore, SeveralOrSizer
from .totals import Destination, Totals, compute_parcels, together

#: A bank keeps an amount ready for about a week: what leaves the house later than this is charged at once.
HOLD_DAYS = 6


@dataclass(frozen=True)
class Agreed:
    """What the client saw: the version of recipients and pieces, and for each recipient, by his key, the day."""

    version: str
    days: Mapping[int, date | None]


@dataclass(frozen=True)
class Parcel:
    """What goes to one recipient."""

    recipient: Recipient
    items: tuple[Item, ...]
    totals: Totals

    @property
    def due_on(self) -> date:
        """The day of its promise, or the later one that was asked for."""
        return max(self.totals.promise.on, self.recipient.requested_on or self.totals.promise.on)

    @property
    def window(self) -> Window:
        """The days that can be asked for."""
        return Window.after(self.totals.promise.on, self.totals.way.holidays)


@dataclass(frozen=True)
class Split:
    """A bag with its recipients. ``idle``: those to whom nothing goes; ``left``: pieces that are nobody's yet.

    ``totals`` has those pieces too, as if they went to the place that `read` was given.
    """

    parcels: tuple[Parcel, ...]
    idle: tuple[Recipient, ...]
    left: tuple[Item, ...]
    totals: Totals
    countries: frozenset[str]
    version: str

    @property
    def refusal(self) -> Exception | None:
        """Why it cannot be ordered like this."""
        if self.totals.waits_for_size:
            return SeveralOrSizer()
        if self.left:
            return PiecesWithoutRecipient(titles=[item.piece.get_title() for item in self.left])
        if len(self.parcels) < 2:
            return OneRecipient()
        for parcel in self.parcels:
            if parcel.recipient.country not in self.countries:
                return NotSentThere(country=parcel.recipient.country, name=parcel.recipient.name)
        return None

    def check(self, agreed: Agreed) -> None:
        """Raises SeveralOrSizer, PiecesWithoutRecipient, OneRecipient, NotSentThere, SeenBefore, DayChanged or DayNotPossible."""
        if self.refusal:
            raise self.refusal
        if agreed.version != self.version:
            raise SeenBefore()
        for parcel in self.parcels:
            on, shown = parcel.totals.promise.on, agreed.days.get(parcel.recipient.pk)
            if shown and on > shown:
                raise DayChanged(on=on, agreed=shown)
            if parcel.recipient.requested_on and parcel.recipient.requested_on > on:
                parcel.window.check(parcel.recipient.requested_on)

    def waits_for_its_days(self, *, now: datetime) -> bool:
        """Whether even the first parcel leaves later than a bank keeps an amount ready."""
        first = min((parcel.due_on for parcel in self.parcels), default=now.date())
        return first > now.date() + timedelta(days=HOLD_DAYS)


def read(contents: Contents, *, region: Region, now: datetime, to: Destination | None = None) -> Split:
    """A bag as it falls into parcels, with today's prices and days."""
    people = recipients.of_bag(contents.bag)
    to = to or Destination(region.countries[0])
    groups = [(each, tuple(item for item in contents.items if item.line.recipient_id == each.pk)) for each in people]
    left = tuple(item for item in contents.items if item.line.recipient_id not in {each.pk for each in people})
    sent = [(each, items) for each, items in groups if items]
    parts = [(items, Destination(each.country, each.subdivision)) for each, items in sent]
    if left or not parts:
        parts.append((left, to))
    totals = compute_parcels(parts, region=region, now=now)
    return Split(
        tuple(Parcel(each, items, part) for (each, items), part in zip(sent, totals, strict=False)),
        tuple(each for each, items in groups if not items),
        left,
        together(totals),
        frozenset(recipients.countries(region)),
        version(
            [(each.pk, each.fields, each.requested_on) for each in people],
            [(item.line.line_reference, item.line.quantity, item.line.recipient_id) for item in contents.items],
        ),
    )


def ask_for_days(split: Split, orders: Sequence[Order]) -> None:
    """Keep the later days that were asked for, once each parcel has its promise: one that the promise has overtaken is none."""
    for parcel, order in zip(split.parcels, orders, strict=True):
        asked = parcel.recipient.requested_on
        if asked and order.promised_on and asked > order.promised_on:
            order.requested_on = asked
            order.save(update_fields=["requested_on"])

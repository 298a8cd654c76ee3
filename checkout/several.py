"""An order with several recipients: how a bag falls into parcels, what each costs and when it comes.

One payment by the payer, one parcel for each recipient. Nothing of it is stored before placement but the recipients and which
piece is whose (`basket.recipients`); what the client saw comes back with the form and is compared.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.delivery import promising
from services.foundation import days
from services.foundation.refusal import Refusal
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
    def leaves_by(self) -> date:
        """The day on which it has to leave the house."""
        way = self.totals.way
        return promising.working_days_before(self.due_on, way.transit_days, way.holidays)

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
    today: date

    @property
    def refusal(self) -> Refusal | None:
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

    @property
    def is_charged_now(self) -> bool:
        """Whether even the first parcel leaves later than a bank keeps an amount ready."""
        first = min((parcel.leaves_by for parcel in self.parcels), default=self.today)
        return first > self.today + timedelta(days=HOLD_DAYS)


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
        now.astimezone(region.time_zone).date(),
    )


def is_offered(contents: Contents) -> bool:
    """Whether a bag can go to several people: there are several pieces, and none waits for a sizer."""
    waits = any(item.inscription and item.inscription.waits_for_size for item in contents.items)
    return contents.count > 1 and not waits


def agreed(post: Mapping[str, str]) -> Agreed:
    """What came back with the form of what the client saw."""
    shown = {name.removeprefix("day-"): value for name, value in post.items() if name.startswith("day-")}
    return Agreed(post.get("recipients", ""), {int(pk): days.read(value) for pk, value in shown.items() if is_key(pk)})


def is_key(typed: str) -> bool:
    """Whether this can be a recipient's key."""
    return bool(re.fullmatch(r"[0-9]{1,18}", typed))


def ask_for_days(split: Split, orders: Sequence[Order]) -> None:
    """Keep the later days that were asked for, once each parcel has its promise: one that the promise has overtaken is none."""
    for parcel, order in zip(split.parcels, orders, strict=True):
        asked = parcel.recipient.requested_on
        if asked and order.promised_on and asked > order.promised_on:
            order.requested_on = asked
            order.save(update_fields=["requested_on"])

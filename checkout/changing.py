"""What a client changes himself until the parcel is packed: recipient and address, a later day, card and packing.

Each act locks the order's row and looks at its state under the lock, as the packing scan does (`fulfilling.pack`): whichever
comes first, the other is told. Money never changes here. `promised_on` stays what was shown at placement; a promise that moves
is kept beside it. Every change leaves a row in the log and a letter to the client in the same transaction.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation

from services.delivery import promising
from services.engraving.models import Inscription, Job, JobState
from services.engraving.surfaces import LID
from services.foundation.outbox import posting
from services.foundation.regions import tax
from services.foundation.regions.roster import all_regions
from services.gifting import stock, wrapping
from services.gifting.card import FACE_NAMES
from services.gifting.models import Wrapping

from .order import moving
from .order.models import ChangeKind, Order, OrderChange, ShippingAddress
from .order.states import CHANGEABLE, OrderState
from .refusals import (
    AlreadySo,
    CostsOtherwise,
    DayNotPossible,
    InReview,
    LaterDay,
    LidEngraved,
    SeenBefore,
    TooLate,
    TooManyChanges,
)

#: How far beyond its promise a client may ask an order to wait.
MOST_DAYS = 60
#: More than anybody needs; each change is a letter, and a slip printed again.
MOST_CHANGES_A_DAY = 20
#: Who changed it, as the log says: whoever ordered, or the recipient of a gift by link.
CLIENT, RECIPIENT = "client", "recipient"


@dataclass(frozen=True)
class Recipient:
    """Who receives it and where, checked by the door; ``mobile`` in E.164.

    The courier rings this number; letters and messages go on to the client's own (`Order.contact_mobile`), so that a gift's
    recipient never reads what it cost.
    """

    name: str
    mobile: str
    country: str
    subdivision: str
    city: str
    district: str
    line1: str
    line2: str
    postcode: str

    @property
    def place(self) -> dict[str, str]:
        """Everything the courier's way depends on."""
        return {field: value for field, value in asdict(self).items() if field not in ("name", "mobile")}


@dataclass(frozen=True)
class Window:
    """The days a client may ask for: working days from first to last."""

    first: date
    last: date
    holidays: frozenset[date]

    @classmethod
    def after(cls, first: date, holidays: frozenset[date]) -> "Window":
        """From the first possible day on, two months."""
        return cls(first, promising.working_days_before(first + timedelta(days=MOST_DAYS + 1), 1, holidays), holidays)

    def check(self, on: date | None) -> None:
        """Raises DayNotPossible."""
        facts = {"first": self.first, "last": self.last}
        if on is None:
            raise DayNotPossible(why="none", **facts)
        if on < self.first:
            raise DayNotPossible(why="early", **facts)
        if on > self.last:
            raise DayNotPossible(why="late", **facts)
        if not promising.works(on, self.holidays):
            raise DayNotPossible(why="rest", next=promising.working_days_after(on, 1, self.holidays), **facts)


def check_open(order: Order) -> None:
    """Raises InReview or TooLate."""
    if order.status == OrderState.UNDER_REVIEW:
        raise InReview()
    if order.status not in CHANGEABLE:
        raise TooLate(ended=order.status in (OrderState.CANCELLED, OrderState.LAPSED))


def recipient_of(address: ShippingAddress) -> Recipient:
    """The recipient as stored."""
    return Recipient(**address.fields)


def version(*shown: object) -> str:
    """A digest of what a form showed. It comes back with the form: other values since then are another digest."""
    said = json.dumps(shown, default=str)  # a dataclass says all its fields, a day its ISO form
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def address_version(order: Order, recipient: Recipient) -> str:
    return version(recipient, order.promise, order.requested_on)


def day_version(order: Order) -> str:
    return version(order.promise, order.requested_on)


def gift_version(kept: Wrapping) -> str:
    return version(wrapping.wish_of(kept))


def window(order: Order, *, now: datetime) -> Window:
    """The days the client may ask for, by today: what the house can still keep, and at most two months on."""
    address = ShippingAddress.objects.get(pk=order.shipping_address_id)
    soonest, holidays = _soonest(order, recipient_of(address), now=now)
    return Window.after(max(soonest, order.promise or soonest), holidays)


def check_costs(order: Order, before: Recipient, after: Recipient) -> None:
    """Money never changes by an address. Raises CostsOtherwise when tax, its jurisdiction or the charge would."""
    if after.country != before.country:
        raise CostsOtherwise(field="country")
    if after.subdivision != before.subdivision and (after.country == "US" or _costs(order, after) != _costs(order, before)):
        raise CostsOtherwise(field="subdivision")


def _costs(order: Order, to: Recipient) -> tuple[str, Decimal, Decimal]:
    """What tax and way ask for a place, by the tables of the day of the order."""
    region = all_regions()[order.region_code]
    quoted = tax.table.quote(
        region,
        country=to.country,
        subdivision=to.subdivision,
        amounts=[order.total_excl_tax],
        on=order.date_placed.astimezone(region.time_zone).date(),
    )[0]
    transit = promising.transit_to(order.region_code, to.country, to.subdivision)
    return quoted.jurisdiction, quoted.tax, transit.charge if transit else Decimal(0)


def _soonest(order: Order, to: Recipient, *, now: datetime) -> tuple[date, frozenset[date]]:
    """The day on which the order can be handed over there, from now and the bench days that remain; and the holidays."""
    zone = all_regions()[order.region_code].time_zone
    today = now.astimezone(zone).date()
    holidays = promising.holidays_of(order.region_code, since=min(today, order.bench_done_on or today))
    transit = promising.transit_to(order.region_code, to.country, to.subdivision)
    bench_done_on = order.bench_done_on
    if order.status == OrderState.READY_TO_PACK:
        bench_done_on = None
    elif bench_done_on and bench_done_on < today and _bench_is_late(order):
        bench_done_on = today
    soonest = promising.anew(
        now,
        zone=zone,
        cut_off_hour=transit.cut_off_hour if transit else promising.USUAL_CUT_OFF,
        bench_done_on=bench_done_on,
        transit_days=transit.days if transit else promising.USUAL_DAYS,
        holidays=holidays,
    )
    return soonest, holidays


def _bench_is_late(order: Order) -> bool:
    finished = (JobState.INSPECTED, JobState.CANCELLED)
    return Job.objects.filter(inscription__order_line__order=order).exclude(state__in=finished).exists()


@contextmanager
def opened(
    order: Order, *, now: datetime, by_words: str = CLIENT, check: Callable[[Order], None] | None = None
) -> Iterator[Order]:
    """The order's row, locked until the change is committed. ``check`` says instead of `check_open` whether it may change.

    Raises InReview, TooLate or TooManyChanges.
    """
    with transaction.atomic():
        locked = moving.lock(order.pk)
        (check or check_open)(locked)
        mine = OrderChange.objects.filter(order=locked, by_words=by_words, at__gt=now - timedelta(days=1))
        if mine.count() >= MOST_CHANGES_A_DAY:
            raise TooManyChanges()
        yield locked


def write(
    order: Order,
    kind: Any,
    before: dict,
    after: dict,
    *,
    by_id: int | None,
    now: datetime,
    line_id: int | None = None,
    by_words: str = CLIENT,
) -> OrderChange:
    """The row in the log, and the letter to whoever changed it.

    An order nobody paid has none: anybody can write any address on it, and any card.
    """
    change = OrderChange.objects.create(
        order=order, line_id=line_id, kind=kind, before=before, after=after, by_id=by_id, by_words=by_words, at=now
    )
    if by_words == RECIPIENT:  # the giver reads nothing of where it goes
        posting.post("gift.changed", key=f"gift:changed:{change.pk}", change_id=change.pk)
    elif order.status != OrderState.AWAITING_PAYMENT:
        posting.post("letter.changed", key=f"letter:changed:{change.pk}", change_id=change.pk)
    return change


def address(
    order: Order,
    to: Recipient,
    *,
    shown: str,
    agreed_day: date | None,
    by_id: int | None,
    now: datetime,
    by_words: str = CLIENT,
) -> OrderChange:
    """Another recipient or address. ``shown`` is the form's version, ``agreed_day`` the later day the client confirmed.

    Raises TooLate, AlreadySo, SeenBefore, CostsOtherwise or LaterDay; then nothing has changed.
    """
    with opened(order, now=now, by_words=by_words) as locked:
        row = ShippingAddress.objects.get(pk=locked.shipping_address_id)
        was = recipient_of(row)
        if to == was:
            raise AlreadySo()
        if shown != address_version(locked, was):
            raise SeenBefore()
        check_costs(locked, was, to)
        old, new = asdict(was), asdict(to)
        differs = [field for field in new if new[field] != old[field]]
        before, after = {field: old[field] for field in differs}, {field: new[field] for field in differs}
        if to.place != was.place:
            soonest, _holidays = _soonest(locked, to, now=now)
            _move_promise(locked, soonest, agreed_day, before, after)
        row.write(new)
        row.save()
        return write(locked, ChangeKind.ADDRESS, before, after, by_id=by_id, now=now, by_words=by_words)


def _move_promise(order: Order, soonest: date, agreed: date | None, before: dict, after: dict) -> None:
    """A day that is not later leaves the promise as it is; a later one must have been agreed to. Raises LaterDay."""
    if order.promise is None or soonest <= order.promise:
        return
    if agreed is None or agreed < soonest:
        raise LaterDay(on=soonest, before=order.promise)
    before["promise"], after["promise"] = order.promise.isoformat(), soonest.isoformat()
    order.promised_anew_on = soonest
    if order.requested_on and order.requested_on <= soonest:  # a wish that the new promise has overtaken
        before["requested_on"], after["requested_on"] = order.requested_on.isoformat(), ""
        order.requested_on = None
    order.save(update_fields=["promised_anew_on", "requested_on"])


def day(
    order: Order,
    on: date | None,
    *,
    shown: str,
    agreed_day: date | None,
    by_id: int | None,
    now: datetime,
    by_words: str = CLIENT,
) -> OrderChange:
    """Not before a later day, or (None, or the promise itself) as promised again.

    Taken back so late that the promise can no longer be kept, the promise moves to ``agreed_day``, which the client saw.
    Raises TooLate, AlreadySo, SeenBefore, DayNotPossible or LaterDay; then nothing has changed.
    """
    with opened(order, now=now, by_words=by_words) as locked:
        asked = on if on != locked.promise else None
        if asked == locked.requested_on:
            raise AlreadySo()
        if shown != day_version(locked):
            raise SeenBefore()
        possible = window(locked, now=now)
        was = locked.requested_on.isoformat() if locked.requested_on else ""
        before, after = {"requested_on": was}, {"requested_on": asked.isoformat() if asked else ""}
        locked.requested_on = None
        if asked:
            possible.check(asked)
        else:
            _move_promise(locked, possible.first, agreed_day, before, after)
        locked.requested_on = asked
        locked.save(update_fields=["requested_on"])
        return write(locked, ChangeKind.DAY, before, after, by_id=by_id, now=now, by_words=by_words)


def gift(order: Order, line_id: int, wish: wrapping.Wish, *, shown: str, by_id: int | None, now: datetime) -> OrderChange:
    """Another card, box or ribbon for a line that is packed as a gift.

    Raises TooLate, AlreadySo, SeenBefore, LidEngraved, OutOfStock, or what `wrapping.check` raises; then nothing has changed.
    """
    with opened(order, now=now) as locked:
        kept = Wrapping.objects.select_related("box", "ribbon", "paper", "carrier", "order_line__product__parent").get(
            order_line_id=line_id, order_line__order=locked, in_box_of=None
        )
        piece = kept.order_line.product
        new = wrapping.check(wish, kind_id=piece.piece.product_class_id if piece else None, kept=kept)
        wrapping.check_company(new.box, kept)
        lid = Inscription.objects.filter(order_line_id=line_id, surface=LID, withdrawn_at=None)
        if new.box != kept.box and lid.exists():
            raise LidEngraved(name=str(kept.box))
        if all(getattr(kept, field) == value for field, value in new.fields.items()):
            raise AlreadySo()
        if shown != gift_version(kept):
            raise SeenBefore()
        before, after = {}, {}
        with translation.override(locked.language):  # the names as the client reads them
            for field, old, now_is in (
                ("box", str(kept.box), str(new.box)),
                ("ribbon", str(kept.ribbon), str(new.ribbon)),
                ("paper", str(kept.paper or ""), str(new.paper or "")),
                ("carrier", str(kept.carrier or ""), str(new.carrier or "")),
                ("card", kept.card_text, new.card.text),
                ("card_face", FACE_NAMES[kept.card_face], FACE_NAMES[new.card.face]),
                ("sender", kept.card_from, new.card.sender),
            ):
                if old != now_is:
                    before[field], after[field] = str(old), str(now_is)
        had = kept.articles
        for field, value in new.fields.items():
            setattr(kept, field, value)
        kept.save(update_fields=list(new.fields))
        wrapping.follow(kept)
        wants = kept.articles
        stock.exchange(
            [(each, line_id) for each in wants if each not in had], [(each, line_id) for each in had if each not in wants]
        )
        return write(locked, ChangeKind.GIFT, before, after, by_id=by_id, now=now, line_id=line_id)

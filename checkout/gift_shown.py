"""A gift by link as its recipient sees it: no field for money, and of the giver nothing but what he wrote."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from catalog.models import Picture, Product
from services.engraving.models import Inscription
from services.gifting.models import GiftLink, Wrapping

from . import clock as clocks
from . import gift_choices, gift_exchanges, gift_letters, giving
from .order.models import Order
from .order.reading import LineView, read


@dataclass(frozen=True)
class Piece:
    """One piece as its recipient sees it. There is no field for money."""

    title: str
    variant: str
    quantity: int
    picture: Picture | None
    inscription: Inscription | None
    wrapping: Wrapping | None
    #: On the lid of its box.
    lid: Inscription | None = None
    #: What he may choose instead: pairs of value and word, with the name of their field and what it holds now.
    sizes: tuple[tuple[str, str], ...] = ()
    ribbons: tuple[tuple[str, str, str], ...] = ()
    line_id: int = 0
    size: str = ""
    ribbon: str = ""
    #: After it has arrived: the sizes he may ask for instead, and the one he has asked for.
    other_sizes: tuple[tuple[str, str], ...] = ()
    asked_for: str = ""


@dataclass(frozen=True)
class Shown:
    """A gift as its recipient sees it. There is no field for money, nor for anything of the giver's but what he wrote."""

    number: str
    recipient: str
    giver: str
    message: str
    country: str
    state: str
    until: str
    is_open: bool
    is_accepted: bool
    is_surprise: bool
    pieces: tuple[Piece, ...]
    #: Once it was accepted: how far it is, when it comes and where.
    progress: str = ""
    day: date | None = None
    not_before: date | None = None
    address: object = None
    thanks: str = ""
    #: Whether its recipient can still change where it goes and when, and until when at least.
    can_change: bool = False
    clock: clocks.Clock | None = None


def shown(gift: GiftLink, *, now: datetime, picked: gift_choices.Picked = giving.NOTHING) -> Shown:
    """A gift as it stands; ``picked``: the size and ribbon that were chosen in a form that is shown again."""
    order = Order.objects.select_related("user").get(pk=gift.order_id)
    view = read(order, for_house=gift.is_accepted)
    choices = gift_choices.of(order, now=now) if gift.is_open else {}
    others: dict[int, tuple[Product, ...]] = {}
    asked: dict[int, str] = {}
    if gift.is_accepted and gift_exchanges.is_open(order, now=now):
        others = gift_exchanges.sizes(x.line for x in view.lines)
        asked = dict(gift.exchange_requests.values_list("order_line_id", "wanted__size"))
    pieces = tuple(
        replace(
            _piece(x, choices.get(x.line.pk), picked),
            other_sizes=tuple((str(each.pk), each.size) for each in others.get(x.line.pk, ())),
            asked_for=asked.get(x.line.pk, ""),
        )
        for x in view.lines
    )
    return Shown(
        number=order.number,
        recipient=gift.recipient,
        giver=gift.giver,
        message=gift.message,
        country=gift.country,
        state=gift.state,
        until=gift_letters.until_words(gift),
        is_open=gift.is_open,
        is_accepted=gift.is_accepted,
        is_surprise=gift.is_surprise and order.handed_over_at is None,
        pieces=pieces,
        progress=order.get_status_display(),
        day=order.due_on,
        not_before=order.requested_on,
        address=view.address if gift.is_accepted else None,
        thanks=gift.thanks,
        can_change=gift.is_accepted and order.can_be_changed,
        clock=clocks.of(view, now=now) if gift.is_accepted else None,
    )


def _piece(item: LineView, choice: gift_choices.Choice | None, picked: gift_choices.Picked) -> Piece:
    line, kept = item.line, item.wrapping
    return Piece(
        title=line.title,
        variant=line.variant_words,
        quantity=line.quantity,
        picture=item.picture,
        inscription=item.inscription,
        wrapping=kept,
        lid=item.lid,
        sizes=tuple((str(each.pk), each.size) for each in choice.sizes) if choice else (),
        ribbons=tuple((each.code, str(each.name), each.colour) for each in choice.ribbons) if choice else (),
        line_id=line.pk,
        size=str(picked.sizes.get(line.pk, line.product_id)),
        ribbon=picked.ribbons.get(line.pk, kept.ribbon.code if kept else ""),
    )

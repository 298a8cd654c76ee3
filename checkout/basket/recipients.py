"""Several people to whom the pieces of one bag go: who they are, and which piece is whose.

What lies in one box goes to one person. A line of several pieces that go to several people becomes several lines, and plain
lines of one piece that go to the same person become one again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from checkout.refusals import TooManyRecipients
from services.delivery import promising
from services.engraving import surfaces
from services.foundation.regions.models import Region

from . import bags
from .models import Basket, Line, Recipient

#: Nobody can be given less than a piece.
MOST = bags.MOST_PIECES


def of_bag(bag: Basket | None) -> list[Recipient]:
    """The recipients of a bag, in the order in which they were written down."""
    return list(Recipient.objects.filter(bag=bag)) if bag else []


def countries(region: Region) -> list[str]:
    """Where recipients may live: in the region, and where no customs paper with a price travels with the parcel."""
    return [*region.countries, *promising.broker_countries(region)]


@transaction.atomic
def keep(bag: Basket, values: Mapping[str, str], *, requested_on: date | None, pk: int | None = None) -> Recipient:
    """Write a recipient down, or (``pk``) write him anew. ``values``: checked, the mobile number in E.164.

    The first one receives everything until somebody else is chosen. Raises BagOrdered or TooManyRecipients.
    """
    bags.locked(bag)
    own = Recipient.objects.filter(bag=bag)
    found = own.filter(pk=pk).first() if pk else None
    if found is None:
        if own.count() >= MOST:
            raise TooManyRecipients(most=MOST)
        found = Recipient(bag=bag)
    is_first = not own.exists()
    for name, value in values.items():
        setattr(found, name, value)
    found.requested_on = requested_on
    found.save()
    if is_first:
        Line.objects.filter(basket=bag).update(recipient=found)
    return found


@transaction.atomic
def remove(bag: Basket, pk: int) -> None:
    """Take a recipient off; his pieces are nobody's until somebody is chosen. Raises BagOrdered."""
    bags.locked(bag)
    Recipient.objects.filter(bag=bag, pk=pk).delete()


@transaction.atomic
def assign(bag: Basket, chosen: Mapping[str, Sequence[int | None]]) -> None:
    """Say whose the pieces are: for a line's reference, one recipient (or None) for each of its pieces. Raises BagOrdered.

    Whatever names a line or recipient of another bag is left out. What is held, or carries a craft, is not divided: its first
    piece speaks for all.
    """
    bags.locked(bag)
    own = set(Recipient.objects.filter(bag=bag).values_list("pk", flat=True))
    lines = list(
        Line.objects.filter(basket=bag)
        .select_related("product__parent", "wrapping__in_box_of")
        .prefetch_related(surfaces.kept())
        .order_by("pk")
    )
    for line in lines:
        picked = [pk if pk in own else None for pk in chosen.get(line.line_reference, ())]
        if not picked or _host(line):
            continue
        if not can_be_divided(line):
            picked = picked[:1] * line.quantity
        picked = (picked + [line.recipient_id] * line.quantity)[: line.quantity]
        _divide(line, Counter(picked))
    _join(bag)
    for line in lines:
        host = _host(line)
        if host:
            Line.objects.filter(pk=line.pk).update(recipient=Line.objects.values("recipient").get(pk=host)["recipient"])


def can_be_divided(line: Line) -> bool:
    """Whether the pieces of a line can go to several people."""
    return line.quantity > 1 and not bags.has_craft(line) and not line.product.piece.is_scarce


def _host(line: Line) -> int | None:
    """The bag line in whose box this one lies."""
    wrapping = getattr(line, "wrapping", None)
    return wrapping.in_box_of.bag_line_id if wrapping and wrapping.in_box_of else None


def _divide(line: Line, groups: Counter[int | None]) -> None:
    (first, number), *others = groups.items()
    Line.objects.filter(pk=line.pk).update(recipient=first, quantity=number)
    for recipient, count in others:
        Line.objects.create(
            basket_id=line.basket_id,
            product_id=line.product_id,
            stockrecord_id=line.stockrecord_id,
            quantity=count,
            recipient_id=recipient,
        )


def _join(bag: Basket) -> None:
    """Plain lines of one piece for one person are one, as far as a line goes."""
    first: dict[tuple[int, int | None], Line] = {}
    plain = Line.objects.filter(basket=bag).select_related("product__parent", "wrapping").order_by("pk")
    for line in plain.prefetch_related(surfaces.kept()):
        if bags.has_craft(line) or line.product.piece.is_scarce:
            continue
        into = first.setdefault((line.product_id, line.recipient_id), line)
        if into is not line and into.quantity + line.quantity <= bags.MOST_OF_ONE:
            into.quantity += line.quantity
            Line.objects.filter(pk=into.pk).update(quantity=into.quantity)
            line.delete()

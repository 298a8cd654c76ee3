"""Keeping a gift packing with a bag line and giving it to the order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from . import card as cards
from .card import Card
from .models import OptionKind, PackingOption, Wrapping
from .refusals import BoxFull, DoesNotFitInto, NotOffered, OutOfStock


@dataclass(frozen=True)
class Wish:
    """What a client chose: codes of box, ribbon, paper and bag (the last two may be empty), and the card as typed."""

    box: str
    ribbon: str
    card: str
    face: str = "roman"
    sender: str = ""
    paper: str = ""
    carrier: str = ""

    @property
    def as_card(self) -> Card:
        return Card(self.card, self.face, self.sender)

    @property
    def card_query(self) -> str:
        """What the preview's address needs; empty without a card."""
        if self.as_card.is_empty:
            return ""
        return urlencode({"card": self.card, "face": self.face, "sender": self.sender})


@dataclass(frozen=True)
class Checked:
    """The articles and the card of a wish that can be packed."""

    box: PackingOption
    ribbon: PackingOption
    paper: PackingOption | None
    carrier: PackingOption | None
    card: Card

    @property
    def fields(self) -> dict[str, object]:
        """As the columns of a packing."""
        return {
            "box": self.box,
            "ribbon": self.ribbon,
            "paper": self.paper,
            "carrier": self.carrier,
            "card_text": self.card.text,
            "card_face": self.card.face,
            "card_from": self.card.sender,
        }


def typed(form: Mapping[str, str]) -> Wish:
    """A wish as a form sends it."""
    names = ("box", "ribbon", "card", "face", "sender", "paper", "carrier")
    return Wish(**{name: form.get(name, "") for name in names})


def offered(kind_id: int | None, *, kept: Wrapping | None = None) -> dict[Any, list[PackingOption]]:
    """The articles that can be chosen for a kind of piece, by their own kind: offered, fitting, and on the shelf. Two queries.

    What a line has ``kept`` stays good for it, although the house offers it no longer.
    """
    mine = {each.pk for each in (kept.box, kept.ribbon, kept.paper, kept.carrier) if each} if kept else set()
    found: dict[Any, list[PackingOption]] = {kind: [] for kind in OptionKind.values}
    for option in PackingOption.objects.prefetch_related("fits"):
        if option.pk in mine or (option.is_offered and not option.is_out and takes(option, kind_id)):
            found[option.kind].append(option)
    return found


def takes(option: PackingOption, kind_id: int | None) -> bool:
    """Whether an article fits a kind of piece."""
    kinds = {each.pk for each in option.fits.all()}
    return not kinds or kind_id is None or kind_id in kinds


def check(wish: Wish, *, kind_id: int | None = None, kept: Wrapping | None = None) -> Checked:
    """What of a wish can be packed around a kind of piece.

    Raises NotOffered, OutOfStock, DoesNotFitInto, or what `card.check` raises.
    """
    rows = {(option.kind, option.code): option for option in PackingOption.objects.prefetch_related("fits")}
    mine = {each.pk for each in (kept.box, kept.ribbon, kept.paper, kept.carrier) if each} if kept else set()

    def find(kind: Any, code: str) -> PackingOption:
        option = rows.get((kind, code))
        if option is None or not (option.is_offered or option.pk in mine):
            raise NotOffered()
        if option.pk not in mine and option.is_out:
            raise OutOfStock(name=str(option))
        if not takes(option, kind_id):
            raise DoesNotFitInto(name=str(option))
        return option

    box, ribbon = find(OptionKind.BOX, wish.box), find(OptionKind.RIBBON, wish.ribbon)
    paper = find(OptionKind.PAPER, wish.paper) if wish.paper else None
    carrier = find(OptionKind.BAG, wish.carrier) if wish.carrier else None
    return Checked(box, ribbon, paper, carrier, cards.check(wish.as_card))


def keep(wish: Wish, *, bag_line_id: int, kind_id: int | None = None) -> Wrapping:
    """Put a packing on a bag line, in place of the one it had. Raises what `check` raises."""
    checked = check(wish, kind_id=kind_id)
    before = Wrapping.objects.filter(bag_line_id=bag_line_id).first()
    if before:
        check_company(checked.box, before)
    fields = checked.fields | {"in_box_of": None}
    kept, _made = Wrapping.objects.update_or_create(bag_line_id=bag_line_id, defaults=fields)
    follow(kept)
    return kept


def check_company(box: PackingOption, host: Wrapping) -> None:
    """Whether a box takes all that lies in another one now. Raises BoxFull or DoesNotFitInto."""
    guests = list(host.guests.select_related("bag_line__product__parent", "order_line__product__parent"))
    if guests and len(guests) + 1 > box.holds:
        raise BoxFull(name=str(box), holds=box.holds)
    for guest in guests:
        line = guest.bag_line or guest.order_line
        if line.product and not takes(box, line.product.piece.product_class_id):
            raise DoesNotFitInto(name=str(box))


def follow(host: Wrapping) -> None:
    """What lies in a box goes where its box goes."""
    host.guests.update(box=host.box, ribbon=host.ribbon, paper=host.paper, carrier=host.carrier)


def put_into(host_line_id: int, *, bag_line_id: int, kind_id: int | None) -> int | None:
    """A bag's piece lies in the box of another of the same bag, with its ribbon and card. Runs under the bag's lock.

    Returns what `take_off` says of the box it had before.

    Raises NotOffered where there is no such box, BoxFull or DoesNotFitInto.
    """
    host = Wrapping.objects.select_related("box").filter(bag_line_id=host_line_id, in_box_of=None).first()
    if host is None or host_line_id == bag_line_id:
        raise NotOffered()
    others = host.guests.exclude(bag_line_id=bag_line_id).count()
    if others + 2 > host.box.holds:
        raise BoxFull(name=str(host.box), holds=host.box.holds)
    if not takes(host.box, kind_id):
        raise DoesNotFitInto(name=str(host.box))
    heir = take_off(bag_line_id=bag_line_id)
    Wrapping.objects.create(
        bag_line_id=bag_line_id,
        in_box_of=host,
        box=host.box,
        ribbon_id=host.ribbon_id,
        paper_id=host.paper_id,
        carrier_id=host.carrier_id,
    )
    return heir


def take_off(*, bag_line_id: int) -> int | None:
    """A bag line without its packing. What lay in its box keeps the box, with the card; returns the line that has it now."""
    gone = Wrapping.objects.filter(bag_line_id=bag_line_id).first()
    if gone is None:
        return None
    heir, *others = list(gone.guests.order_by("pk")) or [None]
    if heir:
        heir.in_box_of, heir.card_text, heir.card_face, heir.card_from = None, gone.card_text, gone.card_face, gone.card_from
        heir.save()
        Wrapping.objects.filter(pk__in=[each.pk for each in others]).update(in_box_of=heir)
    gone.delete()
    return heir.bag_line_id if heir else None


def wish_of(kept: Wrapping) -> Wish:
    """What a packing was wished like."""
    return Wish(
        box=kept.box.code,
        ribbon=kept.ribbon.code,
        card=kept.card_text,
        face=kept.card_face,
        sender=kept.card_from,
        paper=kept.paper.code if kept.paper else "",
        carrier=kept.carrier.code if kept.carrier else "",
    )


def hand_over(kept: Wrapping, *, order_line_id: int) -> Wrapping:
    """Copy a bag line's packing onto the order line. Runs inside the placement's transaction."""
    kept.pk, kept._state.adding, kept.bag_line_id, kept.order_line_id = None, True, None, order_line_id
    kept.save()
    return kept


def join(handed: Iterable[tuple[int, int | None, Wrapping]]) -> None:
    """The boxes that hold several pieces, in the order as in the bag: rows of (bag's packing, whose box it lay in, order's)."""
    rows = list(handed)
    of_order = {bag_id: kept for bag_id, _host, kept in rows}
    for _bag_id, host, kept in rows:
        if host is not None:
            kept.in_box_of = of_order[host]
            kept.save(update_fields=["in_box_of"])

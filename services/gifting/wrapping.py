"""Keeping a gift packing with a bag line and giving it to the order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from . import card as cards
from .card import Card
from .models import OptionKind, PackingOption, Wrapping
from .refusals import DoesNotFitInto, NotOffered, OutOfStock


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


def offered(kind_id: int | None, *, kept: Wrapping | None = None) -> dict[str, list[PackingOption]]:
    """The articles that can be chosen for a kind of piece, by their own kind: offered, fitting, and on the shelf. Two queries.

    What a line has ``kept`` stays good for it, although the house offers it no longer.
    """
    mine = {each.pk for each in (kept.box, kept.ribbon, kept.paper, kept.carrier) if each} if kept else set()
    found: dict[str, list[PackingOption]] = {kind: [] for kind in OptionKind.values}
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

    def find(kind: str, code: str) -> PackingOption:
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
    fields = check(wish, kind_id=kind_id).fields | {"in_box_of": None}
    kept, _made = Wrapping.objects.update_or_create(bag_line_id=bag_line_id, defaults=fields)
    Wrapping.objects.filter(in_box_of=kept).update(box=kept.box, ribbon=kept.ribbon, paper=kept.paper, carrier=kept.carrier)
    return kept


def take_off(*, bag_line_id: int) -> None:
    """A bag line without its packing."""
    Wrapping.objects.filter(bag_line_id=bag_line_id).delete()


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

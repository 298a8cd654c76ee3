"""Keeping a gift packing with a bag line and giving it to the order."""

from dataclasses import dataclass

from services.foundation.plain_text import plain
from services.foundation.print_faces import unprintable

from .models import OptionKind, PackingOption, Wrapping
from .refusals import CardTooLong, CardUnprintable, NotOffered

MOST_LINES = 8
MOST_CHARACTERS = 280


@dataclass(frozen=True)
class Wish:
    """What a client chose: codes of box and ribbon, and the card as typed."""

    box: str
    ribbon: str
    card: str


def check(wish: Wish, *, kept: Wrapping | None = None) -> tuple[PackingOption, PackingOption, str]:
    """Box, ribbon and card text of a wish that can be packed. Raises NotOffered, CardUnprintable, CardTooLong or NotPlain.

    What a line has ``kept`` stays good for it, although the house offers it no longer.
    """
    offered = {(o.kind, o.code): o for o in PackingOption.objects.filter(is_offered=True)}
    if kept:
        offered |= {(o.kind, o.code): o for o in (kept.box, kept.ribbon)}
    try:
        box, ribbon = offered[OptionKind.BOX, wish.box], offered[OptionKind.RIBBON, wish.ribbon]
    except KeyError:
        raise NotOffered() from None
    card = plain(wish.card).strip()
    missing = unprintable(card)
    if missing:
        raise CardUnprintable(signs=missing)
    if len(card) > MOST_CHARACTERS or card.count("\n") >= MOST_LINES:
        raise CardTooLong(most_lines=MOST_LINES, most_characters=MOST_CHARACTERS)
    return box, ribbon, card


def keep(wish: Wish, *, bag_line_id: int) -> Wrapping:
    """Put a packing on a bag line, in place of the one it had. Raises what `check` raises."""
    box, ribbon, card = check(wish)
    kept, _made = Wrapping.objects.update_or_create(
        bag_line_id=bag_line_id, defaults={"box": box, "ribbon": ribbon, "card_text": card}
    )
    return kept


def take_off(*, bag_line_id: int) -> None:
    """A bag line without its packing."""
    Wrapping.objects.filter(bag_line_id=bag_line_id).delete()


def wish_of(kept: Wrapping) -> Wish:
    """What a packing was wished like."""
    return Wish(kept.box.code, kept.ribbon.code, kept.card_text)


def hand_over(kept: Wrapping, *, order_line_id: int) -> Wrapping:
    """Copy a bag line's packing onto the order line. Runs inside the placement's transaction."""
    kept.pk, kept._state.adding, kept.bag_line_id, kept.order_line_id = None, True, None, order_line_id
    kept.save()
    return kept

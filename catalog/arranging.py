"""The house's order of its pieces."""

from collections.abc import Collection, Sequence

from django.db import transaction

from .models import Product


def arranged(order: Sequence[int], chosen: Collection[int], way: str) -> list[int]:
    """The order after the chosen ones moved "first", "up" or "down"; they keep their order among themselves. Pure."""
    if way == "first":
        return [x for x in order if x in chosen] + [x for x in order if x not in chosen]
    found = list(order if way == "up" else reversed(order))
    for place in range(1, len(found)):
        if found[place] in chosen and found[place - 1] not in chosen:
            found[place - 1], found[place] = found[place], found[place - 1]
    return found if way == "up" else found[::-1]


@transaction.atomic
def move(piece_ids: Collection[int], way: str) -> None:
    """Move pieces "first", "up" or "down" in the house's order, and number all of them anew."""
    pieces = {p.pk: p for p in Product.objects.select_for_update().filter(parent=None).order_by("position", "pk")}
    moved = []
    for position, pk in enumerate(arranged(list(pieces), set(piece_ids), way)):
        if pieces[pk].position != position:
            pieces[pk].position = position
            moved.append(pieces[pk])
    Product.objects.bulk_update(moved, ["position"])

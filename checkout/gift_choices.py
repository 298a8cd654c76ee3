"""What the recipient of a gift may choose himself: the size of a piece and the colour of its ribbon, at the price that was paid.

Another size is a sister of the piece in the same metal that costs the same today and lies ready. Sizes of what is engraved,
scarce or made to order stay as the giver chose them: an engraving was set for its size, and the others have no sister to hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from catalog.models import Product
from catalog.partner.pricing import prices_of
from services.engraving import surfaces
from services.foundation.units import availability, claiming
from services.foundation.units.refusals import NoneFree
from services.gifting import stock, wrapping
from services.gifting.models import OptionKind, PackingOption, Wrapping
from services.gifting.refusals import NotOffered

from . import resizing
from .order.models import Line, Order


@dataclass(frozen=True)
class Picked:
    """What was picked, by order line: a variant's id, a ribbon's code. Nothing picked leaves it as it is."""

    sizes: Mapping[int, int] = field(default_factory=dict)
    ribbons: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What there is to choose for one line; both lists hold what it has now, and are empty where there is nothing else."""

    line: Line
    sizes: tuple[Product, ...]
    ribbons: tuple[PackingOption, ...]
    wrapping: Wrapping | None

    @property
    def is_any(self) -> bool:
        return bool(self.sizes or self.ribbons)


def of(order: Order, *, now: datetime) -> dict[int, Choice]:
    """The choices of each line, in a constant number of queries."""
    lines = list(
        order.lines.select_related("product__parent", "product__metal", "wrapping__ribbon")
        .prefetch_related(surfaces.kept())
        .annotate(ready=Count("units"))
        .order_by("pk")
    )
    sisters = _sisters(order, lines, now=now)
    ribbons = list(PackingOption.objects.filter(kind=OptionKind.RIBBON).prefetch_related("fits"))
    return {line.pk: Choice(line, sisters.get(line.pk, ()), _ribbons(line, ribbons), _own_packing(line)) for line in lines}


def _has_sizes(line: Line) -> bool:
    kept = line.inscription
    engraved = kept is not None and kept.withdrawn_at is None
    return bool(
        line.product
        and line.product.is_child
        and line.product.size
        and not engraved
        and not line.product.piece.is_scarce
        and line.ready == line.quantity
    )


def _sisters(order: Order, lines: list[Line], *, now: datetime) -> dict[int, tuple[Product, ...]]:
    mine = [line for line in lines if _has_sizes(line)]
    if not mine:
        return {}
    found = list(
        Product.objects.filter(parent__in={line.product.parent_id for line in mine}, is_public=True)
        .exclude(size="")
        .select_related("parent", "metal")
        .order_by("size_position", "pk")
    )
    ids = {each.pk for each in found} | {line.product_id for line in mine}
    prices, free = prices_of(ids, region_code=order.region_code, now=now), availability.of_variants(ids)
    sizes: dict[int, tuple[Product, ...]] = {}
    for line in mine:
        price, has = prices.get(line.product_id), line.product
        alike = [
            each
            for each in found
            if each.pk == has.pk
            or (
                (each.parent_id, each.metal_id) == (has.parent_id, has.metal_id)
                and price is not None
                and prices.get(each.pk) == price
                and free[each.pk].free >= line.quantity
            )
        ]
        sizes[line.pk] = tuple(alike) if len(alike) > 1 else ()
    return sizes


def _own_packing(line: Line) -> Wrapping | None:
    """Its packing, unless it lies in another's box, whose ribbon is chosen there."""
    kept = getattr(line, "wrapping", None)
    return kept if kept is not None and kept.in_box_of_id is None else None


def _ribbons(line: Line, options: list[PackingOption]) -> tuple[PackingOption, ...]:
    kept = _own_packing(line)
    if kept is None:
        return ()
    kind_id = line.product.piece.product_class_id if line.product else None
    found = [
        each
        for each in options
        if each.pk == kept.ribbon_id or (each.is_offered and not each.is_out and wrapping.takes(each, kind_id))
    ]
    return tuple(found) if len(found) > 1 else ()


def take(order: Order, picked: Picked, *, now: datetime) -> str:
    """Make the order what was picked, inside the caller's transaction and under the order's lock; returns it in words.

    Raises NoneFree or OutOfStock for what somebody else has just taken, NotOffered for what there is not to choose.
    """
    if not picked.sizes and not picked.ribbons:
        return ""
    said, there = [], of(order, now=now)
    if {*picked.sizes, *picked.ribbons} - set(there):
        raise NotOffered()
    for pk in sorted(there):
        choice = there[pk]
        variant_id = picked.sizes.get(pk, choice.line.product_id)
        if variant_id != choice.line.product_id:
            said.append(_resize(order, choice, variant_id))
        code = picked.ribbons.get(pk)
        if code is not None and choice.wrapping and code != choice.wrapping.ribbon.code:
            said.append(_retie(choice, code))
    return "; ".join(said)


def _resize(order: Order, choice: Choice, variant_id: int) -> str:
    line, before = choice.line, choice.line.variant_words
    new = next((each for each in choice.sizes if each.pk == variant_id), None)
    if new is None:  # taken meanwhile, or never there
        raise NoneFree(variant_id=variant_id, wanted=line.quantity)
    if claiming.exchange(order_line_id=line.pk, variant_id=new.pk, quantity=line.quantity) < line.quantity:
        raise NoneFree(variant_id=new.pk, wanted=line.quantity)
    resizing.rewrite(order, line, new)
    return f"{line.title}: {before} → {line.variant_words}"


def _retie(choice: Choice, code: str) -> str:
    kept = choice.wrapping
    new = next((each for each in choice.ribbons if each.code == code), None)
    if kept is None or new is None:
        raise NotOffered()
    before = kept.ribbon
    stock.exchange([(new, choice.line.pk)], [(before, choice.line.pk)])
    kept.ribbon = new
    kept.save(update_fields=["ribbon"])
    wrapping.follow(kept)
    return f"{before.code} → {new.code}"

"""Another size after a gift has arrived: its recipient asks, an adviser answers. No price is shown, and no money moves by it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from catalog.models import Product
from services.foundation.plain_text import plain
from services.foundation.regions.roster import all_regions
from services.gifting import links
from services.gifting.models import ExchangeRequest, GiftLink
from services.gifting.refusals import ExchangeAskedAlready, NoExchange

from .order.models import Line, Order


def is_open(order: Order, *, now: datetime) -> bool:
    """Whether it has arrived, and its days to return are not over."""
    days = timedelta(days=all_regions()[order.region_code].withdrawal_days)
    return order.handed_over_at is not None and now <= order.handed_over_at + days


def sizes(lines: Iterable[Line]) -> dict[int, tuple[Product, ...]]:
    """For each line the other sizes of its piece in its metal; none for what was made for its recipient. One query."""
    mine = [line for line in lines if line.returnable and line.product and line.product.is_child and line.product.size]
    if not mine:
        return {}
    sisters = list(
        Product.objects.filter(parent__in={line.product.parent_id for line in mine}, is_public=True)
        .exclude(size="")
        .order_by("size_position", "pk")
    )
    return {
        line.pk: tuple(
            each
            for each in sisters
            if (each.parent_id, each.metal_id) == (line.product.parent_id, line.product.metal_id) and each.pk != line.product_id
        )
        for line in mine
    }


def ask(gift: GiftLink, line_id: int, variant_id: int, words: str, *, now: datetime) -> ExchangeRequest:
    """Note that another size is asked for. Raises NoExchange, ExchangeAskedAlready or NotPlain."""
    order = Order.objects.get(pk=gift.order_id)
    line = order.lines.select_related("product").filter(pk=line_id).first()
    if not gift.is_accepted or line is None or not is_open(order, now=now):
        raise NoExchange()
    wanted = next((each for each in sizes([line]).get(line.pk, ()) if each.pk == variant_id), None)
    if wanted is None:
        raise NoExchange()
    said = plain(words).strip()[: links.MOST_OF_MESSAGE]
    try:
        with transaction.atomic():
            return ExchangeRequest.objects.create(gift=gift, order_line=line, wanted=wanted, words=said, asked_at=now)
    except IntegrityError:  # one for each piece
        raise ExchangeAskedAlready() from None

"""How many boxes, ribbons, papers and bags the packing bench has: counted, because any of them is as good as the next.

Each take is one guarded UPDATE, in the order of the articles' keys, so that two orders never wait for each other in a circle.
An article without a stock is not counted, and taking it changes nothing.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from .models import MoveReason, PackingOption, StockMove, Wrapping
from .refusals import OutOfStock


def take(wrappings: Iterable[Wrapping]) -> None:
    """Take what these packings of order lines need. Runs inside the caller's transaction. Raises OutOfStock; nothing is taken."""
    wanted = [(article, kept.order_line_id) for kept in wrappings for article in kept.articles]
    exchange(wanted, [])


def exchange(wanted: list[tuple[PackingOption, int | None]], left: list[tuple[PackingOption, int | None]]) -> None:
    """Take some articles and give back others, each for an order line, in one order for everybody. Raises OutOfStock."""
    names = {article.pk: article for article, _line in wanted + left}
    change = Counter(article.pk for article, _line in left)
    change.subtract(article.pk for article, _line in wanted)
    counted = set()
    for pk in sorted(change):
        counted_here = PackingOption.objects.filter(pk=pk).exclude(stock=None)
        found = counted_here.filter(stock__gte=-change[pk]).update(stock=F("stock") + change[pk])
        if found:
            counted.add(pk)
        elif counted_here.exists():
            raise OutOfStock(name=str(names[pk]))
    StockMove.objects.bulk_create(
        [
            StockMove(article_id=article.pk, number=number, reason=reason, order_line_id=line)
            for rows, number, reason in ((wanted, -1, MoveReason.ORDERED), (left, 1, MoveReason.GIVEN_BACK))
            for article, line in rows
            if article.pk in counted
        ]
    )


def spoil(article: PackingOption, *, order_line_id: int, by_id: int | None) -> None:
    """What an order line had of an article was spoilt at a bench: the shelf has it no longer, nor has the line.

    Runs inside the caller's transaction; another for the line is taken with `exchange`.
    """
    moves = StockMove.objects.filter(article=article, order_line_id=order_line_id)
    if not (moves.aggregate(has=-Sum("number"))["has"] or 0) > 0:  # nobody counted it when it was taken
        return
    StockMove.objects.bulk_create(
        [
            StockMove(article=article, number=1, reason=MoveReason.GIVEN_BACK, order_line_id=order_line_id),
            StockMove(article=article, number=-1, reason=MoveReason.SPOILT, by_id=by_id),
        ]
    )


def give_back(order_line_ids: list[int]) -> None:
    """Give back what cancelled or lapsed order lines have. Called again it finds nothing more: it is a sum of moves."""
    owed = (
        StockMove.objects.filter(order_line_id__in=order_line_ids)
        .values("article_id", "order_line_id")
        .annotate(has=-Sum("number"))
        .filter(has__gt=0)
        .order_by("article_id", "order_line_id")
    )
    for row in owed:
        PackingOption.objects.filter(pk=row["article_id"]).exclude(stock=None).update(stock=F("stock") + row["has"])
        StockMove.objects.create(
            article_id=row["article_id"], number=row["has"], reason=MoveReason.GIVEN_BACK, order_line_id=row["order_line_id"]
        )


@transaction.atomic
def move(article_id: int, number: int, *, reason: Any, by_id: int | None) -> None:
    """Staff bring or take some; an article that was not counted is counted from its first delivery on. Raises OutOfStock."""
    row = PackingOption.objects.select_for_update().get(pk=article_id)
    if (row.stock or 0) + number < 0:
        raise OutOfStock(name=str(row))
    row.stock = (row.stock or 0) + number
    row.save(update_fields=["stock"])
    StockMove.objects.create(article=row, number=number, reason=reason, by_id=by_id)

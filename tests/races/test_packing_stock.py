"""Many orders want the last boxes at the same moment: as many as there are get one, and none goes below zero.

The race has its counterpart with the guard taken off. A scan of two tablets at once is one record.
"""

import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from checkout.order.models import Order
from checkout.order.moving import move
from checkout.order.states import OrderState
from checkout.packing import bench
from checkout.packing.models import PackingRecord
from checkout.packing.refusals import AlreadyScanned
from services.gifting import stock
from services.gifting.models import PackingOption, Wrapping
from services.gifting.refusals import OutOfStock
from tests import makers
from tests.makers import buyer, fill, place, variant
from tests.races.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house")]


def bags(number: int) -> list:
    makers.keep_units(variant(), number)
    return [fill(variant(), who=buyer(f"client {n}"), gift=makers.GIFT) for n in range(number)]


def garnet() -> int:
    return PackingOption.objects.get(kind="box", code="garnet").stock


def test_the_last_boxes_go_to_as_many_orders_as_there_are():
    wanted = bags(6)
    PackingOption.objects.filter(kind="box", code="garnet").update(stock=2)
    answers = at_once([lambda bag=bag: place(bag) for bag in wanted])
    assert sum(isinstance(answer, Order) for answer in answers) == 2, answers
    assert sum(isinstance(answer, OutOfStock) for answer in answers) == 4, answers
    assert garnet() == 0 and Wrapping.objects.exclude(order_line=None).count() == 2


def test_without_the_guard_more_boxes_are_promised_than_there_are(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE gifting_packingoption DROP CONSTRAINT packing_stock_is_real")
    gate = threading.Barrier(4)

    def read_then_write(wrappings):
        kept = list(wrappings)
        for article in kept[0].articles:
            seen = PackingOption.objects.get(pk=article.pk).stock
            with suppress(threading.BrokenBarrierError):
                gate.wait(2)
            if not seen:
                raise OutOfStock(name=str(article))
            PackingOption.objects.filter(pk=article.pk).update(stock=seen - 1)

    try:
        wanted = bags(4)
        PackingOption.objects.filter(kind="box", code="garnet").update(stock=1)
        monkeypatch.setattr(stock, "take", read_then_write)
        answers = at_once([lambda bag=bag: place(bag) for bag in wanted])
        assert sum(isinstance(answer, Order) for answer in answers) > 1, answers
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE gifting_packingoption ADD CONSTRAINT packing_stock_is_real CHECK (stock IS NULL OR stock >= 0)"
            )


def test_two_tablets_that_scan_the_same_part_write_it_once():
    order = place(fill(variant(), gift=makers.GIFT))
    move(order, OrderState.CONFIRMED)
    by_id = makers.packer()
    answers = at_once([lambda: bench.scan(order, "BOX-GARNET", by_id=by_id, now=timezone.now()) for _n in range(4)])
    assert sum(isinstance(answer, bench.Part) for answer in answers) == 1, answers
    assert sum(isinstance(answer, AlreadyScanned) for answer in answers) == 3, answers
    assert PackingRecord.objects.filter(kind="box").count() == 1

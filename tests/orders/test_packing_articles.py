"""Boxes, ribbons, papers and bags are real: they fit or do not, they run out, and come back when an order ends."""

import pytest
from django.utils import timezone

from checkout import changing, ending
from checkout.basket import bags
from checkout.basket.models import Basket
from checkout.order.moving import move
from checkout.order.states import OrderState
from services.gifting import stock, wrapping
from services.gifting.models import MoveReason, PackingOption, StockMove, Wrapping
from services.gifting.refusals import BoxFull, DoesNotFitInto, NotOffered, OutOfStock
from services.gifting.wrapping import Wish
from tests import makers
from tests.makers import add, fill, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
WHOLE = Wish("garnet", "champagne", "For you", paper="ivory", carrier="garnet", sender="Anna")


def article(kind: str, code: str) -> PackingOption:
    return PackingOption.objects.get(kind=kind, code=code)


def in_stock() -> dict[str, int]:
    return {f"{row.kind} {row.code}": row.stock for row in PackingOption.objects.all()}


def test_an_order_takes_its_articles_and_gives_them_back_when_it_ends():
    before = in_stock()
    order = place(fill(variant(), gift=WHOLE))
    taken = {key for key, number in before.items() if in_stock()[key] == number - 1}
    assert taken == {"box garnet", "ribbon champagne", "paper ivory", "bag garnet"}
    ending.cancel(order, by_id=None, by_words="client")
    assert in_stock() == before
    stock.give_back(list(order.lines.values_list("pk", flat=True)))  # told twice
    assert in_stock() == before
    assert StockMove.objects.filter(order_line__order=order).count() == 8


def test_what_has_run_out_is_not_offered_and_told_at_placement():
    bag = fill(variant(), gift=makers.GIFT)
    PackingOption.objects.filter(kind="box", code="garnet").update(stock=0)
    assert [box.code for box in wrapping.offered(None)["box"]] == ["ivory", "leather"]
    with pytest.raises(OutOfStock, match="out-of-stock"):
        place(bag)
    assert not Wrapping.objects.exclude(order_line=None).exists()
    with pytest.raises(OutOfStock):
        fill(variant(), gift=makers.GIFT)


def test_an_article_that_is_not_counted_never_runs_out():
    PackingOption.objects.filter(kind="box", code="garnet").update(stock=None)
    order = place(fill(variant(), gift=makers.GIFT))
    ending.cancel(order, by_id=None, by_words="client")
    assert article("box", "garnet").stock is None


def test_a_box_takes_only_its_kinds_of_pieces():
    ring = variant().piece.product_class_id
    assert "leather" not in [box.code for box in wrapping.offered(ring)["box"]]
    with pytest.raises(DoesNotFitInto):
        fill(variant(), gift=Wish("leather", "champagne", ""))
    with pytest.raises(NotOffered):
        fill(variant(), gift=Wish("garnet", "champagne", "", paper="golden"))


def test_staff_bring_and_take_with_a_reason_and_never_below_zero():
    garnet = article("box", "garnet")
    stock.move(garnet.pk, 5, reason=MoveReason.DELIVERED, by_id=makers.packer())
    assert article("box", "garnet").stock == garnet.stock + 5
    with pytest.raises(OutOfStock):
        stock.move(garnet.pk, -10_000, reason=MoveReason.SPOILT, by_id=None)
    assert article("box", "garnet").stock == garnet.stock + 5


def changed(order, wish: Wish, line=None):
    line = line or order.lines.get()
    shown = changing.gift_version(line.wrapping)
    return changing.gift(order, line.pk, wish, shown=shown, by_id=None, now=timezone.now())


def test_another_box_is_taken_and_the_first_given_back():
    order = place(fill(variant(), gift=WHOLE))
    move(order, OrderState.CONFIRMED)
    before = in_stock()
    change = changed(order, Wish("ivory", "champagne", "For you", face="kai", carrier="garnet"))
    after = in_stock()
    moved = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert moved == {"box garnet": 1, "box ivory": -1, "paper ivory": 1}
    assert change.after == {"box": "Ivory box", "paper": "", "card_face": "Kai", "sender": ""}


def together(*pieces) -> tuple[Basket, list]:
    """A bag whose first piece has a box, and the others lie in it."""
    bag = fill(pieces[0], gift=WHOLE)
    lines = [bag.lines.get()]
    for piece in pieces[1:]:
        lines.append(add(bag, piece))
        bags.share_box(bag, lines[-1].line_reference, lines[0].line_reference)
    return bag, lines


def test_two_pieces_lie_in_one_box_and_take_its_articles_once():
    before = article("box", "garnet").stock
    bag, _lines = together(variant(), variant("arc-bangle"))
    order = place(bag)
    assert article("box", "garnet").stock == before - 1
    host, guest = sorted(Wrapping.objects.filter(order_line__order=order), key=lambda kept: kept.in_box_of_id or 0)
    assert guest.in_box_of == host and host.order_line.product == variant() and guest.articles == []


def test_a_box_is_not_filled_beyond_what_it_takes():
    with pytest.raises(BoxFull):
        together(variant(), variant("arc-bangle"), variant("arc-bangle"))


def test_a_piece_that_the_box_does_not_take_stays_by_itself():
    bag, _lines = together(variant())
    leather = makers.Product.objects.filter(parent__product_class__name="Leather", parent__is_scarce=False).first()
    other = add(bag, leather)
    with pytest.raises(DoesNotFitInto):
        bags.share_box(bag, other.line_reference, bag.lines.order_by("pk").first().line_reference)


def test_nobody_lies_in_a_box_of_another_bag_or_in_his_own():
    bag, lines = together(variant())
    other = fill(variant(), gift=WHOLE).lines.get()
    bags.share_box(bag, lines[0].line_reference, other.line_reference)
    assert Wrapping.objects.get(bag_line=lines[0]).in_box_of is None
    with pytest.raises(NotOffered):
        bags.share_box(bag, lines[0].line_reference, lines[0].line_reference)


def test_when_the_first_piece_leaves_the_other_keeps_box_and_card():
    bag, lines = together(variant(), variant("arc-bangle"))
    bags.remove(bag, lines[0].line_reference)
    kept = Wrapping.objects.get(bag_line=lines[1])
    assert (kept.in_box_of, kept.card_text, kept.card_from) == (None, "For you", "Anna")


def test_a_smaller_box_is_refused_while_two_lie_in_it():
    bag, lines = together(variant(), variant("arc-bangle"))
    with pytest.raises(BoxFull):
        bags.change_packing(bag, lines[0].line_reference, Wish("ivory", "champagne", ""))
    order = place(bag)
    move(order, OrderState.CONFIRMED)
    line = next(line for line in order.lines.all() if line.wrapping.in_box_of_id is None)
    with pytest.raises(BoxFull):
        changed(order, Wish("ivory", "champagne", "For you"), line)


def test_the_bag_offers_to_pack_together_and_to_part_again(client):
    for slug, size in (("halo-band", "52"), ("arc-bangle", "")):
        found = variant(slug)
        client.post("/eu/en/bag/add/", {"piece": slug, "metal": "yellow", "size": size or found.size})
    bag = Basket.objects.get()
    first, second = bag.lines.order_by("pk")
    client.post(
        f"/eu/en/bag/lines/{first.line_reference}/gift/", {"box": "garnet", "ribbon": "champagne", "card": "Hi", "act": "keep"}
    )
    page = client.get("/eu/en/bag/").content.decode()
    assert "Pack together" in page and page.count('name="host"') == 1
    client.post(f"/eu/en/bag/lines/{second.line_reference}/", {"act": "share", "host": first.line_reference})
    page = client.get("/eu/en/bag/").content.decode()
    assert "in one box with another piece" in page and "Take it out of the shared box" in page
    client.post(f"/eu/en/bag/lines/{second.line_reference}/", {"act": "apart"})
    assert Wrapping.objects.count() == 1

"""What a card says is said of one variant: the filters ask it everything at once, and its page opens at the same one. Pure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from catalog import filtering, reaching
from catalog.models import Metal, Picture
from catalog.offering import Offer, begins_at_its_price, best, named
from catalog.showing import Card
from services.foundation.units.availability import Availability, Reason

METALS = {
    code: Metal(code=code, name=code, family=family, position=n)
    for n, (code, family) in enumerate([("yellow", "gold"), ("white", "gold"), ("platinum", "platinum")])
}


def offer(metal="yellow", size="52", price: int | None = 1000, reason=Reason.AVAILABLE, arrives=None) -> Offer:
    amount = None if price is None else Decimal(price)
    return Offer(0, METALS[metal] if metal else None, size, amount, None, Availability(reason), reason, arrives)


def card(*offers: Offer) -> Card:
    piece = SimpleNamespace(product_class=SimpleNamespace(slug="ring"), stone="", position=0)
    pictures = [Picture(view=f"front-{code}", metal=METALS[code]) for code in ("yellow", "white")]
    numbered = [replace(one, variant_id=n) for n, one in enumerate(offers)]
    return Card(piece=piece, pictures=pictures, offers=numbered, launch=None, engraving_days=None, engraving_method=None)


def asked(query: str) -> filtering.Filters:
    return filtering.read(QueryDict(query)).with_metals_of(METALS.values())


def found(query: str, *offers: Offer) -> Card | None:
    return next(iter(filtering.apply([card(*offers)], asked(query))), None)


class TestOneVariantAnswersEverything:
    def test_a_size_that_is_sold_out_is_not_ready_because_another_is(self):
        gone, there = offer(size="52", reason=Reason.SOLD_OUT), offer(size="54")
        assert found("size=52&available=yes", gone, there) is None
        assert found("size=54&available=yes", gone, there).best.size == "54"
        assert found("size=52", gone, there).reason == Reason.SOLD_OUT

    def test_a_price_is_that_of_the_metal_asked_for(self):
        dear, cheap = offer("platinum", price=3000), offer("yellow", price=1000)
        assert found("metal=platinum&to=1500", dear, cheap) is None
        assert found("metal=platinum", dear, cheap).price == 3000
        assert found("to=1500", dear, cheap).metals == [METALS["yellow"]]

    def test_what_has_no_price_here_is_not_ready_to_send(self):
        assert found("available=yes", offer(price=None)) is None
        assert found("", offer(price=None)).price is None

    def test_a_day_is_kept_by_the_variant_that_was_asked_for(self):
        soon, late = date(2026, 12, 1), date(2026, 12, 24)
        quick = offer("yellow", price=1000, arrives=soon)
        slow = offer("white", price=900, reason=Reason.MADE_TO_ORDER, arrives=late)
        wish = reaching.Wish(by=soon, is_asked=True)
        assert reaching.in_time(filtering.apply([card(quick, slow)], asked("metal=white")), wish) == []
        (kept,) = reaching.in_time(filtering.apply([card(quick, slow)], asked("")), wish)
        assert (kept.price, kept.arrives, kept.reason) == (1000, soon, Reason.AVAILABLE)


class TestWhatACardSays:
    def test_a_price_that_is_sold_out_is_not_told_beside_what_is_there(self):
        shown = card(offer(size="48", price=900, reason=Reason.SOLD_OUT), offer(size="50", price=1000))
        assert (shown.price, shown.reason, shown.is_from) == (1000, Reason.AVAILABLE, False)

    def test_from_is_said_of_the_lowest_of_several_that_can_be_had(self):
        assert card(offer(price=1000), offer(size="60", price=1100)).is_from
        assert not card(offer(price=1000), offer(size="60", price=1000)).is_from
        assert not card(offer(price=1000), offer(price=900, reason=Reason.MADE_TO_ORDER)).is_from

    def test_its_picture_shows_the_metal_of_its_price(self):
        yellow, white = offer("yellow", price=1000), offer("white", price=1200)
        assert card(yellow, white).picture.view == "front-yellow"
        assert found("metal=white", yellow, white).picture.view == "front-white"
        assert card(offer("platinum")).picture.view == "front-yellow"  # it has none of its own

    def test_its_link_names_the_variant_when_not_all_fit(self):
        both = offer("yellow", "52"), offer("white", "54")
        assert found("metal=white", *both).query == "?metal=white&size=54"
        assert found("metal=white&metal=yellow", *both).query == found("", *both).query == ""
        assert found("size=5%202", offer("yellow", "5 2"), offer("white")).query == "?metal=yellow&size=5+2"

    def test_an_address_names_a_variant_and_otherwise_the_best_is_shown(self):
        gone, there, dear = offer("yellow", "48", 900, Reason.SOLD_OUT), offer("yellow", "50"), offer("white", "50", 1200)
        everything = [gone, there, dear]
        assert named(everything, metal="yellow", size="48") is gone
        assert named(everything, metal="yellow", size="99") is there
        assert named(everything, metal="white", size=None) is dear
        assert named(everything, metal="", size="48") is gone
        assert named(everything, metal="tin", size="") is there
        assert named([], metal="", size=None) is None


class TestTheMetals:
    def test_a_family_in_an_old_address_stands_for_its_metals(self):
        filters = asked("metal=gold")
        assert filters.metals == {"yellow", "white"} and filters.count == 2
        assert asked("metal=platinum").metals == {"platinum"}
        assert asked("metal=tin").metals == {"tin"}


offers = st.lists(
    st.builds(
        offer,
        metal=st.sampled_from([None, *METALS]),
        size=st.sampled_from(["", "52", "54"]),
        price=st.one_of(st.none(), st.integers(1, 4).map(lambda n: n * 500)),
        reason=st.sampled_from([Reason.AVAILABLE, Reason.MADE_TO_ORDER, Reason.HELD_BY_OTHERS, Reason.SOLD_OUT]),
    ),
    min_size=1,
    max_size=6,
)
questions = st.lists(
    st.sampled_from(["metal=white", "metal=gold", "size=52", "size=54", "from=1000", "to=1000", "available=yes"]), max_size=5
).map("&".join)


@given(offers, questions)
def test_a_card_is_there_when_one_variant_answers_and_tells_of_that_one(variants, query):
    filters = asked(query)
    own = card(*variants).offers
    fits = [
        one
        for one in own
        if (not filters.metals or (one.metal and one.metal.code in filters.metals))
        and (not filters.sizes or one.size in filters.sizes)
        and (not filters.budget.narrows or one.price is not None)
        and (filters.budget.least is None or one.price >= filters.budget.least)
        and (filters.budget.most is None or one.price <= filters.budget.most)
        and (not filters.in_stock or (one.price is not None and one.reason == Reason.AVAILABLE))
    ]
    shown = next(iter(filtering.apply([card(*variants)], filters)), None)
    assert (shown is not None) == bool(fits)
    if shown:
        assert shown.offers == fits and shown.best in fits
        assert (shown.price, shown.reason, shown.price_before) == (shown.best.price, shown.best.reason, None)
        if shown.is_from:
            assert all(one.price >= shown.price for one in fits if one.can_be_had)
        assert begins_at_its_price(shown.best, fits) == shown.is_from
        # Its page: by name when it is narrowed, else the best of all.
        code = shown.best.metal.code if shown.best.metal else ""
        opened = named(own, metal=code, size=shown.best.size) if shown.query else best(own)
        same = (opened.price, opened.reason) == (shown.price, shown.reason)
        assert same or len({(o.metal, o.size) for o in own}) < len(own) or not (code and shown.best.size)

"""The gift finder: its rules, its page, and the occasions behind it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog import proposing
from catalog.models import Occasion, Product, Proposal
from catalog.offering import Offer
from catalog.partner.models import Price
from catalog.search import finder, vocabulary
from catalog.search.finder import Wish
from catalog.showing import Card, every_occasion
from services.delivery.models import Feast
from services.foundation.units.availability import Availability, Reason
from services.foundation.units.models import Unit
from tests import makers
from tests.pages.test_budgets import copies, queries

house = pytest.mark.usefixtures("house")
WRONG_WAY_ROUND = {"publish_at_0": "2027-01-02", "publish_at_1": "10:00", "withdraw_at_0": "2027-01-01", "withdraw_at_1": "10:00"}


def card(pk: int, price, kind: str = "ring", reason: Reason = Reason.AVAILABLE):
    """A card as far as the finder looks at it: one variant, or one for each of several prices."""
    piece = SimpleNamespace(pk=pk, position=pk, product_class=SimpleNamespace(slug=kind))
    prices = price if isinstance(price, list) else [price]
    amounts = [None if one is None else Decimal(one) for one in prices]
    offers = [Offer(n, None, "", amount, None, Availability(reason), reason) for n, amount in enumerate(amounts)]
    return Card(piece=piece, pictures=(), offers=offers, launch=None, engraving_days=None, engraving_method=None)


def ids(cards) -> list[int]:
    return [found.piece.pk for found in cards]


some_cards = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(1, 10**6), st.lists(st.integers(1, 10**6), min_size=1, max_size=3)),
        st.sampled_from(["ring", "bangle", "leather"]),
        st.sampled_from(list(Reason)),
    ),
    max_size=30,
).map(lambda rows: [card(pk, *row) for pk, row in enumerate(rows)])
amounts = st.one_of(st.none(), st.integers(0, 10**6).map(Decimal))
wishes = st.builds(
    Wish,
    pieces=st.one_of(st.none(), st.frozensets(st.integers(0, 30))),
    kinds=st.frozensets(st.sampled_from(["ring", "bangle", "leather"])),
    least=amounts,
    most=amounts,
).filter(lambda wish: wish.least is None or wish.most is None or wish.least <= wish.most)


class TestTheRule:
    def test_ready_pieces_come_first_then_those_that_use_the_budget_best_then_the_houses_order(self):
        made, ready, dear, cheap = card(1, 900, reason=Reason.MADE_TO_ORDER), card(2, 300), card(3, 900), card(4, 100)
        assert ids(finder.fitting([made, ready, dear, cheap], Wish(most=Decimal(1000)))) == [3, 2, 4, 1]
        assert ids(finder.fitting([cheap, made, dear, ready], Wish())) == [2, 3, 4, 1]

    def test_what_cannot_be_given_is_not_offered(self):
        cards = [card(1, None), card(2, 5, reason=Reason.SOLD_OUT), card(3, 5, reason=Reason.CLOSED), card(4, 5)]
        assert ids(finder.fitting(cards, Wish())) == [4]

    def test_occasion_person_and_budget_narrow_together(self):
        cards = [card(1, 100), card(2, 200, "bangle"), card(3, 300), card(4, 400)]
        wish = Wish(frozenset({1, 2, 3}), frozenset({"ring"}), Decimal(200), Decimal(300))
        assert ids(finder.fitting(cards, wish)) == [3]

    def test_a_piece_answers_a_budget_by_one_of_its_variants(self):
        (found,) = finder.fitting([card(1, [100, 300])], Wish(least=Decimal(200), most=Decimal(400)))
        assert found.price == 300 and found.is_narrowed
        between = finder.loosened([card(1, [100, 300])], Wish(least=Decimal(150), most=Decimal(250)))
        assert (between.what, between.nearest, between.count) == ("most", 300, 1)

    def test_the_nearest_price_outside_the_budget_is_named(self):
        cards = [card(1, 350), card(2, 1520), card(3, 1750)]
        above = finder.loosened(cards, Wish(most=Decimal(300)))
        assert (above.what, above.nearest, above.count, above.wish.most) == ("most", 350, 1, 350)
        below = finder.loosened(cards, Wish(least=Decimal(2000)))
        assert (below.what, below.nearest, below.count, below.wish.least) == ("least", 1750, 1, 1750)
        between = finder.loosened(cards, Wish(least=Decimal(500), most=Decimal(1500)))
        assert (between.what, between.nearest) == ("most", 1520)

    def test_one_thing_is_given_up_at_a_time(self):
        cards = [card(1, 100, "ring"), card(2, 200, "leather")]
        assert finder.loosened(cards, Wish(frozenset({1}), frozenset({"leather"}))).what == "kinds"
        assert finder.loosened(cards, Wish(frozenset(), frozenset({"leather"}))).what == "pieces"
        assert finder.loosened(cards, Wish(frozenset(), frozenset({"bangle"}))).what == "all"
        assert finder.loosened([], Wish()) is None

    @given(some_cards, wishes)
    def test_what_is_offered_instead_is_really_found(self, cards, wish):
        instead = finder.loosened(cards, wish)
        if finder.fitting(cards, wish):
            return
        assert (instead is None) == (not finder.fitting(cards, Wish()))
        if instead:
            assert len(finder.fitting(cards, instead.wish)) == instead.count > 0

    @given(some_cards)
    def test_offered_budgets_leave_no_gift_out_and_none_of_them_is_empty(self, cards):
        budgets = finder.ranges(cards)
        assert len(budgets) != 1
        found = [ids(finder.fitting(cards, Wish(least=least, most=most))) for least, most in budgets]
        assert all(found)
        if budgets:
            assert {pk for row in found for pk in row} == set(ids(finder.fitting(cards, Wish())))
            assert budgets[0][0] is None and budgets[-1][1] is None
            assert all(before[1] == after[0] for before, after in zip(budgets, budgets[1:], strict=False))

    @given(st.integers(1, 10**9))
    def test_a_round_amount_is_near_and_short(self, amount):
        near = finder.rounded(Decimal(amount))
        assert abs(near - amount) <= Decimal(amount) / 3 and len(str(near).rstrip("0")) <= 2


@pytest.fixture
def fresh():
    every_occasion.forget()
    vocabulary.words.forget()
    yield
    every_occasion.forget()
    vocabulary.words.forget()


def page(client, query: str = "", place: str = "eu/en") -> str:
    answer = client.get(f"/{place}/gifts/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def pieces(html: str) -> list[str]:
    return re.findall(r'<h3><a href="/\w+/[\w-]+/pieces/([\w-]+)/["?]', html)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main")[1].split("</main>")[0]))


@pytest.mark.django_db
@pytest.mark.usefixtures("house", "fresh")
class TestThePage:
    def test_occasion_person_and_budget_stay_in_the_address_and_in_the_form(self, client):
        html = page(client, "?occasion=birthday&for=colleague&from=100&to=1000")
        assert pieces(html) == ["festoon-card-case"] and "1 piece<" in html
        assert re.search(r'value="birthday" selected', html) and re.search(r'value="colleague" selected', html)
        assert 'name="from" inputmode="numeric" maxlength="20" value="100"' in html
        assert 'href="/eu/fr/gifts/?occasion=birthday&amp;for=colleague&amp;from=100&amp;to=1000"' in html

    def test_an_occasion_shows_its_pieces_its_line_and_its_day(self, client, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 3, 1, tzinfo=UTC))
        html = page(client, "?occasion=qixi")
        assert set(pieces(html)) == {"filament-pendant", "arc-bangle-small-diamonds", "halo-band", "arc-bangle"}
        assert "8 August 2027" in html and "4 pieces" in html
        assert "2027年8月8日（农历七月初七）" in page(client, "?occasion=qixi", "cn/zh-hans")
        assert "25 December" in page(client, "?occasion=christmas")
        assert "12月25日" in page(client, "?occasion=christmas", "cn/zh-hans")
        assert "25 décembre" in page(client, "?occasion=christmas", "eu/fr")

    @pytest.mark.parametrize("slug", ["birth", "wedding", "qixi", "birthday", "thanks", "for-oneself"])
    @pytest.mark.parametrize("place", ["cn/zh-hans", "eu/fr", "us/en"])
    def test_every_occasion_of_the_house_has_gifts_in_every_region(self, client, slug, place):
        assert pieces(page(client, f"?occasion={slug}", place))

    def test_what_is_sold_out_is_not_offered_as_a_gift(self, client):
        assert "arc-bangle" in pieces(page(client))
        Unit.objects.filter(variant__parent__slug="arc-bangle").delete()
        assert "arc-bangle" not in pieces(page(client))

    def test_offered_budgets_are_links_that_find_something_in_the_regions_currency(self, client):
        for place, sign in (("cn/zh-hans", "¥"), ("us/en", "$"), ("eu/fr", "€")):
            html = page(client, "?occasion=birthday", place)
            found = re.findall(r'<a class="choice-link" href="(\?[^"]+)"', html)
            assert len(found) >= 2 and sign in text(html)
            for address in found:
                address = address.replace("&amp;", "&")
                assert "occasion=birthday" in address
                shown = page(client, address, place)
                assert pieces(shown) and 'aria-current="true"' in shown.split("<main")[1]

    def test_a_budget_below_everything_names_the_nearest_and_leads_to_it(self, client):
        html = page(client, "?occasion=wedding&to=500")
        assert pieces(html) == [] and "Nothing below €500; the nearest begins at €1,750." in text(html)
        address = re.search(r'<a class="button" href="(\?[^"]+)">Show 1 piece<', html).group(1).replace("&amp;", "&")
        assert "occasion=wedding" in address and pieces(page(client, address)) == ["halo-band"]

    def test_a_budget_above_everything_or_in_a_gap_is_answered_too(self, client):
        assert "Nothing above €20,000; the nearest costs €10,200." in text(page(client, "?from=20000"))
        assert "Nothing from €2,000 to €5,000; the nearest costs" in text(page(client, "?from=2000&to=5000&occasion=thanks"))

    def test_when_nobody_of_this_kind_has_a_gift_the_rest_is_offered(self, client):
        html = page(client, "?occasion=wedding&for=colleague")
        assert "there is more when it may be for anybody" in html and 'href="?occasion=wedding">Show 3 pieces<' in html

    @pytest.mark.parametrize("typed", ["abc", "-5", "NaN", "1e999", "٣x", "9" * 40])
    def test_an_amount_that_is_none_gets_a_sentence_and_is_kept(self, client, typed):
        html = page(client, f"?from={typed}&to=1000")
        assert "Please write an amount in figures" in html and f'value="{typed[:20]}"' in html and pieces(html)

    def test_amounts_the_wrong_way_round_get_a_sentence(self, client):
        html = page(client, "?from=2000&to=100")
        assert "The first amount is above the second" in html and 'value="2000"' in html and len(pieces(html)) > 3

    @pytest.mark.parametrize(
        "query", ["?occasion=nothing", "?for=nobody", "?occasion=%00", "?page=zzz", "?occasion=%27%3B--&for=%F0%9F%99%82"]
    )
    def test_what_the_house_does_not_know_is_not_asked_for(self, client, query):
        answer = client.get(f"/eu/en/gifts/{query}")
        assert answer.status_code == (400 if "%00" in query else 200)
        if answer.status_code == 200:
            assert len(pieces(answer.content.decode())) > 5

    def test_more_than_a_page_is_leafed_through_with_its_question(self, client):
        copies(0, 30)
        html = page(client, "?to=200")
        assert len(pieces(html)) == 24 and 'href="?to=200&amp;page=2"' in html
        assert len(pieces(page(client, "?to=200&page=2"))) == 6

    def test_prices_of_one_region_do_not_stand_in_another(self, client):
        variant = makers.variant("festoon-card-case", metal="garnet")
        for other in variant.parent.children.all():
            Price.objects.create(variant=other, region_id="us", amount=99999, starts_at=timezone.now())
        assert "festoon-card-case" in pieces(page(client, "?to=500"))
        assert "festoon-card-case" not in pieces(page(client, "?to=500", "us/en"))

    def test_it_asks_few_queries_and_more_rows_ask_no_more(self, client):
        few = queries(lambda: page(client, "?occasion=birthday&to=9000"))
        assert few <= 8
        copies(0, 20)
        every = Occasion.objects.get(slug="birthday")
        every.pieces.add(*Product.objects.filter(slug__startswith="copy", parent=None))
        for n in range(10):
            Occasion.objects.create(slug=f"day-{n}", name=f"Day {n}", position=n)
        every_occasion.forget()
        assert queries(lambda: page(client, "?occasion=birthday&to=9000")) <= few

    def test_a_hidden_occasion_is_nowhere(self, client):
        Occasion.objects.filter(slug="qixi").update(is_public=False)
        every_occasion.forget()
        html = page(client, "?occasion=qixi").split('id="occasion"')[1].split("</select>")[0]
        assert "wedding" in html
        assert 'value="qixi"' not in html and ">Qixi<" not in html

    def test_bottom_bar_footer_and_sitemap_lead_to_it(self, client):
        html = client.get("/eu/en/").content.decode()
        bottom = html.split('<nav class="bottom"')[1].split("</nav>")[0]
        assert re.findall(r">([\w ]+)</a>", bottom) == ["Home", "Pieces", "Gifts", "Mine"]
        assert 'href="/eu/en/gifts/"' in html.split("<footer")[1]
        sitemap = client.get("/sitemap.xml").content.decode()
        assert "/cn/zh-hans/gifts/" in sitemap and "/eu/fr/search/" in sitemap


@pytest.mark.django_db
@pytest.mark.usefixtures("house", "fresh")
class TestOccasions:
    def test_the_file_opens_them_once_and_leaves_alone_what_staff_changed(self):
        from django.core.management import call_command

        found = Occasion.objects.get(slug="qixi")
        found.name_fr = "La fête des amoureux"
        found.save()
        found.pieces.clear()
        before = Occasion.objects.count()
        call_command("open_house")
        found.refresh_from_db()
        assert (Occasion.objects.count(), found.name_fr, found.pieces.count()) == (before, "La fête des amoureux", 0)
        call_command("open_house", overwrite=True)
        found.refresh_from_db()
        assert found.name_fr == "Qixi" and found.pieces.count() == 4
        assert found.name_zh_hans == "七夕" and found.feast.code == "qixi"

    def test_a_merchandiser_opens_an_occasion_and_search_and_finder_know_it(self, client):
        from django.contrib.auth.models import Group

        user = makers.User.objects.create_user("m@house.example", is_staff=True)
        user.groups.add(Group.objects.get(name="Merchandiser"))
        client.force_login(user)
        piece = Product.objects.get(slug="halo-band")
        form = {"name": "Graduation", "name_en": "Graduation", "name_zh_hans": "毕业", "name_fr": "Diplôme", "slug": "graduation"}
        form |= {
            "position": 9,
            "is_public": "on",
            "pieces": [piece.pk],
            "feast": "",
            "line": "",
            "publish_at_0": "",
            "publish_at_1": "",
            "withdraw_at_0": "",
            "withdraw_at_1": "",
        }
        url = reverse("admin:catalogue_occasion_add")
        refused = client.post(url, form | WRONG_WAY_ROUND)
        assert refused.status_code == 200 and "Please choose a moment after the one" in refused.content.decode()
        assert client.post(url, form | {"feast": Feast.objects.get(code="valentine").pk}).status_code == 302
        assert "graduation" not in page(client)
        second = makers.User.objects.create_user("second@house.example", is_staff=True)
        proposing.approve(Proposal.objects.get().pk, by_id=second.pk, now=timezone.now())
        assert "14 February" in page(client, "?occasion=graduation")
        assert pieces(page(client, "?occasion=graduation")) == ["halo-band"]
        for asked in ("graduation", "毕业", "diplome"):
            assert "halo-band" in client.get("/eu/en/search/", {"q": asked}).content.decode().split("<main")[1]
        variants = client.get(url).content.decode().split('id="id_pieces"')[1].split("</select>")[0]
        assert variants.count("<option") == Product.objects.filter(parent=None).count()
        made = Occasion.objects.get(slug="graduation")
        assert client.post(reverse("admin:catalogue_occasion_delete", args=[made.pk]), {"post": "yes"}).status_code == 302
        assert pieces(client.get("/eu/en/search/", {"q": "graduation"}).content.decode()) == []


def test_a_wish_without_a_budget_keeps_its_occasion():
    wish = Wish(frozenset({1}), least=Decimal(1))
    assert replace(wish, least=None).pieces == {1}

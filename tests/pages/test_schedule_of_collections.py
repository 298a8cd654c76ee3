"""Collections, launches, occasions and sections that come and go by schedule: shown on every page or on none."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from catalog.models import Category, Occasion, Product, Tile
from catalog.search import indexing
from catalog.search.models import Entry
from catalog.showing import collections, every_collection, every_occasion, occasions
from flagship.stage.models import Section
from services.foundation.scheduling import is_shown, shown_at, turns_at
from services.launches.models import Launch
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
HOUR = timedelta(hours=1)
WAYS = {
    "not yet": lambda now: {"publish_at": now + HOUR},
    "withdrawn": lambda now: {"withdraw_at": now - HOUR},
    "not public": lambda now: {"is_public": False},
}


@pytest.fixture(params=WAYS)
def hidden(request):
    """The three ways in which something is not shown."""
    return WAYS[request.param](timezone.now())


def hide(model, slug: str, how: dict) -> None:
    """Change a row as staff do, and have it known."""
    found = model.objects.get(slug=slug)
    for name, value in how.items():
        setattr(found, name, value)
    found.save()
    every_collection.forget()
    every_occasion.forget()
    indexing.index_all()


def seen(client, page: str) -> str:
    return client.get(f"/eu/en/{page}").content.decode()


class TestCollections:
    @pytest.mark.parametrize("page", ["", "pieces/", "search/", "search/suggest/?q=halo", "pieces/halo-ring/", "bag/"])
    def test_a_hidden_collection_stands_on_no_page(self, client, hidden, page):
        assert "/collections/halo/" in seen(client, page) or page == "search/suggest/?q=halo"
        hide(Category, "halo", hidden)
        assert "/collections/halo/" not in seen(client, page)

    def test_it_has_no_page_and_no_place_in_the_sitemap_but_its_pieces_have(self, client, hidden):
        hide(Category, "halo", hidden)
        answer = client.get("/eu/en/collections/halo/")
        assert answer.status_code == 404 and 'href="/eu/en/pieces/"' in answer.content.decode()
        sitemap = client.get("/sitemap.xml").content.decode()
        assert "/collections/halo/" not in sitemap and "/pieces/halo-ring/" in sitemap
        assert client.get("/eu/en/pieces/halo-ring/").status_code == 200

    def test_a_tile_and_a_link_of_the_home_page_lead_to_no_hidden_collection(self, client, hidden):
        tile = Tile.objects.filter(among=None)[0]
        tile.to_page, tile.to_piece, tile.to_collection = "", None, Category.objects.get(slug="halo")
        tile.save()
        words = {"target": "collections/halo/", "button_en": "See halo", "title_en": "A section with a link"}
        Section.objects.create(code="x", kind="words", position=1, **words)
        assert tile.headline in seen(client, "pieces/") and "See halo" in seen(client, "")
        hide(Category, "halo", hidden)
        assert tile.headline not in seen(client, "pieces/")
        home = seen(client, "")
        assert "A section with a link" in home and "See halo" not in home

    def test_no_piece_is_found_by_the_name_of_a_collection_that_is_not_shown(self, client, hidden):
        found = Category.objects.get(slug="halo")
        found.name_en = "Aurora"
        found.save()
        indexing.index_all()
        assert "/pieces/halo-ring/" in seen(client, "search/?q=aurora").split("<main")[1]
        hide(Category, "halo", hidden)
        assert "/pieces/halo-ring/" not in seen(client, "search/?q=aurora").split("<main")[1]
        assert "/pieces/halo-ring/" in seen(client, "search/?q=halo").split("<main")[1]

    def test_the_index_follows_the_clock_once_and_may_be_asked_twice(self):
        now = timezone.now()
        Category.objects.filter(slug="halo").update(publish_at=now + HOUR, name_en="Aurora")
        indexing.index_all()
        ring = Entry.objects.get(piece__slug="halo-ring")
        assert "aurora" not in ring.names and ring.holds_until == now + HOUR
        assert indexing.index_what_turned(now) == 0
        Category.objects.filter(slug="halo").update(publish_at=now - HOUR)  # its moment has come
        assert indexing.index_what_turned(now + HOUR) == Product.objects.filter(categories__slug="halo").count()
        ring.refresh_from_db()
        assert "aurora" in ring.names and ring.holds_until is None
        assert indexing.index_what_turned(now + HOUR) == 0


class TestLaunches:
    SLUG, PIECE = "festoon-chain-wallet", "pieces/festoon-chain-wallet/"

    def test_a_hidden_launch_is_announced_nowhere(self, client, hidden):
        page = f"/eu/en/launches/{self.SLUG}/"
        assert client.get(page).status_code == 200
        hide(Launch, self.SLUG, hidden)
        assert client.get(page).status_code == 404
        assert "/launches/festoon-chain-wallet/" not in client.get("/sitemap.xml").content.decode()
        assert "launches/festoon-chain-wallet" not in seen(client, "")

    def test_however_little_of_it_is_shown_it_keeps_its_opening_and_its_limit(self, client, hidden):
        hide(Launch, self.SLUG, hidden)
        client.post("/eu/en/bag/add/", {"piece": self.SLUG, "metal": "garnet"})
        assert "/pieces/festoon-chain-wallet/" not in seen(client, "bag/").split("<main")[1]
        assert "Opens" in seen(client, self.PIECE)


class TestOccasions:
    @pytest.mark.parametrize("page", ["gifts/?occasion=qixi", "search/", "search/suggest/?q=qixi", ""])
    def test_a_hidden_occasion_stands_on_no_page(self, client, hidden, page):
        assert "Qixi" in seen(client, page)
        hide(Occasion, "qixi", hidden)
        found = seen(client, page)
        assert 'occasion=qixi"><span>' not in found and 'value="qixi"' not in found

    def test_no_piece_is_found_by_its_name(self, client, hidden):
        hide(Occasion, "qixi", hidden)
        assert "/pieces/halo-band/" not in seen(client, "search/?q=qixi").split("<main")[1]


@pytest.mark.parametrize("model", [Category, Occasion, Launch, Section, Product, Tile])
class TestTheRule:
    """One rule for everything that has a schedule."""

    def test_query_and_row_agree_at_every_moment(self, model):
        moment = timezone.now()
        row = model.objects.all()[0]
        model.objects.filter(pk=row.pk).update(publish_at=moment, withdraw_at=moment + HOUR, is_public=True)
        row.refresh_from_db()
        tick = timedelta(microseconds=1)
        for now, shown in ((moment - tick, False), (moment, True), (moment + HOUR - tick, True), (moment + HOUR, False)):
            assert model.objects.filter(shown_at(now), pk=row.pk).exists() is shown is is_shown(row, now)
        assert [turns_at(row, at) for at in (moment - tick, moment, moment + HOUR)] == [moment, moment + HOUR, None]

    def test_it_cannot_end_before_it_begins(self, model):
        moment, row = timezone.now(), model.objects.all()[0]
        row.publish_at = row.withdraw_at = moment
        with pytest.raises(ValidationError, match="Please choose a moment after the one"):
            row.clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(publish_at=moment, withdraw_at=moment)

    def test_staff_see_in_the_list_what_is_shown_and_filter_by_it(self, model, admin_client):
        moment, row = timezone.now(), model.objects.all()[0]
        here = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        theirs = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk])
        form = admin_client.get(theirs).content.decode()
        assert 'name="publish_at_0"' in form and 'name="withdraw_at_1"' in form
        for state, words, way in (
            ({"publish_at": moment + HOUR}, "From ", "later"),
            ({"publish_at": moment - HOUR, "withdraw_at": moment + HOUR}, "Shown now, until ", "now"),
            ({"withdraw_at": moment - HOUR}, "Withdrawn", "withdrawn"),
            ({"is_public": False}, "Not public", "never"),
        ):
            model.objects.filter(pk=row.pk).update(**({"publish_at": None, "withdraw_at": None, "is_public": True} | state))
            listed = {
                key: admin_client.get(here, {"shown": key}).content.decode() for key in ("now", "later", "withdrawn", "never")
            }
            assert [key for key, html in listed.items() if theirs in html] == [way]
            assert f'field-on_show">{words}' in listed[way]


@pytest.fixture
def admin_client(client):
    user = makers.User.objects.create_superuser("all@house.example", "a long password", name="All")
    client.force_login(user)
    return client


def test_one_more_collection_or_occasion_asks_no_more_queries(client):
    from tests.pages.test_schedule import asked

    few = asked(client, "search/")
    for n in range(5):
        Occasion.objects.create(slug=f"day-{n}", name=f"Day {n}", publish_at=timezone.now() - HOUR)
        Category.add_root(name=f"C {n}", slug=f"c-{n}")
    every_occasion.forget()
    assert asked(client, "search/") <= few
    now = timezone.now()
    assert len(collections(now)) > 5 and len(occasions(now)) > 5

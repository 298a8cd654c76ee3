"""The home page, told in sections from data."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from catalog import proposing
from catalog.models import Picture, Product, Proposal
from flagship.clients.models import User
from flagship.stage.models import Kind, Section
from services.foundation.house import house as the_house
from services.launches.models import Launch
from tests.pages.test_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
TEXTS = {f"{name}_{language}": f"{name} {language}" for name in ("title", "words") for language in ("en", "zh_hans", "fr")}


def home(client, place: str = "eu/en") -> str:
    answer = client.get(f"/{place}/")
    assert answer.status_code == 200
    return answer.content.decode()


def section(kind: str = Kind.WORDS, code: str = "other", **more) -> Section:
    return Section.objects.create(code=code, kind=kind, position=500, **{**TEXTS, **more})


def test_the_demo_house_tells_its_home_in_its_order(client):
    html = home(client)
    marks = ["box/hero.", "The collections", "launch-tile", "A line, in your own words", "wooden spoon", "box/closed."]
    found = [html.index(mark) for mark in marks]
    assert found == sorted(found)
    assert html.count("<h1") == 1 and 'href="/eu/en/about/services/"' in html
    assert "arc-bangle/engraving-yellow." in html


@pytest.mark.parametrize(("place", "words"), [("cn/zh-hans", "一行字，由您写下"), ("eu/fr", "Une ligne, dans vos mots")])
def test_every_section_speaks_the_language_of_the_page(client, place, words):
    html = home(client, place)
    assert words in html and "A line, in your own words" not in html


def test_every_link_of_the_home_leads_somewhere(client):
    for place in ("cn/zh-hans", "eu/fr", "us/en"):
        for address in set(re.findall(rf'href="(/{place}/[^"#]*)"', home(client, place))):
            assert client.get(address.replace("&amp;", "&"), follow=True).status_code == 200, address


def test_a_section_is_shown_in_its_regions_only(client):
    section(regions=["cn", "us"], title_en="Only there")
    assert "Only there" in home(client, "us/en") and "Only there" in home(client, "cn/en")
    assert "Only there" not in home(client)


def test_a_section_begins_and_ends_by_the_clock_of_the_request(client, monkeypatch):
    now = timezone.now()
    section(title_en="For one day", publish_at=now + timedelta(days=2), withdraw_at=now + timedelta(days=3))
    assert "For one day" not in home(client)
    for days, seen in ((2.5, True), (3.5, False)):
        monkeypatch.setattr("flagship.middleware.timezone.now", lambda days=days: now + timedelta(days=days))
        assert ("For one day" in home(client)) is seen


def test_a_section_that_is_not_public_is_not_shown(client):
    Section.objects.filter(code="engraving").update(is_public=False)
    assert "A line, in your own words" not in home(client)


def test_without_any_section_the_house_opens_with_its_own_words(client):
    Section.objects.all().delete()
    html = home(client)
    assert "What you write, we engrave" in html and "box/hero." in html and 'href="/eu/en/pieces/"' in html
    assert html.count("<h1") == 1


def test_pieces_are_the_chosen_ones_or_the_first_of_the_house(client):
    Section.objects.exclude(code="pieces").delete()
    Section.objects.filter(code="pieces").update(how_many=3)
    first = list(Product.objects.filter(parent=None).order_by("position").values_list("slug", flat=True)[:3])

    def shown() -> list[str]:
        return re.findall(r'<h3><a href="/eu/en/pieces/([\w-]+)/"', home(client))

    assert shown() == first
    chosen = Product.objects.filter(slug__in=("festoon-card-case", "halo-ring"))
    Section.objects.get().pieces.set(chosen)
    assert shown() == ["halo-ring", "festoon-card-case"]
    chosen.update(is_public=False)
    assert "What you write, we engrave" in home(client)  # nothing is left of the section, so the house's own words stand


def test_the_launch_is_the_next_to_open_else_the_latest_open_and_never_a_closed_one(client):
    now = timezone.now()
    coming, running = Launch.objects.order_by("-opens_at")
    assert f"/launches/{coming.slug}/" in home(client) and "countdown.js" in home(client)
    Launch.objects.filter(pk=coming.pk).update(opens_at=now - timedelta(days=9))
    html = home(client)
    assert f"/launches/{running.slug}/" in html and "countdown.js" not in html
    Launch.objects.filter(pk=running.pk).update(closes_at=now)
    assert f"/launches/{coming.slug}/" in home(client)
    Section.objects.filter(code="exclusive").update(launch=running)
    assert "launch-tile" not in home(client)


def test_a_section_without_its_picture_is_left_out(client):
    section(code="a", title_en="No such scene", scene="garden")
    section(code="b", title_en="No such view", piece=Product.objects.get(slug="halo-band"), view="worn")
    section(code="c", title_en="First picture", piece=Product.objects.get(slug="halo-band"))
    html = home(client)
    assert "No such scene" not in html and "No such view" not in html
    assert "First picture" in html and Picture.objects.filter(piece__slug="halo-band")[0].stem in html


def test_a_house_without_a_scene_shows_no_section_with_it(client, monkeypatch):
    monkeypatch.setitem(the_house().__dict__, "scenes", {})
    html = home(client)
    assert "pictures/box" not in html and "The collections" in html
    assert html.count("<h1") == 1  # the tagline takes the place of the opening picture's words
    assert "pictures/box" not in client.get("/eu/en/pieces/halo-band/").content.decode()


def test_more_sections_ask_no_more_queries(client):
    few = queries(lambda: client.get("/eu/en/"))
    for n in range(6):
        again = section(Kind.PIECES, f"more-{n}")
        again.pieces.set(Product.objects.filter(parent=None)[: n + 1])
        section(Kind.WORDS, f"words-{n}", piece=Product.objects.get(slug="halo-band"))
        section(Kind.LAUNCH, f"launch-{n}")
        section(Kind.COLLECTIONS, f"collections-{n}")
    assert queries(lambda: client.get("/eu/en/")) <= few <= 12


class TestInTheAdmin:
    """Sections are told by the merchandiser and worded by copy and legal."""

    @pytest.fixture
    def merchandiser(self, client):
        user = User.objects.create_user("shop@house.example", password="x", is_staff=True)
        user.groups.add(Group.objects.get(name="Merchandiser"))
        client.force_login(user)
        return client

    FORM = {**TEXTS, "code": "new", "kind": "words", "position": "15", "how_many": "8", "is_public": "on"}

    def sent(self, client, **more):
        return client.post("/staff/stage/section/add/", {**self.FORM, **more}, headers={"Accept-Language": "en"})

    def test_a_section_is_made_and_stands_on_the_page(self, merchandiser):
        answer = self.sent(
            merchandiser, regions=["eu"], target="about/services/", button_en="A", button_zh_hans="A", button_fr="A"
        )
        assert answer.status_code == 302, answer.content.decode()
        assert Section.objects.get(code="new").regions == ["eu"]
        merchandiser.get("/staff/")  # reads the message
        assert "title en" not in home(merchandiser)
        second = User.objects.create_user("second@house.example", is_staff=True)
        proposing.approve(Proposal.objects.get().pk, by_id=second.pk, now=timezone.now())
        assert "title en" in home(merchandiser) and "title en" not in home(merchandiser, "us/en")

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"title_fr": ""}, "in every language"),
            ({"title_en": "", "title_fr": "", "title_zh_hans": ""}, "needs a title"),
            ({"target": "about/nothing/", "button_en": "A", "button_zh_hans": "A", "button_fr": "A"}, "no such page"),
            ({"target": "https://other.example/", "button_en": "A", "button_zh_hans": "A", "button_fr": "A"}, "no such page"),
            ({"target": "//other.example/", "button_en": "A", "button_zh_hans": "A", "button_fr": "A"}, "no such page"),
            ({"target": "pieces/none/", "button_en": "A", "button_zh_hans": "A", "button_fr": "A"}, "no such page"),
            ({"target": "pieces/"}, "both its words"),
            ({"scene": "garden"}, "garden"),
            ({"regions": ["xx"]}, "xx"),
            (
                {
                    "publish_at_0": "2027-02-01", "publish_at_1": "10:00:00",
                    "withdraw_at_0": "2027-01-01", "withdraw_at_1": "10:00:00",
                },
                "a moment after the one",
            ),
        ],
    )  # fmt: skip
    def test_what_cannot_be_shown_is_refused_beside_its_field_and_kept(self, merchandiser, more, words):
        answer = self.sent(merchandiser, **more)
        assert answer.status_code == 200 and words in answer.content.decode()
        assert "words zh_hans" in answer.content.decode()
        assert not Section.objects.filter(code="new").exists()

    def test_the_order_is_changed_in_the_list(self, merchandiser):
        Section.objects.filter(code="gift").update(title_fr="")  # a gap elsewhere does not stand in the way
        rows = list(Section.objects.all())
        form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
        for n, row in enumerate(rows):
            form |= {f"form-{n}-id": row.pk, f"form-{n}-position": 100 - n, f"form-{n}-is_public": "on"}
        assert merchandiser.post("/staff/stage/section/", form).status_code == 302
        assert list(Section.objects.values_list("code", flat=True)) == [row.code for row in reversed(rows)]


def test_opening_the_house_again_keeps_what_staff_told_unless_the_files_are_to_win():
    Section.objects.filter(code="gift").update(title_en="As staff wrote it", position=3)
    Section.objects.filter(code="hero").delete()
    call_command("open_house")
    assert Section.objects.get(code="gift").title_en == "As staff wrote it"
    assert Section.objects.get(code="hero").title_fr.startswith("Ce que vous écrivez")
    call_command("open_house", overwrite=True)
    assert Section.objects.get(code="gift").title_en == "Given, and never priced"


def test_the_homes_texts_are_complete_in_the_files():
    from flagship.opening import read

    rows = read(Path(settings.HOUSE)).raw["home"]
    assert [row["code"] for row in rows] == list(Section.objects.values_list("code", flat=True))
    assert all(row.problems() == {} for row in Section.objects.all())

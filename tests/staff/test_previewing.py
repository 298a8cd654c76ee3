"""Previewing drafts and proposals: seen by the one who may, by nobody else, and without any trace."""

import re
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog import proposing
from catalog.models import Category, LastRead, Metal, Occasion, Picture, Product, Proposal, ProposalState, Tile
from catalog.partner.models import Price
from catalog.search.models import Entry
from catalog.showing import every_collection, every_occasion
from checkout.basket.models import Basket, Line
from flagship.stage.models import Section
from services.delivery.models import Feast
from services.engraving.models import Zone
from services.foundation.outbox.models import Job
from services.foundation.regions.models import Region
from services.foundation.units.models import Hold
from services.launches.models import Launch
from tests import makers
from tests.makers import variant

house = pytest.mark.usefixtures("house")
pytestmark = [pytest.mark.django_db, house]
SLUG = "halo-band"
PIECE = f"/eu/en/pieces/{SLUG}/"
DESK = "/staff/preview/"


def enter(client, *included: str, region: str = "eu", language: str = "en", moment=None, proposal: int | str = ""):
    form = {"region": region, "language": language, "drafts": included, "proposal": proposal, "moment_0": "", "moment_1": ""}
    if moment:
        form |= {"moment_0": f"{moment:%Y-%m-%d}", "moment_1": f"{moment:%H:%M}"}
    return client.post(DESK, form)


def texts(**wished) -> Proposal:
    """A change of the halo band's texts, proposed by somebody."""
    by = makers.User.objects.create_user("proposer@house.example", is_staff=True)
    return proposing.propose_texts(Product.objects.get(slug=SLUG), wished, by_id=by.pk, now=timezone.now())


def of_any_kind(name: str) -> tuple[Proposal, str, str]:
    """A proposal about something, the page to which its preview leads, and what is read there."""
    by, now = makers.User.objects.create_user("proposer@house.example", is_staff=True).pk, timezone.now()

    def texts_of(row, **wished) -> Proposal:
        return proposing.propose_texts(row, wished, by_id=by, now=now)

    if name == "launch":
        found = Launch.objects.get(slug="festoon-chain-wallet")
        return texts_of(found, story_en="It opens unseen"), "/eu/en/launches/festoon-chain-wallet/", "It opens unseen"
    if name == "collection":
        return texts_of(Category.objects.get(slug="halo"), name_en="Unseen"), "/eu/en/collections/halo/", "Unseen"
    if name == "section":
        return texts_of(Section.objects.get(code="hero"), title_en="Unseen words"), "/eu/en/", "Unseen words"
    if name == "metal":
        return texts_of(Metal.objects.get(pk="yellow"), name_en="Unseen gold"), "/eu/en/pieces/", "Unseen gold"
    if name == "region":
        return texts_of(Region.objects.get(pk="eu"), name_en="Unseen region"), "/eu/en/", "Unseen region"
    if name == "zone":
        return texts_of(Zone.objects.filter(piece__slug=SLUG).first(), name_en="Unseen zone"), PIECE, ""
    if name == "occasion":
        wished = {"feast": Feast.objects.get(code="valentine").pk}
        return texts_of(Occasion.objects.get(slug="birth"), **wished), "/eu/en/gifts/?occasion=birth", "14 February"
    if name == "publication":
        found = Occasion.objects.create(name_en="Unseen", slug="graduation", is_public=False)
        return proposing.propose_public(found, by_id=by, now=now), "/eu/en/gifts/?occasion=graduation", ">Unseen</option>"
    made = Metal(code="bronze", name_en="Unseen bronze", name_fr="Bronze", name_zh_hans="青铜", position=9)
    return proposing.propose_new(made, [], by_id=by, now=now), "/eu/en/pieces/", ""


def price(amount: int, *, starts_at=None) -> Proposal:
    by = makers.User.objects.create_user("proposer@house.example", is_staff=True)
    found, now = variant(size="52"), timezone.now()
    eu = Region.objects.get(pk="eu")
    return proposing.propose_price(
        found, eu, amount=Decimal(amount), starts_at=starts_at or now, is_reduction=False, by_id=by.pk, now=now
    )


def draft(kind: str) -> tuple[str, str, str]:
    """Something that is not public: its key, its page, and what is read there."""
    every_collection.forget()
    every_occasion.forget()
    if kind == "piece":
        Product.objects.filter(slug=SLUG).update(is_public=False)
        return f"piece:{Product.objects.get(slug=SLUG).pk}", PIECE, "Halo band"
    if kind == "collection":
        found = Category.add_root(name="Aurora", slug="aurora", is_public=False)
        return f"collection:{found.pk}", "/eu/en/collections/aurora/", "Aurora"
    if kind == "launch":
        Launch.objects.filter(slug="festoon-chain-wallet").update(is_public=False)
        found = Launch.objects.get(slug="festoon-chain-wallet")
        return f"launch:{found.pk}", "/eu/en/launches/festoon-chain-wallet/", "Festoon chain wallet"
    if kind == "occasion":
        found = Occasion.objects.create(name="Graduation", slug="graduation", is_public=False)
        return f"occasion:{found.pk}", "/eu/en/gifts/?occasion=graduation", ">Graduation</option>"
    if kind == "section":
        found = Section.objects.create(code="x", kind="quote", title_en="Nobody knows this yet", position=1, is_public=False)
        return f"section:{found.pk}", "/eu/en/", "Nobody knows this yet"
    found = Tile.objects.create(
        code="x",
        headline="Unseen tile",
        link_label="x",
        picture=Picture.objects.first(),
        to_page="care",
        after=1,
        is_public=False,
    )
    return f"tile:{found.pk}", "/eu/en/pieces/", "Unseen tile"


def reads(client, page: str, words: str) -> bool:
    answer = client.get(page)
    main = answer.content.decode().split("<main")[-1]
    return answer.status_code == 200 and words in main


@pytest.mark.parametrize("kind", ["piece", "collection", "launch", "occasion", "section", "tile"])
class TestDrafts:
    def test_it_is_seen_by_whoever_includes_it_and_by_nobody_else(self, staff, kind):
        client = staff("Merchandiser")
        makers.User.objects.update(is_superuser=True)  # may look at all six rooms
        key, page, words = draft(kind)
        assert not reads(client, page, words)
        assert enter(client, key)["Location"] == page
        answer = client.get(page)
        html = answer.content.decode()
        assert reads(client, page, words) and answer["Cache-Control"] == "no-store, private"
        assert words.strip("><").split("<")[0] in html.split('class="preview-bar"')[1].split("</aside>")[0]
        # The same process, the same moment: what it remembered is not for others.
        stranger = Client()
        assert not reads(stranger, page, words)
        for everywhere in ("/eu/en/", "/eu/en/search/", "/sitemap.xml", "/eu/en/search/suggest/?q=aurora"):
            assert "urora" not in stranger.get(everywhere).content.decode()
        client.post("/eu/en/preview/leave/")
        assert not reads(client, page, words)

    def test_its_own_page_behind_the_shop_leads_to_it(self, staff, kind):
        client = staff("Merchandiser")
        makers.User.objects.update(is_superuser=True)
        key, _page, _words = draft(kind)
        form = client.get(f"{DESK}?include={key}").content.decode()
        assert f'value="{key}"' in form and "checked" in form.split(f'value="{key}"')[1].split(">")[0]
        models = {
            "piece": Product,
            "collection": Category,
            "launch": Launch,
            "occasion": Occasion,
            "section": Section,
            "tile": Tile,
        }
        meta, pk = models[kind]._meta, key.split(":")[1]
        theirs = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])).content.decode()
        assert f"{DESK}?include={kind}%3A{pk}" in theirs

    def test_whoever_may_not_view_it_behind_the_shop_may_not_include_it(self, staff, kind):
        client = staff("Engraver")
        makers.User.objects.get(name="Engraver").user_permissions.add(Permission.objects.get(codename="preview_house"))
        key, page, words = draft(kind)
        refused = enter(client, key)
        assert "preview" not in client.session and (refused.status_code == 422 or refused["Location"] == "/eu/en/")
        session = client.session  # even if it stood in his session
        session["preview"] = {"moment": None, "drafts": [key], "proposal": None}
        session.save()
        assert not reads(client, page, words)


class TestLeaks:
    def test_a_preview_in_the_session_of_somebody_who_is_no_staff_shows_nothing(self, client):
        key, page, words = draft("piece")
        found = texts(title_en="A secret title")
        for user in (None, makers.client_of("anna")):
            if user:
                client.force_login(user)
            session = client.session
            session["preview"] = {"moment": None, "drafts": [key], "proposal": found.pk}
            session.save()
            answer = client.get(page)
            assert answer.status_code == 404 and "preview-bar" not in answer.content.decode()
            assert "no-store" not in answer.get("Cache-Control", "")
            assert client.get(f"/staff/preview/?include={key}&proposal={found.pk}").status_code == 302  # to the staff's door

    def test_no_address_opens_a_preview(self, client):
        key, page, _words = draft("piece")
        for query in (f"?include={key}", f"?drafts={key}", "?preview=1", f"?proposal={texts(title_en='x').pk}"):
            assert client.get(page + query).status_code == 404

    def test_staff_without_the_permission_are_refused_at_the_desk_and_in_the_shop(self, staff):
        client = staff("Engraver")
        key, page, _words = draft("piece")
        found = texts(title_en="A secret title")
        assert client.get(f"{DESK}?include={key}").status_code == 403 and enter(client, key).status_code == 403
        session = client.session
        session["preview"] = {"moment": None, "drafts": [key], "proposal": found.pk}
        session.save()
        assert client.get(page).status_code == 404

    def test_who_may_preview_but_not_see_proposals_sees_none(self, staff):
        client = staff("Launch manager")
        Permission.objects.get(codename="view_proposal").group_set.clear()
        found = texts(title_en="A secret title")
        assert "A secret title" not in client.get(f"{DESK}?proposal={found.pk}").content.decode()
        assert enter(client, proposal=found.pk).status_code == 422
        session = client.session
        session["preview"] = {"moment": None, "drafts": [], "proposal": found.pk}
        session.save()
        html = client.get(PIECE).content.decode()
        assert "preview-bar" in html and "A secret title" not in html

    def test_nothing_of_it_stays(self, staff):
        client = staff("Copy and legal")
        found = texts(title_en="A secret title")
        before = [list(model.objects.order_by("pk").values()) for model in (Product, Price, Entry, Proposal, Basket)]
        enter(client, proposal=found.pk)
        for page in ("", "pieces/", f"pieces/{SLUG}/", "search/?q=secret", "bag/", "checkout/", "sitemap.xml", "nothing/"):
            client.get(f"/eu/en/{page}")
        assert [list(model.objects.order_by("pk").values()) for model in (Product, Price, Entry, Proposal, Basket)] == before
        assert not connection.needs_rollback

    def test_every_answer_of_a_preview_is_kept_by_nobody(self, staff):
        client = staff("Merchandiser")
        enter(client, draft("piece")[0])
        pages = (
            "",
            f"pieces/{SLUG}/",
            "search/suggest/?q=halo",
            "nothing/",
            f"pieces/{SLUG}/engrave/preview.svg?inscription=A&face=roman",
        )
        for page in pages:
            answer = client.get(f"/eu/en/{page}")
            assert answer["Cache-Control"] == "no-store, private" and answer["X-Robots-Tag"] == "noindex", page

    def test_a_draft_can_be_looked_at_and_not_be_bought(self, staff):
        client = staff("Merchandiser")
        key, page, _words = draft("piece")
        enter(client, key)
        assert "Add to bag" in client.get(page).content.decode()
        form = {"piece": SLUG, "metal": "yellow", "size": "52"}
        assert client.post("/eu/en/bag/add/", form).status_code == 403
        assert client.post("/eu/en/wishes/keep/", form).status_code == 403
        assert not Line.objects.exists() and not Hold.objects.exists()
        client.post("/eu/en/preview/leave/")
        client.post("/eu/en/bag/add/", form)
        assert not Line.objects.exists()

    def test_a_bag_looked_at_in_another_region_stays_where_it_is(self, staff):
        client = staff("Merchandiser")
        client.post("/eu/en/bag/add/", {"piece": SLUG, "metal": "yellow", "size": "52"})
        before = Basket.objects.get().region_code
        enter(client, region="cn", language="zh-hans", moment=timezone.now() + timedelta(days=2))
        assert client.get("/cn/zh-hans/bag/").status_code == 200
        assert Basket.objects.get().region_code == before == "eu"


class TestProposals:
    def test_changed_texts_are_seen_on_every_page_and_found_by(self, staff):
        client = staff("Copy and legal")
        found = texts(title_en="Zephyr band", title_fr="Alliance Zéphyr")
        page = client.get(reverse("admin:catalogue_proposal_change", args=[found.pk])).content.decode()
        assert f"{DESK}?proposal={found.pk}" in page and "See this change as a client" in page
        desk = client.get(f"{DESK}?proposal={found.pk}").content.decode()
        assert "as if it were approved" in desk and f'name="proposal" value="{found.pk}"' in desk
        assert enter(client, proposal=found.pk)["Location"] == PIECE
        for where in (PIECE, "/eu/en/pieces/", "/eu/en/search/?q=zephyr"):
            assert "Zephyr band" in client.get(where).content.decode().split("<main")[1], where
        assert '"name": "Zephyr band"' in client.get(PIECE).content.decode()
        assert "Alliance Zéphyr" in client.get("/eu/fr/pieces/").content.decode()
        stranger = Client()
        for where in (PIECE, "/eu/en/pieces/", "/eu/en/search/?q=zephyr"):
            assert "Zephyr band" not in stranger.get(where).content.decode()
        back = client.post("/eu/en/preview/leave/")
        assert back["Location"] == reverse("admin:catalogue_proposal_change", args=[found.pk])
        found.refresh_from_db()
        assert found.state == ProposalState.WAITING and proposing.approve(
            found.pk, by_id=makers.User.objects.get(name="Copy and legal").pk, now=timezone.now()
        )

    @pytest.mark.parametrize(
        "name", ["launch", "collection", "section", "metal", "region", "zone", "occasion", "publication", "new entry"]
    )
    def test_a_proposal_of_any_kind_is_seen_and_leaves_no_trace(self, staff, name):
        client = staff("Copy and legal")
        found, page, words = of_any_kind(name)
        traces = (Proposal, LastRead, LogEntry, Job, Metal, Category, Launch, Occasion, Section, Region, Zone)
        before = [list(model.objects.order_by("pk").values()) for model in traces]
        assert client.get(f"{DESK}?proposal={found.pk}").status_code == 200
        assert enter(client, proposal=found.pk)["Location"] == page
        html = client.get(page).content.decode()
        assert "The proposal cannot be shown." not in html and words in html and str(found) in html
        assert not words or words not in Client().get(page).content.decode()
        assert [list(model.objects.order_by("pk").values()) for model in traces] == before

    def test_what_becomes_public_by_its_moment_is_seen_at_that_moment(self, staff):
        client = staff("Copy and legal")
        coming = timezone.now() + timedelta(days=20)
        row = Occasion.objects.create(name_en="Unseen", slug="graduation", is_public=False, publish_at=coming)
        by = makers.User.objects.create_user("proposer@house.example", is_staff=True)
        found = proposing.propose_public(row, by_id=by.pk, now=timezone.now())
        desk = client.get(f"{DESK}?proposal={found.pk}").content.decode()
        region = Region.objects.get(pk=re.search(r'<option value="(\w+)" selected', desk)[1])
        day = (coming + timedelta(seconds=59)).astimezone(region.time_zone).date()
        assert f'name="moment_0" value="{day}"' in desk
        page = "/eu/en/gifts/?occasion=graduation"
        enter(client, proposal=found.pk)
        assert "Unseen</option>" not in client.get(page).content.decode()
        enter(client, proposal=found.pk, moment=coming + timedelta(days=1))
        assert "Unseen</option>" in client.get(page).content.decode()

    def test_a_publication_is_seen_even_with_its_draft(self, staff):
        client = staff("Merchandiser")
        found, page, words = of_any_kind("publication")
        enter(client, f"occasion:{found.object_id}", proposal=found.pk)
        html = client.get(page).content.decode()
        assert words in html and "The proposal cannot be shown." not in html

    def test_a_price_is_seen_with_its_variant_in_its_region_from_its_moment_on(self, staff):
        client = staff("House manager")
        found = price(1234)
        assert enter(client, proposal=found.pk)["Location"] == f"{PIECE}?metal=yellow&size=52"
        assert "€1,234" in client.get(f"{PIECE}?metal=yellow&size=52").content.decode()
        assert "1,234" not in client.get(f"/us/en/pieces/{SLUG}/?metal=yellow&size=52").content.decode()
        assert "€1,234" not in Client().get(f"{PIECE}?metal=yellow&size=52").content.decode()

    def test_a_price_of_the_future_is_seen_in_the_future(self, staff):
        client = staff("House manager")
        coming = timezone.now() + timedelta(days=20)
        found = price(1234, starts_at=coming)
        desk = client.get(f"{DESK}?proposal={found.pk}").content.decode()
        day = (coming + timedelta(seconds=59)).astimezone(Region.objects.get(pk="eu").time_zone).date()
        assert f'name="moment_0" value="{day}"' in desk
        shown = f"{PIECE}?metal=yellow&size=52"
        enter(client, proposal=found.pk)
        assert "€1,234" not in client.get(shown).content.decode()
        enter(client, proposal=found.pk, moment=coming + timedelta(days=1))
        assert "€1,234" in client.get(shown).content.decode()

    @pytest.mark.parametrize("how", ["decided", "overtaken", "gone"])
    def test_what_can_no_longer_be_approved_is_said_in_the_bar(self, staff, how):
        client = staff("Copy and legal")
        found = texts(title_en="Zephyr band")
        enter(client, proposal=found.pk)
        if how == "decided":
            proposing.take_back(found.pk, by_id=found.by_id, now=timezone.now())
        elif how == "overtaken":
            Product.objects.filter(slug=SLUG).update(title_en="Quite another")
        else:
            found.delete()
        html = client.get(PIECE).content.decode()
        assert "The proposal cannot be shown." in html and "Zephyr band" not in html

    def test_one_may_look_at_what_one_proposed_oneself(self, staff):
        client = staff("Merchandiser")
        found = texts(title_en="Zephyr band")
        Proposal.objects.update(by=makers.User.objects.get(name="Merchandiser"))
        enter(client, proposal=found.pk)
        assert "Zephyr band" in client.get(PIECE).content.decode()

    def test_a_proposal_of_a_piece_that_is_not_public_is_seen_with_its_draft(self, staff):
        client = staff("Merchandiser")
        found = texts(title_en="Zephyr band")
        key, page, _words = draft("piece")
        enter(client, key, proposal=found.pk)
        assert "Zephyr band" in client.get(page).content.decode()


class TestTheDesk:
    def test_a_piece_without_a_picture_cannot_be_included(self, staff):
        client = staff("Merchandiser")
        key, _page, _words = draft("piece")
        Picture.objects.filter(piece__slug=SLUG).update(is_ready=False)
        refused = enter(client, key)
        assert refused.status_code == 422 and "no picture that is ready" in refused.content.decode()

    @pytest.mark.parametrize("key", ["piece:0", "piece:x", "piece:" + "9" * 30, "user:1", "piece", "", "piece:1:2"])
    def test_what_there_is_not_is_not_included(self, staff, key):
        client = staff("Merchandiser")
        assert enter(client, key).status_code == 422
        assert client.get(DESK, {"include": key, "proposal": key}).status_code == 200

    def test_a_preview_of_an_older_kind_is_no_preview(self, staff):
        client = staff("Merchandiser")
        session = client.session
        session["preview"] = "2027-02-05T20:00:00+08:00"
        session.save()
        assert "preview-bar" not in client.get("/eu/en/").content.decode()
        assert client.post("/eu/en/preview/leave/")["Location"] == "/eu/en/"


@pytest.mark.usefixtures("committed_house")
@pytest.mark.django_db(transaction=True)
def test_another_connection_reads_what_stands_while_a_preview_is_open():
    """Really open at the same time: the page of a stranger, in a thread and a connection of its own."""
    from flagship.stage.pretending import Preview, pretended

    key, page, words = draft("collection")
    row = Category.objects.get(slug="aurora")
    seen = {}

    def stranger() -> None:
        try:
            answer = Client().get(page)
            home = Client().get("/eu/en/").content.decode()
            seen["stranger"] = (answer.status_code, words in home)
        finally:
            connection.close()

    with pretended(Preview(drafts={key: row}), now=timezone.now()):
        from catalog.showing import collections

        assert "aurora" in [found.slug for found in collections(timezone.now())]
        thread = threading.Thread(target=stranger)
        thread.start()
        thread.join(60)
    assert seen["stranger"] == (404, False)
    assert not Category.objects.get(slug="aurora").is_public
    assert "aurora" not in [found.slug for found in collections(timezone.now())]

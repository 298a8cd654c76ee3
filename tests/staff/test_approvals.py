"""Nothing that the house publishes goes round the second person: each room, and each way somebody might try."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from catalog import proposing
from catalog.differing import differing
from catalog.models import Category, ForbiddenWord, LastRead, Metal, Occasion, Picture, Product, Proposal, ProposalState, Tile
from catalog.refusals import AlreadyDecided, ForbiddenWords, Gone, NotAsItShould, Overtaken, OwnProposal, ViewsMissing
from checkout.transfers.models import BankAccount
from flagship.stage.models import Section
from services.deferred.models import EligibilityRule
from services.delivery.models import Feast, Transit
from services.engraving.models import WordRule, Zone
from services.foundation import second_person
from services.foundation.regions.models import Region, TaxRate
from services.foundation.scheduling import is_shown
from services.gifting.models import PackingOption
from services.launches.models import Launch
from tests import makers
from tests.makers import variant, work_off
from tests.staff.test_merchandising import change_url, form_of, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def boss(client):
    """A superuser: he may open every room, and is not exempt."""
    client.force_login(makers.User.objects.create_superuser("boss@house.example", "x" * 12, name="Boss"))
    return client


@pytest.fixture
def second():
    return makers.User.objects.create_user("second@house.example", is_staff=True, name="Second").pk


def approve(found: Proposal, second: int) -> Proposal:
    return proposing.approve(found.pk, by_id=second, now=timezone.now())


def the_piece() -> Product:
    return Product.objects.get(slug="halo-band", parent=None)


def send(client, thing, **changed):
    """Save a row's page with these changes; a field of None is left out, as a browser does with an empty tick."""
    url = change_url(thing)
    data = {k: v for k, v in form_of(client, url, **changed).items() if v is not None}
    answer = client.post(url, data)
    errors = answer.context and "errors" in answer.context and answer.context["errors"]
    assert answer.status_code == 302, errors
    return answer


#: A row of every room that clients read, one field of it, and what somebody would write there.
ROWS = {
    "piece": (the_piece, "story_fr", "Deux mains, un fil d’or."),
    "collection": (lambda: Category.objects.get(slug="arc"), "tagline_en", "A bow of gold"),
    "tile": (lambda: Tile.objects.first(), "headline_zh_hans", "一弯金光"),
    "section": (lambda: Section.objects.get(code="hero"), "title_en", "What you write stays"),
    "occasion": (lambda: Occasion.objects.first(), "line_fr", "Un mot gravé"),
    "metal": (lambda: Metal.objects.get(pk="yellow"), "name_fr", "Or d’été"),
    "picture": (lambda: Picture.objects.filter(piece__slug="halo-band").first(), "alt_en", "A band on a hand"),
    "launch": (lambda: Launch.objects.first(), "story_zh_hans", "在清晨开启"),
    "zone": (lambda: Zone.objects.first(), "name_fr", "À l’intérieur"),
    "word we do not engrave": (lambda: WordRule.objects.first(), "reason_fr", "ces mots blessent."),
    "packing": (lambda: PackingOption.objects.first(), "name_en", "The small box"),
    "feast": (lambda: Feast.objects.first(), "name_fr", "La nuit de Qixi"),
    "region": (lambda: Region.objects.get(pk="eu"), "name_fr", "L’Europe"),
    "way to pay later": (lambda: EligibilityRule.objects.get(region="eu", parts=12), "rate", "6.900"),
    "seller": (lambda: Region.objects.get(pk="eu"), "seller_name", "Arcenne Europe SAS"),
    "bank account": (lambda: BankAccount.objects.get(region="eu"), "holder", "Arcenne Europe SAS, Paris"),
    "charge": (lambda: Transit.objects.first(), "charge", "12.50"),
}


def test_every_row_that_two_people_answer_for_is_tried_here():
    assert {row().__class__ for row, _field, _value in ROWS.values()} == {kind.model for kind in second_person.everything()}


@pytest.mark.parametrize("name", ROWS)
def test_what_clients_read_changes_once_a_second_person_approves_it(boss, second, name):
    row, field, value = ROWS[name]
    before = second_person.kept(row(), field)
    send(boss, row(), **{field: value})
    assert second_person.kept(row(), field) == before
    found = Proposal.objects.get()
    assert found.changes == {field: {"before": before, "after": value}} and found.thing == row()
    page = said(boss.get(change_url(found)))
    assert change_url(row()) in page and ">Approve<" not in page
    with pytest.raises(OwnProposal):
        approve(found, found.by_id)
    approve(found, second)
    assert second_person.kept(row(), field) == value
    assert LogEntry.objects.filter(user_id=second).count() == 1


@pytest.mark.parametrize("name", ROWS)
def test_texts_stand_side_by_side_and_saving_nothing_proposes_nothing(boss, name):
    row, _field, _value = ROWS[name]
    columns = second_person.text_columns(type(row()))
    if columns:
        page = boss.get(change_url(row()))
        [texts] = [fieldset for fieldset in page.context["adminform"] if "side-by-side" in fieldset.classes]
        lines = [[field.field.name for field in line] for line in texts]
        assert {column for line in lines for column in line} == set(columns)
        assert all([columns[column] for column in line] == ["zh-hans", "en", "fr"] for line in lines)
        assert "css/merchandising.css" in said(page) and 'lang="fr"' in said(page)
    send(boss, row())
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("name", [name for name in ROWS if name not in ("charge", "way to pay later", "bank account")])
def test_no_text_holds_a_forbidden_word(boss, name):
    row, field, _value = ROWS[name]
    column = field if field.startswith("seller") else field.rpartition("_" + field.rsplit("_", 1)[1])[0]
    column = column if column == field else next(c for c in second_person.text_columns(type(row())) if c.endswith("zh_hans"))
    answer = boss.post(change_url(row()), form_of(boss, change_url(row()), **{column: "全球最佳"}))
    assert "“最佳”" in answer.context["adminform"].form.errors[column][0]
    assert not Proposal.objects.exists()


def test_every_room_with_texts_that_clients_read_is_answered_for():
    """A translated model with a room is either answered for by two people, or internal."""
    internal = {ForbiddenWord}
    for model in admin.site._registry:
        if second_person.text_columns(model) and model not in internal:
            assert second_person.of(model), model


class TestPublishing:
    """Off, rewritten, on again."""

    def test_what_was_taken_off_and_rewritten_comes_back_through_a_second_person(self, boss, second, client):
        was = the_piece().title_en
        send(boss, the_piece(), is_public=None)
        assert not the_piece().is_public
        send(boss, the_piece(), title_en="The only band")
        assert the_piece().title_en == "The only band" and not Proposal.objects.exists()
        send(boss, the_piece(), is_public="on")
        assert not the_piece().is_public and client.get("/eu/en/pieces/halo-band/").status_code == 404
        found = Proposal.objects.get()
        assert found.changes["is_public"] == {"before": False, "after": True}
        assert found.changes["title_en"] == {"before": was, "after": "The only band"}
        page = said(boss.get(change_url(found)))
        assert "<ins>The only</ins>" in page and "Halo" in page
        with pytest.raises(OwnProposal):
            approve(found, found.by_id)
        approve(found, second)
        assert the_piece().is_public and "The only band" in said(client.get("/eu/en/pieces/halo-band/"))

    def test_what_was_taken_off_comes_back_at_once_as_it_was(self, boss):
        send(boss, the_piece(), is_public=None)
        send(boss, the_piece(), is_public="on")
        assert the_piece().is_public and not Proposal.objects.exists()

    def test_not_even_that_with_a_word_forbidden_since(self, boss):
        send(boss, the_piece(), is_public=None)
        ForbiddenWord.objects.create(language="en", word="band", reason="x", owner="y")
        url = change_url(the_piece())
        answer = boss.post(url, form_of(boss, url, is_public="on"))
        assert answer.status_code == 200 and not the_piece().is_public

    def test_what_was_rewritten_after_it_was_proposed_is_refused(self, boss, second):
        Product.objects.filter(slug="halo-band").update(is_public=False)
        send(boss, the_piece(), is_public="on")
        send(boss, the_piece(), story_fr="Autre chose")
        with pytest.raises(Overtaken) as no:
            approve(Proposal.objects.get(), second)
        assert "story [fr]" in no.value.sentence() and not the_piece().is_public

    def test_so_it_is_when_a_variant_or_a_picture_beside_it_was(self, boss, second):
        Product.objects.filter(slug="halo-band").update(is_public=False)
        send(boss, the_piece(), is_public="on")
        picture = the_piece().pictures.first()
        send(boss, picture, alt_fr="Autre chose")
        picture.refresh_from_db()
        assert picture.alt_fr == "Autre chose"  # clients do not read it yet
        with pytest.raises(Overtaken):
            approve(Proposal.objects.get(), second)
        proposing.decline(Proposal.objects.get().pk, by_id=second, reason="Again", now=timezone.now())
        send(boss, the_piece(), is_public="on")
        Product.objects.filter(pk=variant().pk).update(size="48½")
        with pytest.raises(Overtaken):
            approve(Proposal.objects.get(state=ProposalState.WAITING), second)

    def test_views_are_looked_for_again_when_it_is_approved(self, boss, second):
        Product.objects.filter(slug="halo-band").update(is_public=False)
        send(boss, the_piece(), is_public="on")
        the_piece().pictures.update(is_ready=False)
        with pytest.raises(ViewsMissing):
            approve(Proposal.objects.get(), second)
        assert not the_piece().is_public

    @pytest.mark.parametrize("name", ["collection", "occasion", "launch", "section", "tile"])
    def test_what_was_never_approved_does_not_become_public_by_its_moment(self, boss, second, name):
        find, field, _value = ROWS[name]
        row = find()
        type(row).objects.filter(pk=row.pk).update(is_public=False)
        moments = {
            "publish_at_0": "2020-01-02",
            "publish_at_1": "10:00:00",
            "withdraw_at_0": "2030-01-02",
            "withdraw_at_1": "1:00",
        }
        send(boss, row, is_public="on", **moments)
        row.refresh_from_db()
        assert row.publish_at and row.withdraw_at and not is_shown(row, timezone.now())
        send(boss, row, **{field: "Rewritten"})
        send(boss, row, is_public="on")
        found = Proposal.objects.first()
        assert found.read[field] == "Rewritten" and not is_shown(type(row).objects.get(pk=row.pk), timezone.now())
        approve(found, second)
        assert is_shown(type(row).objects.get(pk=row.pk), timezone.now())

    def test_the_day_of_an_occasion_is_approved_as_well(self, boss, second):
        row, day = Occasion.objects.get(slug="birth"), Feast.objects.get(code="valentine")
        send(boss, row, feast=day.pk)
        found = Proposal.objects.get()
        assert Occasion.objects.get(pk=row.pk).feast is None and str(day) in said(boss.get(change_url(found)))
        approve(found, second)
        assert Occasion.objects.get(pk=row.pk).feast == day

    def test_a_schedule_does_not_go_round_it(self, boss):
        Product.objects.filter(slug="halo-band").update(is_public=False, title_en="Rewritten")
        soon = {"publish_at_0": "2020-01-02", "publish_at_1": "10:00:00"}
        send(boss, the_piece(), is_public="on", **soon)
        assert the_piece().publish_at and not the_piece().is_public
        Product.objects.filter(slug="halo-band").update(is_public=True, publish_at=timezone.now() + timedelta(days=9))
        send(boss, the_piece(), title_en="Rewritten again")
        assert the_piece().title_en == "Rewritten"  # what will be public by itself is proposed as well

    @pytest.mark.parametrize("kind", [Occasion, Section])
    def test_the_tick_in_a_list_does_not_go_round_it(self, boss, second, kind):
        row = kind.objects.first()
        kind.objects.filter(pk=row.pk).update(is_public=False)
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")
        formset = boss.get(url).context["cl"].formset
        data = {"form-TOTAL_FORMS": len(formset.forms), "form-INITIAL_FORMS": len(formset.forms), "_save": "Save"}
        for n, form in enumerate(formset.forms):
            data |= {f"form-{n}-id": form.instance.pk, f"form-{n}-position": n, f"form-{n}-is_public": "on"}
        assert boss.post(url, data).status_code == 302
        assert not kind.objects.get(pk=row.pk).is_public
        approve(Proposal.objects.get(), second)
        assert kind.objects.get(pk=row.pk).is_public

    def test_a_page_open_for_long_brings_nothing_back(self, boss, second):
        """The list saves a row whose texts were approved after it was read."""
        row = Occasion.objects.first()
        stale = Occasion.objects.get(pk=row.pk)
        send(boss, row, name_en="Approved since")
        approve(Proposal.objects.get(), second)
        held = second_person.hold_back(stale, ["position"])
        stale.save()
        assert not held.wished and Occasion.objects.get(pk=row.pk).name_en == "Approved since"


class TestVariants:
    def add(self, client, **values):
        data = form_of(client, change_url(the_piece()))
        n = data["children-TOTAL_FORMS"]
        row = {"upc": "HA-NEW", "metal": "yellow", "size": "62", "size_position": "9", "is_public": "on"} | values
        data |= {"children-TOTAL_FORMS": n + 1, **{f"children-{n}-{k}": v for k, v in row.items()}}
        return client.post(change_url(the_piece()), data)

    def test_a_new_one_is_not_on_sale_before_a_second_person_says_so(self, boss, second):
        assert self.add(boss).status_code == 302
        made = Product.objects.get(upc="HA-NEW")
        assert not made.is_public and made.parent == the_piece()
        found = Proposal.objects.get()
        assert found.changes["size"] == {"before": "", "after": "62"}
        approve(found, second)
        made.refresh_from_db()
        assert made.is_public

    def test_its_size_holds_no_forbidden_word(self, boss):
        answer = self.add(boss, size="最佳")
        assert answer.status_code == 200 and not Product.objects.filter(upc="HA-NEW").exists()

    def test_a_metal_on_sale_needs_its_views(self, boss):
        answer = self.add(boss, metal="ink")
        answer = boss.get(answer.url)
        assert "cannot be public yet" in said(answer) and "front" in said(answer)
        assert not Product.objects.get(upc="HA-NEW").is_public and not Proposal.objects.exists()

    def test_what_is_on_sale_changes_size_and_metal_through_a_second_person(self, boss, second):
        child = variant()
        send(boss, child, size="48½", metal="white")
        child.refresh_from_db()
        assert (child.size, child.metal_id) != ("48½", "white")
        found = Proposal.objects.get()
        assert set(found.changes) == {"size", "metal"} and "White gold" in said(boss.get(change_url(found)))
        approve(found, second)
        child.refresh_from_db()
        assert (child.size, child.metal_id) == ("48½", "white")

    def test_a_row_does_not_slip_under_a_public_piece(self, boss):
        draft = Product.objects.create(structure="standalone", title_en="Unread", slug="unread", upc="UN", is_public=True)
        url = change_url(draft)
        boss.post(url, form_of(boss, url) | {"structure": "child", "parent": the_piece().pk})
        draft.refresh_from_db()
        assert draft.structure == "standalone" and draft.parent is None

    def test_a_picture_does_not_either(self, boss):
        draft = Product.objects.create(structure="parent", title_en="Unread", slug="unread", upc="UN", is_public=False)
        picture = Picture.objects.create(piece=draft, view="front", alt_en="Unread")
        boss.post(change_url(picture), form_of(boss, change_url(picture)) | {"piece": the_piece().pk})
        picture.refresh_from_db()
        assert picture.piece == draft

    def test_a_tile_shows_no_words_of_an_unread_picture(self, boss):
        draft = Product.objects.create(structure="parent", title_en="Unread", slug="unread", upc="UN", is_public=False)
        picture = Picture.objects.create(piece=draft, view="front", alt_en="Unread")
        tile = Tile.objects.first()
        send(boss, tile, picture=picture.pk)
        assert Tile.objects.get(pk=tile.pk).picture == tile.picture and "picture" in Proposal.objects.get().changes
        Tile.objects.filter(pk=tile.pk).update(picture=picture)
        send(boss, picture, alt_en="Rewritten")
        picture.refresh_from_db()
        assert picture.alt_en == "Unread"


class TestNewRows:
    def test_a_launch_is_announced_once_it_is_approved(self, boss, second, client):
        url = reverse("admin:launches_launch_add")
        texts = {f"{name}_{lang}": f"Dawn {lang}" for name in ("name", "story") for lang in ("zh_hans", "en", "fr")}
        values = {"slug": "dawn", "piece": the_piece().pk, "edition_size": "5", "limit_per_client": "1"}
        values |= {"opens_at_0": "2030-01-01", "opens_at_1": "10:00:00"}
        form = form_of(boss, url, **texts, **values, publish_at_0="2020-01-02", publish_at_1="10:00:00")
        answer = boss.post(url, form, follow=True)
        assert "becomes public once" in said(answer) and not Launch.objects.get(slug="dawn").is_public
        assert client.get("/eu/en/launches/dawn/").status_code == 404  # though its moment has passed
        boss.post(url, form)
        found = Proposal.objects.get()  # sent twice, proposed once: its address is taken
        assert found.about.startswith("Dawn") and found.changes["story_fr"]["after"] == "Dawn fr"
        assert "Dawn zh_hans" in said(boss.get(change_url(found)))
        approve(found, second)
        made = Launch.objects.get(slug="dawn")
        found.refresh_from_db()
        assert (made.name_zh_hans, made.edition_size, found.thing, made.is_public) == ("Dawn zh_hans", 5, made, True)
        assert "Dawn en" in said(client.get("/eu/en/launches/dawn/"))

    def test_a_row_whose_place_was_taken_meanwhile_is_refused(self, boss, second):
        url = reverse("admin:catalogue_metal_add")
        form = form_of(boss, url, code="bronze", name_en="Bronze", name_fr="Bronze", name_zh_hans="青铜")
        assert boss.post(url, form).status_code == 302
        Metal.objects.create(code="bronze", name="Another")
        with pytest.raises(NotAsItShould) as no:
            approve(Proposal.objects.get(), second)
        assert "already exists" in no.value.sentence()

    def test_a_region_comes_with_its_taxes(self, boss, second):
        url = reverse("admin:regions_region_add")
        eu = Region.objects.get(pk="eu")
        values = {f"name_{lang}": "Nordland" for lang in ("zh_hans", "en", "fr")} | {"code": "no", "countries": "NO"}
        values |= {"currency": "EUR", "tax_mode": "included", "seller_name": "Arcenne", "payment_methods": "full"}
        values |= {"languages": "en", "time_zone_name": "Europe/Oslo", "formats": "{}", "withdrawal_days": 14, "position": 9}
        values |= {"tax_rates-TOTAL_FORMS": 1, "tax_rates-0-jurisdiction": "NO", "tax_rates-0-rate": "0.25"}
        values |= {"tax_rates-0-valid_from": "2026-01-01"}
        answer = boss.post(url, form_of(boss, url, **values))
        assert answer.status_code == 302, answer.context["errors"]
        assert not Region.objects.filter(pk="no").exists() and eu.name_en == "Europe"
        approve(Proposal.objects.get(), second)
        assert Region.objects.get(pk="no").name_fr == "Nordland"
        assert TaxRate.objects.get(region_id="no").rate == Decimal("0.25")

    def test_a_picture_of_a_public_piece_begins_with_words_that_are_approved(self, boss, second):
        from django.core.files.uploadedfile import SimpleUploadedFile

        from tests.staff.test_pictures import file_of, picture

        url = reverse("admin:catalogue_picture_add")
        form = form_of(boss, url, piece=the_piece().pk, view="worn", position=7, alt_en="On a hand")
        form["file"] = SimpleUploadedFile("x.jpg", file_of(picture()), "image/jpeg")
        assert boss.post(url, form).status_code == 302
        made = Picture.objects.get(view="worn")
        assert made.alt_en == the_piece().title_en and made.alt_fr == the_piece().title_fr
        approve(Proposal.objects.get(), second)
        made.refresh_from_db()
        assert made.alt_en == "On a hand"

    def test_a_charge_is_neither_moved_nor_taken_away(self, boss):
        way = Transit.objects.first()
        send(boss, way, country="JP")
        assert Transit.objects.get(pk=way.pk).country == way.country and Proposal.objects.count() == 1
        assert boss.post(reverse("admin:delivery_transit_delete", args=[way.pk]), {"post": "yes"}).status_code == 403


class TestDeciding:
    def test_the_proposer_is_told_in_his_language(self, staff, second):
        client = staff("Merchandiser")
        makers.User.objects.filter(name="Merchandiser").update(language="en")
        send(client, the_piece(), title_en="One")
        found = Proposal.objects.get()
        proposing.decline(found.pk, by_id=second, reason="Too short", now=timezone.now())
        assert work_off() == ["proposal.decided"]
        [letter] = mail.outbox
        assert letter.to == ["merchandiser@house.example"] and "Halo" in letter.subject
        assert "Too short" in letter.body and f"/staff/catalogue/proposal/{found.pk}/change/" in letter.body
        send(client, the_piece(), title_en="Two")
        approve(Proposal.objects.get(state="waiting"), second)
        work_off()
        assert "approved" in mail.outbox[1].body

    def test_what_is_gone_is_refused_kindly(self, boss, second):
        send(boss, Occasion.objects.first(), name_en="Gone")
        Occasion.objects.all().delete()
        found = Proposal.objects.get()
        assert boss.get(change_url(found)).status_code == 200
        with pytest.raises(Gone):
            approve(found, second)

    def test_the_list_asks_no_more_queries_for_more_proposals(self, boss, django_assert_max_num_queries):
        send(boss, the_piece(), title_en="One")
        url = reverse("admin:catalogue_proposal_changelist")
        boss.get(url)
        for n in range(12):
            send(boss, [Occasion, Feast, Metal][n % 3].objects.first(), name_en=f"Name {n}")
        with django_assert_max_num_queries(14):
            answer = boss.get(url + "?whose=mine")
        assert answer.context["cl"].result_count == 13
        assert boss.get(url + "?whose=others").context["cl"].result_count == 0

    def test_a_word_forbidden_since_stops_it(self, boss, second):
        send(boss, Launch.objects.first(), story_zh_hans="光之颂")
        ForbiddenWord.objects.create(language="zh-hans", word="光之颂", reason="x", owner="y")
        with pytest.raises(ForbiddenWords):
            approve(Proposal.objects.get(), second)

    @pytest.mark.parametrize("role", ["Launch manager", "Dispatch", "Merchandiser"])
    def test_who_proposes_sees_what_becomes_of_it_and_does_not_decide(self, staff, role):
        found = proposing.propose_texts(the_piece(), {"title_en": "x"}, by_id=makers.User.objects.create_user("a@b.example").pk,
                                        now=timezone.now())  # fmt: skip
        client = staff(role)
        assert ">Approve<" not in said(client.get(change_url(found)))
        for act in ("approve", "decline"):
            assert client.post(reverse("admin:proposal_act", args=[found.pk, act]), {"reason": "x"}).status_code == 403
        client.post(reverse("admin:proposal_act", args=[found.pk, "take-back"]))
        found.refresh_from_db()
        assert found.state == ProposalState.WAITING  # it is another's

    def test_who_may_not_change_a_row_proposes_nothing_about_it(self, staff, monkeypatch):
        client = staff("Copy and legal")
        url = change_url(PackingOption.objects.first())
        assert client.post(url, {"name_en": "x"}).status_code == 403
        mine, other = Category.objects.get(slug="arc"), Category.objects.exclude(slug="arc").first()
        room = admin.site._registry[Category]
        # A house may leave a collection to some of its people only.
        monkeypatch.setattr(room, "has_change_permission", lambda request, obj=None: obj is None or obj.pk == mine.pk)
        assert client.post(change_url(other), form_of(client, change_url(mine), name_en="x")).status_code == 403
        assert not Proposal.objects.exists()
        send(client, mine, name_en="x")
        assert Proposal.objects.get().thing == mine

    def test_approving_needs_the_right_to_approve_and_not_that_to_change(self, staff, second):
        send(staff("Launch manager"), Launch.objects.first(), name_en="x")
        found = Proposal.objects.get()
        manager = staff("House manager")
        manager.get("/staff/")  # reads what was said to the other
        page = said(manager.get(change_url(found)))
        assert ">Approve<" in page and change_url(found.thing) not in page  # no way into a room that is not his
        manager.post(reverse("admin:proposal_act", args=[found.pk, "approve"]))
        assert Launch.objects.first().name_en == "x"
        with pytest.raises(AlreadyDecided):
            approve(found, second)


class TestRequiredPictures:
    def band(self) -> Picture:
        return Picture.objects.get(piece__slug="halo-band", view="front-yellow")

    def test_a_public_piece_keeps_the_views_it_needs(self, boss):
        row = self.band()
        url = reverse("admin:catalogue_picture_delete", args=[row.pk])
        answer = boss.post(url, {"post": "yes"})
        assert "needs these views: front (Yellow gold)" in said(answer)
        many = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        assert "front (Yellow gold)" in said(boss.post(reverse("admin:catalogue_picture_changelist"), many))
        assert self.band() == row

    def test_nor_is_one_removed_or_renamed_on_the_pieces_page(self, boss):
        piece = the_piece()
        url = change_url(piece)
        formset = next(i.formset for i in boss.get(url).context["inline_admin_formsets"] if i.formset.prefix == "pictures")
        n = next(n for n, one in enumerate(formset.forms) if one.instance.view == "front-yellow")
        for change in ({f"pictures-{n}-DELETE": "on"}, {f"pictures-{n}-view": "worn-yellow"}):
            answer = boss.post(url, form_of(boss, url, **change))
            assert answer.status_code == 200 and "front (Yellow gold)" in said(answer)
        answer = boss.post(change_url(self.band()), form_of(boss, change_url(self.band()), view="worn", zone="null"))
        assert "front (Yellow gold)" in answer.context["adminform"].form.errors["view"][0]
        form = {k: v for k, v in form_of(boss, url, **{f"pictures-{n}-DELETE": "on"}).items() if k != "is_public"}
        assert boss.post(url, form).status_code == 302  # taken off in the same breath
        assert not Picture.objects.filter(piece=piece, view="front-yellow").exists()

    def test_a_file_that_fails_leaves_the_former_picture(self, boss, settings, tmp_path):
        from django.core.files.uploadedfile import SimpleUploadedFile

        from catalog import completeness
        from tests.staff.test_pictures import file_of, picture

        settings.MEDIA_ROOT, settings.ORIGINALS_ROOT = str(tmp_path / "media"), str(tmp_path / "originals")
        row = self.band()
        whole = file_of(picture())
        broken = whole[: len(whole) // 2] + b"\0" * 40 + whole[len(whole) // 2 + 40 :]
        for file in (b"nothing", broken):
            form = form_of(boss, change_url(row), zone="null") | {"file": SimpleUploadedFile("x.jpg", file)}
            boss.post(change_url(row), form)
            for original in tmp_path.joinpath("originals").glob("*"):
                original.unlink()  # whatever the worker finds, it is no picture
            work_off()
        after = self.band()
        assert (after.stem, after.is_ready) == (row.stem, True) and not completeness.missing_of(the_piece())


def test_what_differs_is_marked_by_words_and_by_hanzi():
    before, after = differing("A band of gold", "A band of white gold")
    assert [s.words for s in after if s.changed] == ["white "] and not any(s.changed for s in before)
    before, after = differing("一枚金戒", "一枚白金戒指")
    assert [s.words for s in after if s.changed] == ["白", "指"]
    assert differing("", "") == ([], [])


def test_what_was_proposed_about_the_words_of_a_day_is_carried_over_to_the_named_day(second):
    migration = import_module("catalog.migrations.0042_occasion_feast")
    row = Occasion.objects.get(slug="qixi")
    key = {"content_type": ContentType.objects.get_for_model(Occasion), "object_id": str(row.pk)}
    words = {"lunar_note_fr": {"before": "", "after": "au septième mois"}}
    more = {"about": "Qixi", "by_id": second, "at": timezone.now()}
    only = Proposal.objects.create(kind="texts", changes=words, **key, **more)
    both = Proposal.objects.create(kind="texts", changes=words | {"name_fr": {"before": "Qixi", "after": "Q"}}, **key, **more)
    public = Proposal.objects.create(kind="public", changes=words, read={"lunar_note_fr": "au septième mois"}, **key, **more)
    last = LastRead.objects.create(**key, said={"name_en": "Qixi", "lunar_note_en": "the seventh"})
    migration._propose_anew(apps, {str(row.pk): {"feast": row.feast_id}})
    for kept in (only, both, public, last):
        kept.refresh_from_db()
    assert only.state == ProposalState.DECLINED and only.reason and only.changes == {}
    assert list(both.changes) == ["name_fr"] and both.state == ProposalState.WAITING
    assert public.read == {"feast": row.feast_id} and public.changes["feast"]["after"] == row.feast_id
    assert last.said == {"name_en": "Qixi", "feast": row.feast_id}


def test_a_decided_proposal_about_a_field_that_is_gone_can_still_be_read(boss, second):
    kind = ContentType.objects.get_for_model(Occasion)
    words = {"lunar_note_fr": {"before": "", "after": "au septième mois"}}
    more = {"about": "Qixi", "by_id": second, "at": timezone.now(), "state": "declined", "decided_at": timezone.now()}
    found = Proposal.objects.create(kind="texts", content_type=kind, object_id="1", changes=words, **more)
    assert "au septième mois" in said(boss.get(change_url(found)))
    assert "lunar_note_fr" in said(boss.get(reverse("admin:catalogue_proposal_changelist")))

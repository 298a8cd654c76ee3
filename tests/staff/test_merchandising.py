"""The merchandiser's room: order, schedule, texts side by side, forbidden words, and two people for prices and texts."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from catalog import arranging, proposing
from catalog.models import Category, ForbiddenWord, Picture, Product, Proposal, ProposalState, Tile
from catalog.partner.models import Price
from catalog.partner.pricing import prices_of
from catalog.refusals import (
    AlreadyDecided,
    ForbiddenWords,
    MomentTaken,
    NothingBefore,
    NotLower,
    NotPositive,
    NotYours,
    Overtaken,
    OwnProposal,
    ReasonMissing,
)
from services.foundation.regions.models import Region
from tests import makers
from tests.makers import variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
ROOMS = {
    "catalogue_tile": {"Merchandiser", "Copy and legal"},
    "catalogue_forbiddenword": {"Merchandiser", "Copy and legal"},
    "catalogue_proposal": {"Merchandiser", "Copy and legal", "House manager"},
}


@pytest.mark.parametrize("role", ["Merchandiser", "Copy and legal", "House manager", "Engraver", "Client adviser"])
def test_each_role_sees_only_its_rooms(staff, role):
    client = staff(role)
    for room, roles in ROOMS.items():
        assert client.get(reverse(f"admin:{room}_changelist")).status_code == (200 if role in roles else 403), room


def person(name: str) -> int:
    return makers.User.objects.create_user(f"{name}@house.example", is_staff=True, name=name).pk


def the_piece() -> Product:
    return Product.objects.get(slug="halo-band")


def change_url(thing) -> str:
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def form_of(client, url: str, **changed) -> dict:
    """What a browser would send from an admin page, with changes."""
    context = client.get(url).context
    data = {}

    def take(form):
        for field in form:
            value = field.value()
            widgets = getattr(field.field.widget, "widgets", None)
            if widgets:
                parts = field.field.widget.decompress(value)
                data.update({f"{field.html_name}_{n}": part or "" for n, part in enumerate(parts)})
            elif isinstance(value, bool):
                data.update({field.html_name: "on"} if value else {})
            elif isinstance(value, str):
                data[field.html_name] = value.replace("\n", "\r\n")  # as browsers do
            elif value is not None:
                data[field.html_name] = value

    take(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        take(inline.formset.management_form)
        for form in inline.formset.forms:
            take(form)
    return data | changed


def said(answer) -> str:
    return answer.content.decode()


class TestTheRoom:
    def test_the_list_shows_pieces_in_the_houses_order_and_variants_when_asked(self, staff):
        client = staff("Merchandiser")
        page = client.get("/staff/catalogue/product/")
        assert [p.slug for p in page.context["cl"].result_list] == list(
            Product.objects.filter(parent=None).order_by("position").values_list("slug", flat=True)
        )
        assert "HA-2004-YE-52" in said(client.get("/staff/catalogue/product/?q=HA-2004-YE-52"))
        assert "HA-2004-YE-52" in said(client.get("/staff/catalogue/product/?_popup=1&q=&structure__exact=child&p=1"))

    def test_the_order_is_written_in_the_list_and_shown_in_the_shop(self, staff):
        client = staff("Merchandiser")
        url = "/staff/catalogue/product/"
        formset = client.get(url).context["cl"].formset
        data = {f"{formset.prefix}-TOTAL_FORMS": len(formset.forms), f"{formset.prefix}-INITIAL_FORMS": len(formset.forms)}
        for n, form in enumerate(formset.forms):
            data |= {f"form-{n}-id": form.instance.pk, f"form-{n}-position": 20 - n}
        assert client.post(url, data | {"_save": "Save"}).status_code == 302
        shown = re.findall(r'href="/eu/en/pieces/([\w-]+)/"', said(client.get("/eu/en/pieces/")))
        assert list(dict.fromkeys(shown)) == [form.instance.slug for form in reversed(formset.forms)]
        assert not Proposal.objects.exists()

    def test_a_piece_moves_by_one_button(self, staff):
        last = Product.objects.filter(parent=None).order_by("position").last()
        staff("Merchandiser").post("/staff/catalogue/product/", {"action": "move_first", "_selected_action": [last.pk]})
        order = Product.objects.filter(parent=None).order_by("position")
        assert order.first() == last and list(order.values_list("position", flat=True)) == list(range(len(order)))

    def test_moving_leaves_variants_where_they_are(self):
        before = list(Product.objects.exclude(parent=None).order_by("pk").values_list("position", flat=True))
        arranging.move([the_piece().pk, variant().pk], "up")
        assert list(Product.objects.exclude(parent=None).order_by("pk").values_list("position", flat=True)) == before

    def test_three_languages_stand_side_by_side(self, staff):
        client = staff("Copy and legal")
        for thing in (the_piece(), Category.objects.get(slug="arc")):
            page = client.get(change_url(thing))
            [texts] = [s for s in page.context["adminform"] if "side-by-side" in s.classes]
            rows = [tuple(field.field.name for field in line) for line in texts]
            assert rows and all([name.rsplit("_", 1)[-1] for name in row] == ["hans", "en", "fr"] for row in rows)
            assert "css/merchandising.css" in said(page) and 'lang="zh-hans"' in said(page)

    def test_a_schedule_that_ends_before_it_begins_is_said_beside_its_field(self, staff):
        client = staff("Merchandiser")
        moments = {"publish_at_0": "2027-01-02", "publish_at_1": "10:00", "withdraw_at_0": "2027-01-02", "withdraw_at_1": "10:00"}
        answer = client.post(change_url(the_piece()), form_of(client, change_url(the_piece()), **moments))
        assert list(answer.context["adminform"].form.errors) == ["withdraw_at"]
        moments["withdraw_at_1"] = "10:01"
        assert client.post(change_url(the_piece()), form_of(client, change_url(the_piece()), **moments)).status_code == 302
        assert the_piece().withdraw_at - the_piece().publish_at == timedelta(minutes=1)

    def test_a_variant_is_added_on_its_pieces_page(self, staff):
        client = staff("Merchandiser")
        data = form_of(client, change_url(the_piece()))
        n = data["children-TOTAL_FORMS"]
        data |= {"children-TOTAL_FORMS": n + 1, f"children-{n}-upc": "HA-NEW", f"children-{n}-metal": "yellow"}
        data |= {f"children-{n}-size": "62", f"children-{n}-size_position": "9", f"children-{n}-is_public": "on"}
        assert client.post(change_url(the_piece()), data).status_code == 302
        assert Product.objects.get(upc="HA-NEW").is_child

    def test_a_tile_is_made_and_leads_to_one_place_that_exists(self, staff):
        client = staff("Merchandiser")
        url = reverse("admin:catalogue_tile_add")
        texts = {f"{name}_{lang}": "x" for name in ("headline", "words", "link_label") for lang in ("zh_hans", "en", "fr")}
        form = form_of(client, url, **texts, code="new", after="2", picture=Picture.objects.first().pk)
        assert "choose one place" in said(client.post(url, form))
        answer = client.post(url, form | {"to_page": "nowhere"})
        assert "no page of this name" in said(answer) and "care" in answer.context["adminform"].form.errors["to_page"][0]
        assert client.post(url, form | {"to_page": "care"}).status_code == 302
        assert Tile.objects.get(code="new").to_page == "care"

    def test_the_pages_a_tile_may_lead_to_are_those_of_the_shop(self):
        from flagship.stage.texts import PAGES
        from services.foundation.house import house

        assert set(house().pages) == set(PAGES)


class TestForbiddenWords:
    def test_a_text_that_holds_one_is_refused_beside_its_field(self, staff):
        client = staff("Copy and legal")
        url = change_url(the_piece())
        answer = client.post(url, form_of(client, url, story_zh_hans="全球顶级工艺，第一次呈现"))
        errors = answer.context["adminform"].form.errors
        assert list(errors) == ["story_zh_hans"]
        assert "“顶级”" in errors["story_zh_hans"][0] and "200,000" not in errors["story_zh_hans"][0]
        assert "Advertising Law" in errors["story_zh_hans"][0] and "legal@arcenne.example" in errors["story_zh_hans"][0]
        assert "全球顶级工艺" in said(answer) and not Proposal.objects.exists()

    def test_so_it_is_in_a_collection_and_in_a_tile(self, staff):
        client = staff("Copy and legal")
        for thing, field in ((Category.objects.get(slug="arc"), "tagline_zh_hans"), (Tile.objects.first(), "words_zh_hans")):
            answer = client.post(change_url(thing), form_of(client, change_url(thing), **{field: "极致之美"}))
            assert list(answer.context["adminform"].form.errors) == [field]

    def test_a_word_is_forbidden_in_its_language_only(self, staff):
        client = staff("Copy and legal")
        ForbiddenWord.objects.create(language="fr", word="unique", reason="x", owner="y")
        url = change_url(Category.objects.get(slug="arc"))
        answer = client.post(url, form_of(client, url, tagline_fr="Une pièce unique", tagline_en="A unique piece"))
        assert list(answer.context["adminform"].form.errors) == ["tagline_fr"]

    def test_the_reason_is_read_in_the_language_of_the_reader(self, staff):
        client = staff("Copy and legal")
        url = change_url(Category.objects.get(slug="arc"))
        answer = client.post(url, form_of(client, url, tagline_zh_hans="最佳"), headers={"Accept-Language": "zh-hans"})
        assert "明文禁止" in said(answer)

    def test_a_word_forbidden_since_stops_an_approval(self):
        found = propose(story_zh_hans="光之颂")
        ForbiddenWord.objects.create(language="zh-hans", word="光之颂", reason="x", owner="y")
        with pytest.raises(ForbiddenWords):
            proposing.approve(found.pk, by_id=person("second"), now=timezone.now())
        assert the_piece().story_zh_hans != "光之颂"


def propose(**wished) -> Proposal:
    return proposing.propose_texts(the_piece(), wished, by_id=person("first"), now=timezone.now())


class TestTexts:
    def test_a_text_the_public_reads_waits_for_a_second_person_and_then_search_knows_it(self, staff):
        client = staff("Merchandiser")
        url = change_url(the_piece())
        before = the_piece().title_en
        answer = client.post(url, form_of(client, url, title_en="Quincunx band", weight_g="5.20"), follow=True)
        assert "1 change was proposed" in said(answer)
        piece = the_piece()
        assert (piece.title_en, piece.weight_g) == (before, Decimal("5.20"))
        assert "Quincunx" not in said(client.get("/eu/en/pieces/halo-band/"))
        found = Proposal.objects.get()
        assert found.changes == {"title_en": {"before": before, "after": "Quincunx band"}}
        assert (found.by.name, found.state, found.thing) == ("Merchandiser", ProposalState.WAITING, piece)
        assert "title" not in LogEntry.objects.get().get_change_message().lower()
        page = said(client.get(change_url(found)))
        assert (
            "<del>Halo</del> band" in page
            and "<ins>Quincunx</ins> band" in page
            and "Approve" not in page
            and "Take back" in page
        )

        second = staff("Copy and legal")
        page = said(second.get(change_url(found)))
        assert ">Approve<" in page and ">Do not approve<" in page
        answer = second.post(reverse("admin:proposal_act", args=[found.pk, "approve"]), follow=True)
        assert "Approved" in said(answer)
        found.refresh_from_db()
        assert (found.state, found.decided_by.name) == (ProposalState.APPROVED, "Copy and legal") and found.decided_at
        assert "halo-band" in said(client.get("/eu/en/search/?q=quincunx"))
        assert "Quincunx band" in said(client.get("/eu/en/pieces/halo-band/"))
        assert "Title" in LogEntry.objects.filter(user=found.decided_by).get().get_change_message()

    def test_saving_without_a_change_proposes_nothing(self, staff):
        client = staff("Merchandiser")
        url = change_url(the_piece())
        assert client.post(url, form_of(client, url)).status_code == 302
        assert not Proposal.objects.exists()  # although a browser sends other line ends

    def test_a_form_sent_twice_proposes_once(self, staff):
        client = staff("Merchandiser")
        url = change_url(the_piece())
        for _again in range(2):
            client.post(url, form_of(client, url, title_fr="Alliance", story_fr="Deux mains."))
        assert set(Proposal.objects.get().changes) == {"title_fr", "story_fr"}
        assert proposing.waiting_for(the_piece()) == 1

    def test_a_piece_that_is_not_public_yet_is_written_at_once(self, staff):
        Product.objects.filter(slug="halo-band").update(is_public=False)
        client = staff("Merchandiser")
        url = change_url(the_piece())
        assert client.post(url, form_of(client, url, title_en="Draft band")).status_code == 302
        assert the_piece().title_en == "Draft band" and not Proposal.objects.exists()

    def test_publishing_and_rewriting_in_one_go_still_asks_a_second_person(self, staff):
        Product.objects.filter(slug="halo-band").update(is_public=False)
        client = staff("Merchandiser")
        url = change_url(the_piece())
        client.post(url, form_of(client, url, title_en="Draft band", is_public="on"))
        assert not the_piece().is_public and the_piece().title_en == "Draft band"
        found = Proposal.objects.get()
        assert found.kind == "public" and found.changes["title_en"]["after"] == "Draft band"

    def test_nobody_approves_his_own_not_even_a_superuser(self, client):
        boss = makers.User.objects.create_superuser("boss@house.example", "x" * 12)
        client.force_login(boss)
        url = change_url(the_piece())
        client.post(url, form_of(client, url, title_en="Boss band"))
        found = Proposal.objects.get()
        assert "a colleague has to look at it" in said(client.get(change_url(found)))
        answer = client.post(reverse("admin:proposal_act", args=[found.pk, "approve"]), follow=True)
        assert "You proposed this yourself" in said(answer)
        assert the_piece().title_en != "Boss band"
        with pytest.raises(OwnProposal):
            proposing.approve(found.pk, by_id=boss.pk, now=timezone.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=found.pk).update(state="approved", decided_by=boss, decided_at=timezone.now())

    def test_only_those_who_may_approve_do(self, staff):
        found = propose(title_en="x")
        merchandiser = staff("Merchandiser")
        for act in ("approve", "decline"):
            answer = merchandiser.post(reverse("admin:proposal_act", args=[found.pk, act]), {"reason": "x"})
            assert answer.status_code == 403
        assert merchandiser.post(reverse("admin:proposal_act", args=[found.pk, "burn"])).status_code == 403
        found.refresh_from_db()
        assert found.state == ProposalState.WAITING

    def test_looking_at_an_act_does_nothing(self, staff):
        found = propose(title_en="x")
        staff("House manager").get(reverse("admin:proposal_act", args=[found.pk, "approve"]))
        found.refresh_from_db()
        assert found.state == ProposalState.WAITING

    def test_a_proposal_that_was_overtaken_is_refused(self):
        found = propose(title_en="First", title_fr="Premier")
        piece = the_piece()
        piece.title_fr = "Entre-temps"
        piece.save()
        with pytest.raises(Overtaken) as no:
            proposing.approve(found.pk, by_id=person("second"), now=timezone.now())
        assert "Title [fr]" in no.value.sentence() and "Title [en]" not in no.value.sentence()
        found.refresh_from_db()
        assert (the_piece().title_fr, found.state) == ("Entre-temps", ProposalState.WAITING)
        assert the_piece().title_en != "First"

    def test_of_two_proposals_for_one_text_the_second_is_overtaken(self):
        one, two = propose(title_en="One"), proposing.propose_texts(
            the_piece(), {"title_en": "Two"}, by_id=person("third"), now=timezone.now()
        )  # fmt: skip
        proposing.approve(one.pk, by_id=person("second"), now=timezone.now())
        with pytest.raises(Overtaken):
            proposing.approve(two.pk, by_id=person("fourth"), now=timezone.now())

    def test_it_is_decided_once(self):
        found, second = propose(title_en="Once"), person("second")
        proposing.approve(found.pk, by_id=second, now=timezone.now())
        for act, more in ((proposing.approve, {}), (proposing.decline, {"reason": "x"}), (proposing.take_back, {})):
            with pytest.raises(AlreadyDecided):
                act(found.pk, by_id=second, now=timezone.now(), **more)

    def test_declining_needs_a_reason_and_changes_nothing(self, staff):
        found = propose(title_en="No")
        client = staff("House manager")
        url = reverse("admin:proposal_act", args=[found.pk, "decline"])
        assert "Please say why" in said(client.post(url, {"reason": "  "}, follow=True))
        with pytest.raises(ReasonMissing):
            proposing.decline(found.pk, by_id=person("second"), reason="\n", now=timezone.now())
        assert "stays as it is" in said(client.post(url, {"reason": "Too long" * 100}, follow=True))
        found.refresh_from_db()
        assert found.state == ProposalState.DECLINED and found.reason.startswith("Too long")
        assert the_piece().title_en != "No"

    def test_only_the_proposer_takes_it_back(self):
        found = propose(title_en="Hm")
        with pytest.raises(NotYours):
            proposing.take_back(found.pk, by_id=person("second"), now=timezone.now())
        proposing.take_back(found.pk, by_id=found.by_id, now=timezone.now())
        found.refresh_from_db()
        assert found.state == ProposalState.TAKEN_BACK


class TestPrices:
    @pytest.fixture
    def eu(self):
        Price.objects.update(starts_at=timezone.now() - timedelta(days=90))
        return Region.objects.get(pk="eu")

    def propose(self, eu, amount="1600", **more) -> Proposal:
        facts = {"starts_at": timezone.now(), "is_reduction": False, "by_id": person(f"p{amount}")} | more
        return proposing.propose_price(variant(), eu, amount=Decimal(amount), now=timezone.now(), **facts)

    def now(self) -> Decimal:
        return prices_of([variant().pk], region_code="eu", now=timezone.now())[variant().pk]

    def test_a_price_added_on_the_variants_page_waits_for_a_second_person(self, staff, eu):
        client = staff("Merchandiser")
        url = change_url(variant())
        page = client.get(url)
        [prices] = page.context["inline_admin_formsets"]
        assert not prices.has_change_permission
        n = prices.formset.initial_form_count()
        form = form_of(client, url, **{f"prices-{n}-region": "eu", f"prices-{n}-amount": "1600"})
        form["prices-0-amount"] = "1"  # what stands cannot be rewritten
        answer = client.post(url, form, follow=True)
        assert "1 change was proposed" in said(answer)
        assert self.now() == 1750 and Price.objects.filter(variant=variant(), amount=1).count() == 0
        found = Proposal.objects.get()
        assert found.changes == {"amount": {"before": "1750.00", "after": "1600.00"}} and found.region == eu

        second = staff("House manager")
        page = said(second.get(change_url(found)))
        assert "€1,750" in page and "€1,600" in page
        second.post(reverse("admin:proposal_act", args=[found.pk, "approve"]))
        assert self.now() == 1600
        assert "€1,600" in said(client.get("/eu/en/pieces/halo-band/?metal=yellow&size=48"))

    def test_a_moment_in_the_past_becomes_that_of_the_approval(self, eu):
        found = self.propose(eu, starts_at=timezone.now() - timedelta(days=7))
        moment = timezone.now()
        proposing.approve(found.pk, by_id=person("second"), now=moment)
        assert Price.objects.get(variant=variant(), region=eu, amount=1600).starts_at == moment

    def test_a_moment_in_the_future_stays(self, eu):
        later = timezone.now() + timedelta(days=7)
        proposing.approve(self.propose(eu, starts_at=later).pk, by_id=person("second"), now=timezone.now())
        assert self.now() == 1750
        assert Price.objects.get(variant=variant(), region=eu, amount=1600).starts_at == later

    def test_a_price_overtaken_by_another_is_refused(self, eu):
        one, two = self.propose(eu, "1600"), self.propose(eu, "1500")
        proposing.approve(one.pk, by_id=person("second"), now=timezone.now())
        with pytest.raises(Overtaken):
            proposing.approve(two.pk, by_id=person("third"), now=timezone.now())
        assert self.now() == 1600

    def test_a_price_is_positive_and_its_moment_free(self, eu):
        later = timezone.now() + timedelta(days=7)
        Price.objects.create(variant=variant(), region=eu, amount=1700, starts_at=later)
        with pytest.raises(MomentTaken):
            self.propose(eu, starts_at=later)
        with pytest.raises(NotPositive):
            self.propose(eu, "0")

    @pytest.mark.parametrize("amount", ["1750", "1800"])
    def test_a_reduction_is_lower_than_the_lowest_of_30_days(self, eu, amount):
        with pytest.raises(NotLower) as no:
            self.propose(eu, amount, is_reduction=True)
        assert "€1,750" in no.value.sentence()
        proposing.approve(self.propose(eu, "1749", is_reduction=True).pk, by_id=person("second"), now=timezone.now())
        assert Price.objects.get(variant=variant(), region=eu, amount=1749).is_reduction

    def test_a_dip_shortly_before_is_what_a_reduction_is_measured_by(self, eu):
        for days, amount in ((20, 1400), (19, 1750)):
            Price.objects.create(
                variant=variant(), region=eu, amount=amount, starts_at=timezone.now() - timedelta(days=days)
            )  # fmt: skip
        with pytest.raises(NotLower):
            self.propose(eu, "1500", is_reduction=True)
        self.propose(eu, "1399", is_reduction=True)

    def test_a_first_price_is_no_reduction(self, eu):
        Price.objects.filter(variant=variant(), region=eu).delete()
        with pytest.raises(NothingBefore):
            self.propose(eu, is_reduction=True)

    def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(self, staff, eu):
        client = staff("Merchandiser")
        url = change_url(variant())
        n = client.get(url).context["inline_admin_formsets"][0].formset.initial_form_count()
        row = {f"prices-{n}-region": "eu", f"prices-{n}-amount": "1800", f"prices-{n}-is_reduction": "on"}
        answer = client.post(url, form_of(client, url, **row))
        assert "must be lower than the lowest price" in said(answer) and 'value="1800"' in said(answer)
        assert not Proposal.objects.exists()

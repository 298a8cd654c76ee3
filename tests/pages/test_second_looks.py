"""A second pair of eyes: the link, who may make it, what its page shows and never shows, and the answer."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import second_look_views
from checkout import engraving_changes
from checkout.basket.models import Line
from flagship.clients import erasing, telling
from services.engraving import second_looks, working
from services.engraving.models import Inscription, Job, SecondLook
from services.engraving.refusals import JobTakenUp, LookEnded, NoteMissing, TooManyLinks
from tests import makers
from tests.languages import english_in, words_of
from tests.makers import fill, pay, place, variant, work_off
from tests.pages.doing import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7|add:7 }} http://evil.example"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


def bag_page(client, home: str = "/eu/en") -> str:
    """A bag with an engraved ring; returns the address where a second look is asked for."""
    kept(client, "halo-band", "A & P 14.II", size="52")
    client.post(f"{home}/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    return f"{home}/bag/lines/{Line.objects.latest('pk').line_reference}/second-look/"


def link_of(answer) -> str:
    """The path of the link that a page shows."""
    return re.search(r'value="https?://[^/"]+(/[^"]+/looks/[^"]+)"', answer.content.decode()).group(1)


def make(client, page: str) -> str:
    return link_of(client.post(page))


def opened(link: str) -> tuple[Client, str]:
    """Somebody else with the link, and the page to which it leads."""
    other = Client()
    answer = other.get(link)
    assert answer.status_code == 302, answer.status_code
    return other, answer["Location"]


@pytest.fixture
def order(standin):
    found = pay(place(fill(variant("halo-band", size="52"), engraved="A & P")), standin)
    work_off()
    mail.outbox.clear()
    return found


def order_page(client, order) -> str:
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    return f"/eu/en/orders/{order.number}/second-look/{order.lines.get().pk}/"


class TestTheLink:
    def test_is_shown_once_and_kept_as_a_hash_only(self, client):
        page = bag_page(client)
        token = make(client, page).rstrip("/").rpartition("/")[2]
        assert len(token) >= 32 and token not in client.get(page).content.decode()
        look = SecondLook.objects.get()
        assert token not in str(vars(look)) and len(look.token_sha256) == 64

    def test_leaves_the_address_and_tells_nobody_where_it_was_read(self, client):
        link = make(client, bag_page(client))
        other = Client()
        answer = other.get(link)
        assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"] and link.split("/")[-2] not in answer["Location"]
        shown = other.get(answer["Location"])
        assert shown.status_code == 200 and "no-store" in shown["Cache-Control"] and "noindex" in shown["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in shown.content.decode()

    def test_runs_out_after_a_fortnight(self, client):
        link = make(client, bag_page(client))
        other, page = opened(link)
        SecondLook.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        for address in (link, page):
            answer = other.get(address)
            assert answer.status_code == 404 and "no longer valid" in answer.content.decode()
        assert other.post(page, {"act": "approve", "name": "Lena"}).status_code == 404
        assert second_looks.forget_old(now=timezone.now()) == 1

    def test_can_be_taken_back_by_its_client(self, client):
        asking = bag_page(client)
        link = make(client, asking)
        other, page = opened(link)
        client.post(asking, {"take-back": SecondLook.objects.get().pk})
        assert other.get(link).status_code == other.get(page).status_code == 404

    def test_a_guess_opens_nothing_and_many_guesses_are_slowed(self, client, monkeypatch):
        assert client.get("/eu/en/looks/guess/").status_code == 404
        monkeypatch.setattr(second_look_views, "OPENED", 2)
        client.get("/eu/en/looks/guess/")
        assert client.get("/eu/en/looks/guess/").status_code == 429

    def test_of_one_proof_a_few_are_open_at_a_time(self, client):
        asking = bag_page(client)
        for _n in range(second_looks.MOST_LINKS):
            make(client, asking)
        answer = client.post(asking)
        assert answer.status_code == 422 and "take one back" in answer.content.decode()
        with pytest.raises(TooManyLinks):
            second_looks.ask(Inscription.objects.get().pk, now=timezone.now())


class TestWhoMay:
    def test_nobody_asks_about_anothers_bag_or_order(self, client, order):
        page = bag_page(client)
        stranger = Client()
        for address in (page, f"/eu/en/orders/{order.number}/second-look/{order.lines.get().pk}/"):
            assert stranger.get(address).status_code == stranger.post(address).status_code == 404
        assert not SecondLook.objects.exists()

    def test_nobody_takes_back_the_link_of_another(self, client, order):
        make(client, bag_page(client))
        look = SecondLook.objects.get()
        other = Client()
        other.post(order_page(other, order), {"take-back": look.pk})
        assert SecondLook.objects.filter(pk=look.pk).exists()

    def test_a_line_of_another_order_is_not_found(self, client, order, standin):
        who = makers.buyer("bea")
        foreign = place(fill(variant("halo-band", size="54"), who=who, engraved="B"), who=who).lines.get().pk
        order_page(client, order)
        assert client.get(f"/eu/en/orders/{order.number}/second-look/{foreign}/").status_code == 404

    def test_the_page_of_a_look_belongs_to_the_browser_that_opened_its_link(self, client):
        _other, page = opened(make(client, bag_page(client)))
        stranger = Client()
        for address in (page, f"{page}proof.svg"):
            assert stranger.get(address).status_code == 404
        assert stranger.post(page, {"act": "approve", "name": "Eve"}).status_code == 404
        assert client.get(page).status_code == 404  # nor to the client himself, who reads the answer elsewhere

    def test_a_form_from_elsewhere_answers_nothing(self, client):
        link = make(client, bag_page(client))
        other = Client(enforce_csrf_checks=True)
        page = other.get(link)["Location"]
        assert other.post(page, {"act": "approve", "name": "Lena"}).status_code == 403


class TestThePage:
    def test_shows_piece_proof_and_letters_and_no_price_and_nobody(self, client, order):
        other, page = opened(make(client, order_page(client, order)))
        html = other.get(page).content.decode()
        kept_now = Inscription.objects.get(order_line__order=order)
        assert "Halo band" in html and kept_now.proof_sha256 in html and "<li>P</li>" in html and "front-yellow" in html
        for secret in ("€", "EUR", "Anna", "anna@", "Rivoli", order.number, "1,", order.access_key):
            assert secret not in html.partition("<main")[2].partition("</main>")[0], secret
        assert order.number not in html and "Anna" not in html

    def test_the_proof_on_the_picture_is_the_kept_one(self, client):
        kept(client, "festoon-card-case", "A & P")
        client.post("/eu/en/bag/add/", {"piece": "festoon-card-case", "metal": "ink", "size": ""})
        asking = f"/eu/en/bag/lines/{Line.objects.latest('pk').line_reference}/second-look/"
        other, page = opened(make(client, asking))
        assert "on-piece" in other.get(page).content.decode()
        answer = other.get(f"{page}proof.svg")
        assert answer.status_code == 200 and "default-src 'none'" in answer["Content-Security-Policy"]

    @pytest.mark.parametrize("home", ["/cn/zh-hans", "/eu/fr"])
    def test_speaks_the_language_of_its_link(self, client, home):
        asking = bag_page(client, home)
        client.get("/eu/en/bag/")  # reads what was said in English
        for page in (client.get(asking).content.decode(), client.post(asking).content.decode()):
            assert not english_in(words_of(page).replace("A & P 14.II", ""))
        other, look = opened(make(client, asking))
        assert look.startswith(home)
        other.post(look, {"act": "again", "name": "李娜", "note": "请再看一下"})
        for page in (other.get(look).content.decode(), client.get(asking).content.decode()):
            assert not english_in(words_of(page).replace("A & P 14.II", ""))

    def test_asks_no_more_queries_for_more_answers(self, client):
        asking = bag_page(client)
        make(client, asking)

        def count(address: str) -> int:
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            return len(seen)

        few = [count(asking), count("/eu/en/bag/")]
        for n in range(3):
            other, page = opened(make(client, asking))
            other.post(page, {"act": "approve", "name": f"N{n}"})
        assert [count(asking), count("/eu/en/bag/")] <= few and few[1] <= 12


class TestTheAnswer:
    def test_is_read_in_the_bag_and_goes_with_it_onto_the_order(self, client, standin):
        bag = fill(variant("halo-band", size="52"), engraved="A & P")
        session = client.session
        session["bag"] = bag.token
        session.save()
        asking = f"/eu/en/bag/lines/{bag.lines.get().line_reference}/second-look/"
        link = make(client, asking)
        assert "waits for an answer" in client.get("/eu/en/bag/").content.decode()
        other, page = opened(link)
        answer = other.post(page, {"act": "approve", "name": "Lena"}, follow=True)
        assert "You have approved this proof" in answer.content.decode()
        assert "Lena approves the proof" in client.get("/eu/en/bag/").content.decode()
        order = pay(place(bag), standin)
        assert SecondLook.objects.get().inscription.order_line.order == order
        asking = order_page(client, order)
        html = client.get(f"/eu/en/orders/{order.number}/").content.decode()
        assert "Lena approves the proof" in html and asking in html
        assert other.get(link).status_code == 302  # the same link is still good

    def test_please_look_again_needs_words_and_can_become_a_yes(self, client):
        other, page = opened(make(client, bag_page(client)))
        answer = other.post(page, {"act": "again", "name": "Lena"})
        assert answer.status_code == 422 and "what we should look at" in answer.content.decode()
        assert other.post(page, {"act": "approve", "name": " "}).status_code == 422
        other.post(page, {"act": "again", "name": "Lena", "note": "Is it 14 or 15?"})
        shown = client.get("/eu/en/bag/").content.decode()
        assert "asks you to look again" in shown and "Is it 14 or 15?" in shown
        other.post(page, {"act": "approve", "name": "Lena"})
        assert "Lena approves the proof" in client.get("/eu/en/bag/").content.decode()
        for _n in range(4):
            answer = other.post(page, {"act": "approve", "name": "Lena"})
        assert answer.status_code == 422 and SecondLook.objects.get().times == second_looks.MOST_ANSWERS

    def test_names_and_notes_are_only_ever_text(self, client, order):
        asking = order_page(client, order)
        other, page = opened(make(client, asking))
        other.post(page, {"act": "again", "name": "<b>Eve</b>", "note": HOSTILE})
        for html in (
            client.get(asking).content.decode(),
            client.get(f"/eu/en/orders/{order.number}/").content.decode(),
            other.get(page).content.decode(),
        ):
            assert "<script>alert" not in html and "<img src=x" not in html and "<b>Eve" not in html
            assert "&lt;script&gt;alert(1)" in html and "{{ 7|add:7 }}" in html and 'href="http://evil' not in html
        hidden = other.post(page, {"act": "again", "name": "Eve", "note": "a\u202eb"})
        assert hidden.status_code == 422 and "invisible control character" in hidden.content.decode()
        long = other.post(page, {"act": "again", "name": "x" * 5000, "note": "y" * 5000})
        assert long.status_code == 303 and len(SecondLook.objects.get().note) == second_looks.MOST_OF_NOTE

    def test_the_client_of_an_order_hears_of_it_without_the_strangers_words(self, client, order):
        other, page = opened(make(client, order_page(client, order)))
        other.post(page, {"act": "again", "name": "Eve of evil.example", "note": HOSTILE})
        assert work_off() == ["letter.second_look"]
        letter = mail.outbox[-1]
        said = letter.body + letter.alternatives[0][0] + letter.subject
        assert letter.to == ["anna@client.example"] and "look at your engraving again" in letter.subject
        assert "evil.example" not in said and order.access_key in letter.body
        other.post(page, {"act": "approve", "name": "Eve"})
        work_off()
        assert "was approved" in mail.outbox[-1].subject and len(mail.outbox) == 2

    def test_counts_for_the_very_proof_only(self, client, order):
        asking = order_page(client, order)
        link = make(client, asking)
        other, page = opened(link)
        other.post(page, {"act": "approve", "name": "Lena"})
        kept_now = Inscription.objects.get(order_line__order=order)
        wish = makers.engraving(variant("halo-band", size="52"), "P & A")
        engraving_changes.edit(
            order,
            order.lines.get().pk,
            wish,
            shown=engraving_changes.version(kept_now),
            language="en",
            by_id=None,
            now=timezone.now(),
        )
        assert "Lena" not in client.get(f"/eu/en/orders/{order.number}/").content.decode()
        answer = other.get(page)
        assert answer.status_code == 404 and "has been changed" in answer.content.decode()
        with pytest.raises(LookEnded):
            second_looks.answer(SecondLook.objects.get().pk, approves=True, name="Lena", note="", now=timezone.now())

    def test_ends_when_the_engraver_takes_it_up(self, client, order):
        asking = order_page(client, order)
        other, page = opened(make(client, asking))
        engraver = makers.User.objects.create_user("ida@house.example", is_staff=True)
        working.take_up(Job.objects.get(), by_id=engraver.pk)
        assert "taken this piece up" in other.get(page).content.decode()
        answer = other.post(page, {"act": "approve", "name": "Lena"})
        assert answer.status_code == 422 and SecondLook.objects.get().answer == ""
        with pytest.raises(JobTakenUp):
            second_looks.ask(SecondLook.objects.get().inscription_id, now=timezone.now())

    def test_from_one_network_only_so_many(self, client, monkeypatch):
        other, page = opened(make(client, bag_page(client)))
        monkeypatch.setattr(second_look_views, "ANSWERED", 1)
        other.post(page, {"act": "approve", "name": "Lena"})
        assert other.post(page, {"act": "approve", "name": "Lena"}).status_code == 422

    def test_the_rule_itself_asks_for_a_note(self, client):
        make(client, bag_page(client))
        with pytest.raises(NoteMissing):
            second_looks.answer(SecondLook.objects.get().pk, approves=False, name="Lena", note=" ", now=timezone.now())


def test_a_client_is_told_what_others_wrote_and_erasing_takes_it_along(standin):
    anna = makers.client_of("anna")
    who = makers.buyer("anna", anna)
    order = place(fill(variant("halo-band", size="52"), who=who, engraved="A"), who=who)
    kept_now = Inscription.objects.get(order_line__order=order)
    second_looks.ask(kept_now.pk, now=timezone.now())
    second_looks.answer(SecondLook.objects.get().pk, approves=True, name="Lena", note="", now=timezone.now())
    told = telling.everything(anna, now=timezone.now())["orders"][0]["lines"][0]["engraving"]["second_looks"]
    assert [look["name"] for look in told] == ["Lena"] and "token_sha256" not in told[0]
    type(order).objects.filter(pk=order.pk).update(status="lapsed")
    erasing.erase(anna, now=timezone.now())
    assert not SecondLook.objects.exists()

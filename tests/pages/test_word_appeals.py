"""A word that is not engraved: the polite no, the way to a person, his answer, and the text that comes back."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from checkout.basket.models import Line
from flagship.clients import erasing, telling
from services.engraving import appealing, word_rules
from services.engraving.models import Appeal, AppealState, Inscription, WordRule
from services.engraving.refusals import AnswerMissing, AppealDecided, TooManyAppeals
from services.foundation.contacts.senders import MemorySender
from tests import makers
from tests.languages import english_in, words_of
from tests.makers import work_off
from tests.pages.doing import FORM as CHECKOUT
from tests.pages.doing import kept, start_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PANEL = "/eu/en/pieces/halo-band/engrave/"
ASK = f"{PANEL}ask/"
FORM = {"inscription": "Lupercal", "face": "roman", "size": "52", "metal": "yellow", "contact": "anna@client.example"}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def a_rule():
    """A harmless word stands in for a bad one."""
    cache.clear()
    WordRule.objects.create(word="lupercal", region_id="eu", reason="it is only a test.", owner="legal@house.example")
    word_rules.forget()
    yield
    word_rules.forget()


def decide(approves: bool = True, answer: str = "It is your family’s name.") -> None:
    by = makers.User.objects.get_or_create(email="ada@house.example", defaults={"is_staff": True})[0].pk
    appealing.decide(Appeal.objects.latest("pk").pk, approves=approves, answer=answer, by_id=by, now=timezone.now())
    work_off()


def link_in(said: str) -> str:
    return re.search(r"https?://[^/\s]+(/\S+/engraving/[^/\s]+/)", said).group(1)


class TestTheNo:
    def test_says_which_word_why_and_whom_to_ask_and_keeps_what_was_typed(self, client):
        answer = kept(client, "halo-band", "My Lupercal")
        page = answer.content.decode()
        assert answer.status_code == 422 and client.session.get("kept", {}) == {}
        assert "“lupercal”: it is only a test." in page and "My Lupercal" in page and f'href="{ASK}?' in page

    def test_is_said_while_one_types(self, client):
        page = client.get(PANEL, {"inscription": "Lupercal", "face": "roman"}).content.decode()
        assert "it is only a test" in page and ASK in page
        assert ASK not in client.get(PANEL, {"inscription": "Lupercalia", "face": "roman"}).content.decode()

    def test_holds_in_its_own_market_only(self, client):
        assert "only a test" not in client.get("/us/en/pieces/halo-band/engrave/?inscription=Lupercal").content.decode()

    def test_holds_in_bag_and_checkout_too(self, client):
        kept(client, "halo-band", "Anna")
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        line = Line.objects.latest("pk")
        page = f"/eu/en/bag/lines/{line.line_reference}/engrave/"
        WordRule.objects.filter(word="lupercal").update(word="later")
        word_rules.forget()
        shown = client.post(page, {"inscription": "Lupercal", "face": "roman", "act": "show"}).content.decode()
        proof = re.search(r'name="proof" value="(\w+)"', shown).group(1)
        WordRule.objects.filter(word="later").update(word="lupercal")  # somebody puts it on the list meanwhile
        word_rules.forget()
        ticked = {"inscription": "Lupercal", "face": "roman", "proof": proof, "spelling": "yes", "final_sale": "yes"}
        assert client.post(page, {**ticked, "act": "keep"}).status_code == 422
        assert Inscription.objects.get(bag_line=line).text == "Anna"

    def test_holds_for_what_lies_in_the_bag_already_when_it_is_ordered(self, client, standin):
        WordRule.objects.filter(word="lupercal").update(word="later")
        word_rules.forget()
        kept(client, "halo-band", "Lupercal")
        fields = start_checkout(client)
        WordRule.objects.filter(word="later").update(word="lupercal")
        word_rules.forget()
        answer = client.post("/eu/en/checkout/", {**CHECKOUT, **fields})
        assert answer.status_code == 409 and "it is only a test" in answer.content.decode()

    def test_is_not_drawn_either(self, client):
        answer = client.get(f"{PANEL}preview.svg", {"inscription": "Lupercal", "face": "roman"})
        assert answer.status_code == 422 and "only a test" in answer.content.decode()
        page = client.get(PANEL, {"inscription": "Lupercal", "face": "roman"}).content.decode()
        assert re.findall(r"preview\.svg\?(\w+)", page) == ["place"]  # the place alone, without a letter in it
        asked = ({"place": "", "inscription": text, "face": "roman"} for text in ("Lupercal", "", "Lupus"))
        refused, empty, other = (client.get(f"{PANEL}preview.svg", each).content for each in asked)
        assert refused == empty != other

    def test_asks_nobody_about_names(self, client):
        for name in ("Dick", "Fanny", "Scunthorpe", "Hancock"):
            assert kept(client, "halo-band", name).status_code == 302, name


class TestAsking:
    def test_a_person_is_asked_once_with_what_he_needs(self, client):
        page = client.get(ASK, FORM).content.decode()
        assert "Lupercal" in page and "only a test" in page
        for _twice in range(2):
            assert client.post(ASK, {**FORM, "words": "It is our name."}).status_code == 303
        asked = Appeal.objects.get()
        assert (asked.typed, asked.word, asked.size, asked.metal) == ("Lupercal", "lupercal", "52", "yellow")
        assert asked.words == "It is our name." and asked.contact == "anna@client.example"
        assert "writes to anna@client.example" in client.get("/eu/en/pieces/halo-band/").content.decode()

    def test_about_a_text_that_nobody_refused_there_is_nothing_to_ask(self, client):
        for text in ("Anna", "", "A\u202eB", "M" * 90):
            answer = client.post(ASK, {**FORM, "inscription": text})
            assert answer.status_code == 303 and answer["Location"].startswith(PANEL)
        assert not Appeal.objects.exists()

    def test_what_is_wrong_is_said_beside_what_was_typed(self, client):
        answer = client.post(ASK, {**FORM, "contact": "nobody", "words": "Our name"})
        assert answer.status_code == 422 and "Our name" in answer.content.decode() and "nobody" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"] and "noindex" in answer["X-Robots-Tag"]

    def test_a_contact_and_a_network_ask_so_much_a_day(self, client):
        for n in range(appealing.MOST_OF_A_CONTACT):
            assert client.post(ASK, {**FORM, "inscription": f"Lupercal {n}"}).status_code == 303
        answer = client.post(ASK, {**FORM, "inscription": "Lupercal 9"})
        assert answer.status_code == 422 and "several questions" in answer.content.decode()
        for n in range(appealing.MOST_OF_A_NETWORK - appealing.MOST_OF_A_CONTACT):
            client.post(ASK, {**FORM, "contact": f"a{n}@client.example"})
        assert client.post(ASK, {**FORM, "contact": "last@client.example"}).status_code == 422
        assert TooManyAppeals().sentence()

    def test_hostile_words_are_only_ever_text(self, client):
        WordRule.objects.filter(word="lupercal").update(word="alert")
        word_rules.forget()
        for page in (
            client.get(ASK, {**FORM, "inscription": "alert <b>", "words": HOSTILE}).content.decode(),
            client.get(PANEL, {"inscription": 'alert "><b>', "face": "roman"}).content.decode(),
        ):
            assert "<b>" not in page and HOSTILE not in page

    @pytest.mark.parametrize("home", ["cn/zh-hans", "eu/fr"])
    def test_speaks_the_clients_language(self, client, home):
        WordRule.objects.all().delete()
        said = {"reason_en": "x.", "reason_fr": "ce n’est qu’un essai.", "reason_zh_hans": "此为试验。"}
        WordRule.objects.create(word="lupercal", owner="x", **said)
        word_rules.forget()
        page = client.get(f"/{home}/pieces/halo-band/engrave/ask/", FORM).content.decode()
        assert not english_in(words_of(page)), english_in(words_of(page))
        client.post(f"/{home}/pieces/halo-band/engrave/ask/", FORM)
        for approves in (True, False):
            Appeal.objects.update(state=AppealState.WAITING, decided_at=None)
            mail.outbox.clear()
            appealing.decide(Appeal.objects.get().pk, approves=approves, answer="A.", by_id=staff(), now=timezone.now())
            send_again()
            letter = mail.outbox[-1]
            for words in (letter.subject, words_of(letter.body), words_of(letter.alternatives[0][0])):
                assert not english_in(words), english_in(words)


def staff() -> int:
    return makers.User.objects.get_or_create(email="ada@house.example", defaults={"is_staff": True})[0].pk


def send_again() -> None:
    from catalog import appeal_letters

    appeal_letters.send(Appeal.objects.get().pk)


class TestTheAnswer:
    def test_a_yes_brings_the_text_back_and_lets_it_through(self, client):
        client.post(ASK, FORM)
        decide()
        letter = mail.outbox[-1]
        assert letter.to == ["anna@client.example"] and "It is your family’s name." in letter.body
        assert kept(client, "halo-band", "Lupercal").status_code == 422  # not before he has opened the link
        answer = client.get(link_in(letter.body))
        assert answer.status_code == 302 and answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
        back = urlsplit(answer["Location"])
        assert back.path == PANEL and parse_qs(back.query)["inscription"] == ["Lupercal"]
        assert "Lupercal" in client.get(answer["Location"]).content.decode()
        assert kept(client, "halo-band", "Lupercal").status_code == 302
        assert kept(client, "halo-band", "LUPERCAL ").status_code == 302
        assert kept(client, "halo-band", "Lupercal too").status_code == 422  # this text and no other

    def test_a_yes_is_for_this_client_alone(self, client):
        client.post(ASK, FORM)
        decide()
        assert kept(Client(), "halo-band", "Lupercal").status_code == 422

    def test_who_asked_signed_in_needs_no_link(self, client):
        client.force_login(makers.client_of("anna"))
        client.post(ASK, FORM)
        decide()
        assert kept(client, "halo-band", "Lupercal").status_code == 302

    def test_a_no_says_why_and_brings_the_text_back_unchanged(self, client):
        client.post(ASK, FORM)
        decide(False, "It would hurt others.")
        letter = mail.outbox[-1]
        assert "It would hurt others." in letter.body and "rather not" in letter.body
        page = client.get(link_in(letter.body), follow=True).content.decode()
        assert "Lupercal" in page and "only a test" in page
        assert kept(client, "halo-band", "Lupercal").status_code == 422

    def test_a_letter_sent_twice_has_one_good_link(self, client):
        client.post(ASK, FORM)
        decide()
        first = link_in(mail.outbox[-1].body)
        send_again()
        assert client.get(first).status_code == 404
        assert client.get(link_in(mail.outbox[-1].body)).status_code == 302

    def test_a_link_runs_out_and_a_guess_opens_nothing(self, client):
        client.post(ASK, FORM)
        decide()
        link = link_in(mail.outbox[-1].body)
        token = link.rstrip("/").rpartition("/")[2]
        assert token not in str(vars(Appeal.objects.get())) and len(token) >= 32
        Appeal.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        for address in (link, "/eu/en/engraving/guess/", "/eu/en/engraving/x/"):
            answer = client.get(address)
            assert answer.status_code == 404 and "no longer valid" in answer.content.decode()

    def test_who_gave_a_mobile_number_gets_a_short_message(self, client):
        client.post(ASK, {**FORM, "contact": "06 12 34 56 78"})
        MemorySender.sent.clear()
        decide()
        assert MemorySender.sent[-1][0] == "+33612345678" and "/engraving/" in MemorySender.sent[-1][1]

    def test_is_given_once_and_never_without_a_reason(self, client):
        client.post(ASK, FORM)
        found = Appeal.objects.get()
        with pytest.raises(AnswerMissing):
            appealing.decide(found.pk, approves=True, answer=" ", by_id=staff(), now=timezone.now())
        decide()
        with pytest.raises(AppealDecided):
            appealing.decide(found.pk, approves=False, answer="No.", by_id=staff(), now=timezone.now())
        assert Appeal.objects.get().state == AppealState.APPROVED

    def test_is_forgotten_in_time_and_with_its_client(self, client):
        anna = makers.client_of("anna")
        client.force_login(anna)
        client.post(ASK, FORM)
        decide()
        assert appealing.forget_old(now=timezone.now()) == 0
        assert appealing.forget_old(now=timezone.now() + appealing.KEPT + timedelta(days=1)) == 1
        client.post(ASK, {**FORM, "inscription": "Lupercal 2"})
        assert [asked["typed"] for asked in telling.everything(anna, now=timezone.now())["appeals"]] == ["Lupercal 2"]
        erasing.erase(anna, now=timezone.now())
        assert not Appeal.objects.exists()

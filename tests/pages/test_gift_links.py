"""A gift by link on its pages: chosen in checkout, opened by one person alone, and nothing of one side reaches the other."""

import io
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from checkout import fulfilling, gift_letters, gift_shown, giving, replanning, slips
from checkout.order.models import Order
from checkout.order.states import OrderState
from flagship.clients import telling
from services.foundation.formats import money
from services.foundation.regions.links import storefront
from services.gifting import links
from services.gifting.models import GiftLink, GiftState
from tests import makers
from tests.makers import BY_LINK, RECIPIENT, client_of, given, pay, proven, work_off
from tests.pages.doing import FORM, field, start_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

LINK_FORM = {
    **{name: FORM[name] for name in ("email", "payment", "terms", "act")},
    "delivery": "link",
    "delivery_shown": "link",
    "gift_name": "Berthe",
    "gift_contact": "Berthe@friend.example",
    "gift_country": "FR",
    "gift_giver": "Anna",
    "gift_message": "For your new home.",
}
ADDRESS = {
    "name": RECIPIENT.name,
    "mobile": "06 98 76 54 32",
    "country": "FR",
    "line1": RECIPIENT.line1,
    "postcode": RECIPIENT.postcode,
    "city": RECIPIENT.city,
}


def address(gift: GiftLink, more: str = "", home: str = "/eu/en/") -> str:
    gift.refresh_from_db()
    return f"{home}gift/{links.secret_of(gift)}/{more}"


def open_gift(client, gift: GiftLink) -> str:
    """Ask for the code, read it where it was sent, write it; returns the page behind the door."""
    client.post(address(gift), {"act": "send-code"})
    work_off()
    code = re.search(r"\b(\d{6})\b", next(m for m in reversed(mail.outbox) if m.to == [gift.contact]).body).group(1)
    return client.post(address(gift), {"act": "prove", "code": code}, follow=True).content.decode()


def day_of(page: str) -> str:
    return re.search(r'name="day" value="([^"]+)"', page).group(1)


class TestInCheckout:
    def test_a_gift_by_link_is_placed_without_an_address(self, client, standin):
        hidden = start_checkout(client)
        shown = client.post("/eu/en/checkout/", {**LINK_FORM, "act": "update"}).content.decode()
        assert (
            "Accepted today, the gift is in their hands on" in shown and "refunded in full if the gift is not accepted" in shown
        )
        answer = client.post("/eu/en/checkout/", {**LINK_FORM, **hidden})
        assert answer.status_code == 303, answer.content.decode()[:3000]
        gift = GiftLink.objects.get()
        assert (gift.recipient, gift.contact, gift.country) == ("Berthe", "berthe@friend.example", "FR")
        pay(gift.order, standin)
        page = client.get(f"/eu/en/orders/{gift.order.number}/").content.decode()
        assert address(gift) in page and "Take the gift back" in page and "Make a new link" in page

    def test_what_was_typed_stays_beside_what_is_wrong(self, client):
        hidden = start_checkout(client)
        wrong = {"gift_name": "", "gift_contact": "nobody", "gift_message": "x" * 300}
        answer = client.post("/eu/en/checkout/", {**LINK_FORM, **hidden, **wrong})
        page = answer.content.decode()
        assert answer.status_code == 422 and "nobody" in page and "x" * 300 in page
        for name in wrong:
            assert f'id="{name}-error"' in page

    def test_a_choice_whose_terms_were_not_shown_yet_is_shown_first(self, client):
        hidden = start_checkout(client)
        answer = client.post("/eu/en/checkout/", {**LINK_FORM, **hidden, "delivery_shown": "address"})
        assert answer.status_code == 409 and "look at the total again" in answer.content.decode()
        assert not Order.objects.exists()

    def test_where_tax_depends_on_the_place_it_is_not_offered_and_said_why(self, client):
        client.post("/us/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
        page = client.get("/us/en/checkout/").content.decode()
        assert 'value="link"' not in page and "a gift cannot go by link" in page

    def test_an_address_is_still_what_is_asked_first(self, client):
        start_checkout(client)
        page = client.get("/eu/en/checkout/").content.decode()
        assert re.search(r'value="address" checked', page)


class TestTheDoor:
    def test_it_says_nothing_before_the_proof_and_is_in_no_index_or_cache(self, client, standin):
        gift = given(standin, engraved="A & P")
        answer = client.get(address(gift))
        page = answer.content.decode()
        for said in ("Berthe", "Anna", "new home", "Halo band", BY_LINK.contact, gift.order.number, "A &amp; P"):
            assert said not in page, said
        assert "b•••@f•••" in page
        assert answer["Referrer-Policy"] == "same-origin" and "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"] and '<meta name="robots" content="noindex' in page

    def test_a_guess_and_a_replaced_link_are_not_there(self, client, standin):
        gift = given(standin)
        old = address(gift)
        links.renew(gift)
        assert client.get(old).status_code == 404 and client.get("/eu/en/gift/" + "A" * 43 + "/").status_code == 404
        assert client.get(address(gift)).status_code == 200

    def test_it_opens_for_the_session_that_proved_it_and_for_no_other(self, client, standin):
        gift = given(standin)
        page = open_gift(client, gift)
        assert "A gift from Anna" in page and "For your new home." in page and "Accept the gift" in page
        stranger = Client()
        assert "A gift from Anna" not in stranger.get(address(gift)).content.decode()
        stranger.post(address(gift), {**ADDRESS, "act": "accept"})
        gift.refresh_from_db()
        assert gift.state == GiftState.OPENED

    def test_a_wrong_code_is_said_and_five_end_it(self, client, standin):
        gift = given(standin)
        client.post(address(gift), {"act": "send-code"})
        for _try in range(6):
            answer = client.post(address(gift), {"act": "prove", "code": "000000"})
            assert answer.status_code == 422 and "not right, or no longer valid" in answer.content.decode()
        work_off()
        code = re.search(r"\b(\d{6})\b", mail.outbox[-1].body).group(1)
        assert client.post(address(gift), {"act": "prove", "code": code}).status_code == 422

    def test_another_regions_address_leads_to_the_orders_own(self, client, standin):
        gift = given(standin)
        assert client.get(address(gift, home="/us/en/"))["Location"] == address(gift)
        assert client.get(address(gift, home="/cn/zh-hans/"))["Location"] == address(gift, home="/eu/zh-hans/")

    def test_after_its_end_it_says_so(self, client, standin):
        gift = given(standin)
        open_gift(client, gift)
        secret = address(gift)
        from checkout import ending

        ending.cancel(gift.order, by_id=None, by_words="client")
        answer = client.get(secret)
        assert answer.status_code == 410 and "no longer waiting" in answer.content.decode()
        assert client.post(secret, {**ADDRESS, "act": "accept"}).status_code == 410

    def test_a_new_link_wants_a_new_proof(self, client, standin):
        gift = given(standin)
        open_gift(client, gift)
        links.renew(gift)
        assert "A gift from Anna" not in client.get(address(gift)).content.decode()


class TestTheGift:
    def test_it_is_accepted_followed_and_thanked_for(self, client, standin):
        gift = given(standin, engraved="A & P")
        page = open_gift(client, gift)
        assert "Halo band" in page and "A &amp; P" in page
        done = client.post(address(gift), {**ADDRESS, "act": "accept", "day": day_of(page)}, follow=True).content.decode()
        assert "7 quai du Lac" in done and "In your hands on" in done and "A word of thanks" in done
        thanked = client.post(address(gift), {"act": "thank", "thanks": "Merci, chère Anna !"}, follow=True).content.decode()
        assert "Your thanks are on their way" in thanked
        giver = Client()
        giver.get(f"/eu/en/orders/{gift.order.number}/?key={gift.order.access_key}")
        assert "Merci, chère Anna !" in giver.get(f"/eu/en/orders/{gift.order.number}/").content.decode()

    def test_what_is_missing_is_said_and_nothing_is_lost(self, client, standin):
        gift = given(standin)
        open_gift(client, gift)
        answer = client.post(address(gift), {**ADDRESS, "postcode": "", "on": "soon", "act": "accept"})
        page = answer.content.decode()
        assert answer.status_code == 422 and "7 quai du Lac" in page
        assert 'id="postcode-error"' in page and 'id="on-error"' in page
        assert client.post(address(gift), {**ADDRESS, "country": "DE", "act": "accept"}).status_code == 422

    def test_a_surprise_shows_the_closed_box(self, client, standin):
        gift = given(standin, by_link=replace(BY_LINK, is_surprise=True, giver=""))
        page = open_gift(client, gift)
        assert "Halo band" not in page and "stays a surprise" in page and "A gift for you" in page and "Anna" not in page

    def test_it_is_declined_in_two_steps(self, client, standin):
        gift = given(standin)
        open_gift(client, gift)
        assert "Decline the gift" in client.get(address(gift, "decline/")).content.decode()
        secret = address(gift, "decline/")
        assert "We let the giver know" in client.post(secret).content.decode()
        gift.refresh_from_db()
        assert gift.state == GiftState.DECLINED

    def test_a_stranger_declines_nothing(self, client, standin):
        gift = given(standin)
        client.post(address(gift, "decline/"))
        gift.refresh_from_db()
        assert gift.state == GiftState.WAITING


class TestWhoseItIs:
    """Stranger, giver, recipient and another client, each before the other's door."""

    def test_the_recipient_opens_nothing_of_the_order(self, client, standin):
        gift = given(standin)
        open_gift(client, gift)
        number = gift.order.number
        for path in ("", "receipt.pdf", "cancel/", "change/address/", "return/"):
            assert client.get(f"/eu/en/orders/{number}/{path}").status_code == 404, path
        for path in ("cancel/", "pay/", "gift/new-link/"):
            assert client.post(f"/eu/en/orders/{number}/{path}").status_code == 404, path

    def test_the_giver_opens_the_gift_no_more_than_a_stranger(self, client, standin):
        user = client_of("anna")
        gift = given(standin)
        Order.objects.filter(pk=gift.order_id).update(user=user)
        client.force_login(user)
        giving.accept(proven(gift), RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now())
        assert "quai du Lac" not in client.get(address(gift)).content.decode()
        for path in ("change/address/", "change/day/"):
            assert client.get(f"/eu/en/orders/{gift.order.number}/{path}").status_code == 404, path

    def test_another_client_and_a_stranger_make_no_new_link(self, client, standin):
        gift = given(standin)
        client.force_login(client_of("bert"))
        for somebody in (Client(), client):
            assert somebody.post(f"/eu/en/orders/{gift.order.number}/gift/new-link/").status_code == 404
        before = gift.secret_sha256
        gift.refresh_from_db()
        assert gift.secret_sha256 == before

    def test_the_giver_makes_one(self, client, standin):
        gift = given(standin)
        client.get(f"/eu/en/orders/{gift.order.number}/?key={gift.order.access_key}")
        old = address(gift)
        page = client.post(f"/eu/en/orders/{gift.order.number}/gift/new-link/", follow=True).content.decode()
        assert old not in page and address(gift) in page

    def test_an_ordinary_order_has_no_link(self, client, standin):
        order = makers.place(makers.fill(makers.variant()))
        client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
        assert client.post(f"/eu/en/orders/{order.number}/gift/new-link/").status_code == 404


# What reaches whom


def pdf_texts(pdf: bytes) -> str:
    """Everything a PDF says: its text, its metadata, and its objects as they are written, without the packed streams."""
    reader = PdfReader(io.BytesIO(pdf))
    text = "\n".join(page.extract_text() for page in reader.pages)
    xmp = reader.xmp_metadata
    described = str(dict(reader.metadata or {})) + (str(xmp.rdf_root.toxml()) if xmp else "")
    written = re.sub(rb"(?s)stream\r?\n.*?endstream", b"", pdf).decode("latin-1")
    return "\n".join([text, described, written])


def letter_texts(letter) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in letter.message().items())
    return "\n".join([headers, letter.body, *(str(content) for content, _kind in letter.alternatives)])


def amounts_of(order: Order) -> set[Decimal]:
    """Every amount the order knows, but naught."""
    found = {order.total_incl_tax, order.total_excl_tax, order.total_incl_tax - order.total_excl_tax}
    found |= {order.shipping_incl_tax, order.shipping_excl_tax}
    for line in order.lines.all():
        found |= {line.line_price_incl_tax, line.line_price_excl_tax, line.unit_price_incl_tax, line.unit_price_excl_tax}
        found |= {line.line_tax}
    for part in order.plan.parts.all() if hasattr(order, "plan") else ():
        found.add(part.amount)
    return {amount for amount in found if amount}


def money_in(text: str, order: Order) -> str:
    """The first amount of the order found in a text, in whatever spelling; or its currency, or a currency's sign."""
    for amount in amounts_of(order):
        whole, _point, cents = f"{amount:.2f}".partition(".")
        grouped = r"[\s.,'’ \u00a0\u202f\u2009]?".join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", whole))
        spellings = [rf"{grouped}(?:[.,]{cents})?", whole + cents]
        found = re.search(rf"(?<![0-9A-Za-z#_-])(?:{'|'.join(spellings)})(?![0-9A-Za-z_-])", text)
        if found:
            return text[max(0, found.start() - 80) : found.end() + 80]
    text = re.sub(r"[(（](?:EUR|CNY|USD)[)）]", "", text)  # the list of regions in the header names their currencies
    found = re.search(r"[€¥￥£]|\b(?:EUR|CNY|USD|RMB)\b", text)
    return text[max(0, found.start() - 80) : found.end() + 80] if found else ""


@pytest.mark.parametrize("amount", ["1 234,00", "1,234", "1234.00", "1\u202f234", "1.234,00", "123400", "€"])
def test_the_search_for_money_finds_every_spelling(amount):
    class Plain:
        total_incl_tax = total_excl_tax = shipping_incl_tax = shipping_excl_tax = Decimal("1234.00")
        lines = type("Lines", (), {"all": lambda self: ()})()

    assert money_in(f"for {amount} only", Plain()) and not money_in('value="a1234b" #1234 5551234', Plain())


def journey(client, gift: GiftLink) -> dict[str, str]:
    """Everything the recipient can look at, from the link to the thanks, by name."""
    read: dict[str, str] = {}

    def look(name: str, answer) -> str:
        body = answer.content.decode()
        read[name] = "\n".join([*(f"{k}: {v}" for k, v in answer.items()), body])
        return body

    look("door", client.get(address(gift)))
    look("code", client.post(address(gift), {"act": "send-code"}, follow=True))
    work_off()
    look("wrong code", client.post(address(gift), {"act": "prove", "code": "1"}))
    page = open_gift(client, gift)
    look("gift", client.get(address(gift)))
    look("update", client.post(address(gift), {**ADDRESS, "act": "update"}))
    look("errors", client.post(address(gift), {**ADDRESS, "line1": "", "act": "accept"}))
    look("other country", client.post(address(gift), {**ADDRESS, "country": "DE", "act": "accept"}))
    look("decline", client.get(address(gift, "decline/")))
    look("accepted", client.post(address(gift), {**ADDRESS, "act": "accept", "day": day_of(page)}, follow=True))
    for what in ("address", "day"):
        form = look(f"{what} form", client.get(address(gift, f"{what}/")))
        sent = {**ADDRESS, "line2": "3e étage", "shown": field(form, "shown"), "day": field(form, "day"), "act": "keep"}
        look(f"{what} refused", client.post(address(gift, f"{what}/"), {**sent, "line1": "", "on": "1999-01-01"}))
        look(f"{what} changed", client.post(address(gift, f"{what}/"), {**sent, "on": field(form, "day")}, follow=True))
    look("thanks refused", client.post(address(gift), {"act": "thank", "thanks": ""}))
    look("thanked", client.post(address(gift), {"act": "thank", "thanks": "Merci"}, follow=True))
    for found in re.findall(r'(?:src|href|data-\w+)="(/[^"]+)"', read["gift"]):
        if found.startswith("/eu/en/proofs/"):
            look(found, client.get(found))
    return read


def letters_by_receiver() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for letter in mail.outbox:
        found.setdefault(letter.to[0], []).append(letter_texts(letter))
    return found


def everything(client, standin, language: str = "en") -> tuple[GiftLink, dict[str, str], list[str]]:
    """One gift through its whole life: what the recipient read, and every letter the giver got."""
    mail.outbox.clear()
    gift = given(
        standin,
        by_link=replace(BY_LINK, house_writes=True),
        engraved="A & P",
        gift=makers.GIFT,
        payment="instalments",
        language=language,
        mobile="+33611223344",
    )
    order = gift.order
    work_off()
    gift_letters.reminder(gift.pk, 1)
    GiftLink.objects.filter(pk=gift.pk).update(house_writes=False)
    gift_letters.reminder(gift.pk, 2)
    read = journey(client, gift)
    order.refresh_from_db()
    for name, pdf in (
        ("slip", slips.pdf_of(order)),
        ("label", slips.label_of(order)),
        *((f"card {line.pk}", slips.card_of(order, line.wrapping)) for line in order.lines.all()),
    ):
        read[name] = pdf_texts(pdf)
    replanning._move_promise(order, order.promise.replace(year=order.promise.year + 1), by_id=None, now=timezone.now())
    Order.objects.filter(pk=order.pk).update(status=OrderState.READY_TO_PACK)
    order.refresh_from_db()
    for job in order.lines.get().inscription.job.__class__.objects.all():
        job.__class__.objects.filter(pk=job.pk).update(state="inspected")
    makers.pack(order)
    order.refresh_from_db()
    fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())
    gift_letters.withdrawn(gift.pk)
    read["on its way"] = client.get(address(gift)).content.decode()
    work_off()
    received = letters_by_receiver()
    for number, letter in enumerate(received[BY_LINK.contact]):
        read[f"letter {number}"] = letter
    return gift, read, received["anna@client.example"]


def test_the_recipient_reads_no_price_and_nothing_of_the_giver_anywhere(client, standin):
    gift, read, _givers = everything(client, standin)
    order = gift.order
    assert len(read) > 24 and sum(name.startswith("letter") for name in read) >= 7
    for name, text in read.items():
        assert not money_in(text, order), (name, money_in(text, order))
        for secret in (order.access_key, "anna@client.example", "+33611223344", "11 22 33 44", "4242", "receipt.pdf"):
            assert secret not in text, (name, secret)
        assert f"/orders/{order.number}" not in text, name


def test_the_giver_reads_nothing_of_where_it_goes_anywhere(client, standin):
    user = client_of("anna")
    gift, _read, letters = everything(client, standin)
    order = gift.order
    Order.objects.filter(pk=order.pk).update(user=user)
    giver = Client()
    giver.force_login(user)
    home = f"/eu/en/orders/{order.number}/"
    read = {path: giver.get(home + path, follow=True).content.decode() for path in ("", "cancel/", "return/")}
    read |= {path: giver.get(f"/eu/en/account/{path}").content.decode() for path in ("", "orders/", "addresses/", "privacy/")}
    read["receipt"] = pdf_texts(giver.get(home + "receipt.pdf").content)
    read["data"] = json.dumps(telling.everything(user, now=timezone.now()), default=str, ensure_ascii=False)
    read["data file"] = giver.post("/eu/en/account/privacy/data/").content.decode()
    read |= {f"letter {number}": letter for number, letter in enumerate(letters)}
    assert len(letters) >= 5
    for name, text in read.items():
        for secret in ("quai du Lac", "3e étage", "Annecy", "74000", "698765432", "98 76 54 32", "Berthe Ami"):
            assert secret not in text, (name, secret)


def test_the_recipients_page_has_no_field_for_money():
    said = {*gift_shown.Shown.__dataclass_fields__, *gift_shown.Piece.__dataclass_fields__}
    assert not [name for name in said if re.search(r"price|total|amount|tax|order$|line$|user|email", name)]


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans"])
def test_every_page_speaks_the_readers_language(client, standin, language):
    from tests.languages import english_in, words_of

    gift = given(standin, by_link=replace(BY_LINK, giver="", message=""))
    secret = address(gift, home=f"/eu/{language}/")
    client.post(secret, {"act": "send-code"})
    work_off()
    pages = [client.get(secret).content.decode()]
    code = re.search(r"\b(\d{6})\b", mail.outbox[-1].body).group(1)
    pages.append(client.post(secret, {"act": "prove", "code": code}, follow=True).content.decode())
    for page in pages:
        assert f'<html lang="{language}"' in page
        if language != "en":
            main = page.split("<main", 1)[1].split("</main", 1)[0]
            assert not english_in(words_of(main)), english_in(words_of(main))


def test_money_is_written_in_the_giver_s_letter_alone(client, standin):
    gift = given(standin)
    mail.outbox.clear()
    work_off()
    with storefront("eu", "en"):
        total = money(gift.order.total_incl_tax, "EUR")
    assert [total in letter.body for letter in mail.outbox] == [True]
    assert links.secret_of(gift) in mail.outbox[0].body

"""Limits and bad input at the client's doors: each gets its sentence, none a 500."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from services.foundation.contacts import proving
from services.foundation.contacts.models import Code
from services.foundation.contacts.senders import MemorySender
from tests import makers
from tests.makers import work_off
from tests.pages.test_pages import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def sms_code(client) -> str:
    MemorySender.sent.clear()
    client.post("/cn/en/sign-in/", {"contact": "138 0013 8000"})
    work_off()
    return re.search(r"\b(\d{6})\b", MemorySender.sent[-1][1]).group(1)


def test_an_expired_sms_code_is_said_kindly_and_a_new_one_signs_in(client):
    code = sms_code(client)
    Code.objects.update(created_at=timezone.now() - proving.LIVES - timedelta(seconds=1))
    answer = client.post("/cn/en/sign-in/code/", {"code": code})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "no longer valid" in html and "a new code" in html
    assert not makers.User.objects.filter(mobile="+8613800138000").exists()
    assert client.post("/cn/en/sign-in/code/", {"code": sms_code(client)}).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans", "fr"])
def test_fifty_codes_for_one_number_end_with_a_sentence(client, language):
    answers = [client.post(f"/cn/{language}/sign-in/", {"contact": "138 0013 8000"}) for _n in range(50)]
    assert {a.status_code for a in answers[:5]} == {302} and {a.status_code for a in answers[5:]} == {422}
    html = answers[-1].content.decode()
    assert 'id="contact-error"' in html and "138 0013 8000" in html
    assert {"en": "several codes", "zh-hans": "验证码", "fr": "codes"}[language] in html
    assert Code.objects.count() == proving.CODES_A_CONTACT


def test_codes_for_ever_other_numbers_from_one_network_end_with_a_sentence():
    answers = [Client().post("/cn/en/sign-in/", {"contact": f"138 0013 {n:04}"}) for n in range(proving.CODES_A_NETWORK + 5)]
    assert [a.status_code for a in answers] == [302] * proving.CODES_A_NETWORK + [422] * 5
    assert "several codes" in answers[-1].content.decode()


def test_an_hour_later_a_code_is_sent_again(client):
    for _n in range(6):
        client.post("/cn/en/sign-in/", {"contact": "138 0013 8000"})
    Code.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert client.post("/cn/en/sign-in/", {"contact": "138 0013 8000"}).status_code == 302


def test_a_code_without_a_contact_leads_back_to_the_first_step(client):
    assert client.post("/eu/en/sign-in/code/", {"code": "123456"})["Location"] == "/eu/en/sign-in/"


def test_a_list_on_this_device_is_named_at_sign_in(client):
    assert "Your wish list on this device" not in client.get("/eu/en/sign-in/").content.decode()
    client.post("/eu/en/wishes/keep/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    assert "Your wish list on this device" in client.get("/eu/en/sign-in/").content.decode()


ADDRESS = ("name", "mobile", "country", "subdivision", "city", "district", "line1", "line2", "postcode")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_input_is_a_500_in_a_clients_rooms(client, text):
    client.force_login(makers.client_of("anna"))
    home = "/eu/en/account/"
    answers = [
        client.post(home, {"name": text}),
        client.get(f"{home}orders/", {"page": text}),
        client.post(f"{home}addresses/new/", dict.fromkeys(ADDRESS, text) | {"act": "save"}),
        client.post(f"{home}addresses/new/", dict.fromkeys(ADDRESS, text) | {"act": text, "country": "CN"}),
        client.post(f"{home}addresses/new/", dict.fromkeys(ADDRESS, text) | {"act": "save", "country": "US"}),
        client.post(f"{home}sizes/", {"size": text, "whom": text}),
        client.post(f"{home}contact/", {"contact": text}),
        client.post(f"{home}privacy/erase/", {"confirmation": text}),
        client.post("/eu/en/wishes/keep/", {"piece": text, "metal": text, "size": text, "act": text}),
        client.post("/eu/en/wishes/put-back/", {"variant": text}),
        client.get("/eu/en/sign-in/", {"next": text}),
    ]
    client.post(f"{home}contact/", {"contact": "new@client.example"})
    answers.append(client.post(f"{home}contact/code/", {"code": text}))
    assert [a.status_code for a in answers if a.status_code >= 500] == []
    assert all("<script>" not in a.content.decode(errors="replace") for a in answers if a.content)
    assert makers.User.objects.get().email == "anna@client.example"


@pytest.mark.parametrize("number", ["0", "9" * 19, "9" * 400])
def test_a_number_nobody_has_is_not_there(client, number):
    client.force_login(makers.client_of("anna"))
    for page in ("account/addresses/{}/", "account/addresses/{}/remove/", "account/addresses/{}/first/"):
        assert client.post(f"/eu/en/{page.format(number)}").status_code == 404
    for page in ("account/sizes/{}/remove/", "wishes/{}/take-off/"):
        assert client.post(f"/eu/en/{page.format(number)}").status_code == 404

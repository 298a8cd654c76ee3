"""Signing in with a code, by e-mail or mobile number."""

import re

import pytest
from django.utils import timezone

from checkout import settling
from checkout.order.models import Order
from services.foundation.contacts.models import Code
from services.foundation.contacts.senders import MemorySender
from services.foundation.outbox.models import Job as OutboxJob
from tests import makers
from tests.makers import place, variant, work_off
from tests.pages.doing import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_client_signs_in_with_a_code_and_finds_his_orders(client):
    code = sign_in(client, "Carla@Client.example")
    assert client.post("/eu/en/sign-in/code/", {"code": "000000"}).status_code == 422
    answer = client.post("/eu/en/sign-in/code/", {"code": code}, follow=True)
    assert answer.status_code == 200
    user = makers.User.objects.get(email="carla@client.example")
    assert user.email_verified_at
    order = place(makers.fill(variant(), who=makers.buyer("carla", user)), who=makers.buyer("carla", user))
    assert order.number in client.get("/eu/en/account/").content.decode()
    assert client.get(f"/eu/en/orders/{order.number}/").status_code == 200
    assert code not in str(Code.objects.values().get())
    assert code not in str(list(OutboxJob.objects.values_list("facts", flat=True)))  # nor in the work that sent it


def test_a_code_bears_five_tries(client):
    code = sign_in(client, "carla@client.example")
    for _n in range(5):
        client.post("/eu/en/sign-in/code/", {"code": "000000" if code != "000000" else "111111"})
    assert client.post("/eu/en/sign-in/code/", {"code": code}).status_code == 422


def test_codes_are_not_sent_without_end(client):
    for _n in range(6):
        answer = client.post("/eu/en/sign-in/", {"contact": "carla@client.example"})
    assert "several codes" in answer.content.decode()
    assert Code.objects.count() == 5


def test_a_redirect_after_sign_in_stays_in_the_house(client):
    code = sign_in(client, "carla@client.example")
    answer = client.post("/eu/en/sign-in/code/?next=//evil.example/", {"code": code, "next": "//evil.example/"})
    assert answer["Location"].startswith("/eu/en/")


def test_a_client_with_a_mobile_number_alone_signs_in_orders_and_hears_of_it(client, standin):
    MemorySender.sent.clear()
    client.post("/cn/zh-hans/sign-in/", {"contact": "138 0013 8000"})
    work_off()
    [(to, text)] = MemorySender.sent
    assert to == "+8613800138000" and "验证码" in text
    answer = client.post("/cn/zh-hans/sign-in/code/", {"code": re.search(r"\b(\d{6})\b", text).group(1)}, follow=True)
    assert "+8613800138000" in answer.content.decode()
    user = makers.User.objects.get(mobile="+8613800138000")
    assert user.mobile_verified_at and not user.email
    client.post("/cn/zh-hans/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "52"})
    page = client.get("/cn/zh-hans/checkout/").content.decode()
    hidden = dict(re.findall(r'name="(total|placement|day)" value="([^"]+)"', page))
    form = {
        "email": "",
        "mobile": "138 0013 8000",
        "name": "王小明",
        "country": "CN",
        "subdivision": "上海市",
        "city": "上海市",
        "district": "静安区",
        "line1": "南京西路 1515 号",
        "payment": "full",
        "terms": "yes",
        "act": "place",
    }
    answer = client.post("/cn/zh-hans/checkout/", form | hidden)
    assert answer.status_code == 303
    standin.pay(answer["Location"])
    order = Order.objects.get()
    settling.settle(order.attempts.get().pk, now=timezone.now())
    MemorySender.sent.clear()
    work_off()
    [(to, text)] = MemorySender.sent
    assert to == "+8613800138000" and order.number in text and order.access_key in text

"""A plan's own page: what it says in each state, who may open it, paying sooner, another card, the statement."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from checkout import ending, settling
from services.deferred import desk
from services.deferred.models import Part, Plan
from services.deferred.states import PartState, PlanState
from services.foundation.provider.models import Attempt
from tests.makers import User, buyer, client_of, fill, pay, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def anna(client):
    user = client_of("anna")
    client.force_login(user)
    return user


@pytest.fixture
def plan(standin, anna) -> Plan:
    who = buyer("anna", anna)
    pay(place(fill(variant(), who=who), who=who, payment="instalments"), standin)
    return Plan.objects.get()


def page_of(client, plan: Plan, language: str = "en", **more):
    return client.get(f"/eu/{language}/orders/{plan.order.number}/plan/", **more)


def send(client, plan: Plan, data: dict):
    return client.post(f"/eu/en/orders/{plan.order.number}/plan/", data)


def test_it_says_what_is_paid_what_comes_and_when(client, plan):
    said = page_of(client, plan).content.decode()
    second = plan.parts.get(number=2)
    assert "Next:" in said and "Paid so far" in said and "Still to be paid" in said
    assert said.count('type="checkbox" name="part"') == 2
    assert "Collected from your card on this day" in said
    assert str(second.amount).split(".")[0] in said
    listed = client.get("/eu/en/account/plans/").content.decode()
    assert f"/orders/{plan.order.number}/plan/" in listed


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans"])
def test_it_has_no_gap_in_any_language(client, plan, language):
    assert page_of(client, plan, language).status_code == 200


def test_it_is_its_clients_own(client, plan, standin):
    client.force_login(client_of("carla"))
    address = f"/eu/en/orders/{plan.order.number}/plan/"
    for path in (address, f"{address}statement.pdf", f"{address}card/return/"):
        assert client.get(path).status_code == 404
    assert client.post(address, {"act": "all"}).status_code == 404
    assert client.post(f"{address}card/").status_code == 404
    client.logout()
    assert client.get(address).status_code == 404
    assert client.get(f"{address}?key={plan.order.access_key}", follow=True).status_code == 200  # a guest's signed link


def test_one_part_is_paid_sooner(client, plan, standin):
    answer = send(client, plan, {"act": "chosen", "part": ["3"]})
    assert answer.status_code == 303 and "/pay/" in answer["Location"]
    assert "Waits for your payment" in page_of(client, plan).content.decode()
    _status, back = standin.pay(answer["Location"])
    page = client.get("/" + back.split("//", 1)[1].split("/", 1)[1], follow=True)
    assert page.request["PATH_INFO"].endswith("/plan/")
    assert "Thank you: your payment is received." in page.content.decode()
    assert list(plan.parts.order_by("number").values_list("state", flat=True)) == ["paid", "due", "paid"]


def test_all_that_is_left_is_paid_and_the_plan_is_finished(client, plan, standin):
    standin.pay(send(client, plan, {"act": "all"})["Location"])
    settling.settle(Attempt.objects.get(purpose="parts").pk, now=timezone.now())
    said = page_of(client, plan).content.decode()
    assert "All is paid. Thank you." in said
    assert "checkbox" not in said and "Another card" not in said
    assert "See this plan" in client.get("/eu/en/account/plans/").content.decode()


@pytest.mark.parametrize("chosen", [[], ["1"], ["9"], ["x"]])
def test_what_cannot_be_chosen_is_answered_kindly(client, plan, chosen):
    answer = send(client, plan, {"act": "chosen", "part": chosen})
    assert answer.status_code == 422
    assert "Please choose what you would like to pay." in answer.content.decode()
    assert set(plan.parts.values_list("state", flat=True)) == {PartState.PAID, PartState.DUE}


def test_a_part_collected_at_this_moment_cannot_be_chosen(client, plan):
    Part.objects.filter(number=2).update(state=PartState.COLLECTING)
    said = page_of(client, plan).content.decode()
    assert "Being collected at this moment" in said and said.count('type="checkbox" name="part"') == 1


def test_a_silent_provider_takes_nothing(client, plan, standin):
    standin.fault("reset", method="POST", prefix="/v1/checkout/sessions")
    answer = client.post(f"/eu/en/orders/{plan.order.number}/plan/", {"act": "all"}, follow=True)
    assert "Nothing was taken" in answer.content.decode()


def test_too_many_pages_in_an_hour_are_not_opened(client, plan, monkeypatch):
    from checkout import plan_views

    monkeypatch.setattr(plan_views, "PAGES_AN_HOUR", 0)
    answer = send(client, plan, {"act": "all"})
    assert answer.status_code == 409 and "very often" in answer.content.decode()


def test_another_card_is_kept_and_said(client, plan, standin):
    address = f"/eu/en/orders/{plan.order.number}/plan/card/"
    answer = client.post(address)
    assert answer.status_code == 303
    _status, back = standin.pay(answer["Location"])
    page = client.get("/" + back.split("//", 1)[1].split("/", 1)[1], follow=True)
    assert "Your card is kept." in page.content.decode()
    assert client.get(address).status_code == 405


def test_paused_failed_and_ended_plans_say_so(client, plan):
    staff = User.objects.create_user("desk@house.example", is_staff=True)
    declined = {"state": PartState.DECLINED, "failures": 1, "tries": 1, "failed_at": timezone.now(), "next_try_at": None}
    Part.objects.filter(number=2).update(**declined)
    said = page_of(client, plan).content.decode()
    assert "A payment is open" in said and "Declined; please pay it here" in said
    assert 'value="2" checked' in said
    desk.pause(plan.pk, reason="ill", by_id=staff.pk, now=timezone.now())
    assert "Paused: nothing is collected" in page_of(client, plan).content.decode()
    ending.cancel(plan.order, by_id=None, by_words="client")
    assert "This plan has ended" in page_of(client, plan).content.decode()
    assert Plan.objects.get().state == PlanState.CANCELLED


@pytest.mark.parametrize("language", ["en", "fr", "zh-hans"])
def test_the_statement_says_every_part_in_the_orders_language(client, plan, language):
    plan.order.language = language
    plan.order.save()
    answer = client.get(f"/eu/en/orders/{plan.order.number}/plan/statement.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(answer.content)).pages).replace("\xa0", " ")
    assert plan.order.number in text
    assert {"en": "It is not an invoice", "fr": "pas une facture", "zh-hans": "并非发票"}[language] in text
    assert {"en": "Not due yet", "fr": "Pas encore échue", "zh-hans": "未到期"}[language] in text


def test_more_parts_ask_no_more_of_the_database(client, plan):
    page_of(client, plan)
    with CaptureQueriesContext(connection) as few:
        page_of(client, plan)
    for number in range(4, 25):
        day = timezone.now().date() + timedelta(days=31 * number)
        Part.objects.create(plan=plan, number=number, due_on=day, amount=10)
    with CaptureQueriesContext(connection) as many:
        page_of(client, plan)
    assert len(many) == len(few)

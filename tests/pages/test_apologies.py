"""The pages that stand when what was asked for cannot be shown: in the house's look, with a way on, and nothing untrue."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, override_settings
from django.urls import get_resolver

from flagship.stage import views
from services.foundation.house import house as the_house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def spoil(monkeypatch, error: Exception) -> Client:
    """Every visit to the home page raises this."""
    from flagship.stage import telling

    def fail(**_asked):
        raise error

    monkeypatch.setattr(telling, "home", fail)
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("error, status", [(RuntimeError(), 500), (PermissionDenied(), 403), (SuspiciousOperation(), 400)])
@pytest.mark.parametrize("place", ["eu/en", "eu/fr", "cn/zh-hans"])
def test_each_has_the_wordmark_a_way_on_and_somebody_to_ask(monkeypatch, error, status, place):
    answer = spoil(monkeypatch, error).get(f"/{place}/")
    html = answer.content.decode()
    assert answer.status_code == status
    assert re.search(rf'class="wordmark"[^>]*>{the_house().wordmark}', html)
    assert len(re.findall("<h1", html)) == 1 and 'class="button"' in html and the_house().adviser_email in html
    assert 'name="robots" content="noindex"' in html and "canonical" not in html
    assert f'lang="{place.split("/")[1]}"' in html.lower()


def test_a_fault_does_not_claim_that_somebody_was_told(monkeypatch, caplog):
    html = spoil(monkeypatch, RuntimeError("told to the log")).get("/eu/en/").content.decode()
    assert "been told" not in html and "stands in our log" in html
    assert "told to the log" in caplog.text


def test_a_fault_is_said_without_database_and_session(monkeypatch, django_assert_num_queries):
    with django_assert_num_queries(0):
        get_resolver("flagship.storefront").resolve_error_handler(500)(None)


@pytest.mark.parametrize("address", ["/nothing/", "/eu/en/nothing/", "/eu/fr/bag/add/?x=%00"])
def test_outside_and_inside_a_region_alike(client, address):
    html = client.get(address).content.decode()
    assert the_house().wordmark in html and the_house().adviser_email in html and "canonical" not in html


def test_only_a_control_character_is_called_one(client, monkeypatch):
    assert "control character" in client.get("/eu/en/search/?q=%00").content.decode()
    assert "control character" not in spoil(monkeypatch, SuspiciousOperation()).get("/eu/en/").content.decode()


@pytest.mark.parametrize("debug", [True, False])
def test_a_house_that_is_not_open_tells_clients_no_commands(client, monkeypatch, debug):
    monkeypatch.setattr(views, "best_for", lambda _tags: None)
    with override_settings(DEBUG=debug):
        answer = client.get("/")
    assert answer.status_code == 503 and the_house().wordmark in answer.content.decode()
    assert ("manage.py" in answer.content.decode()) is debug

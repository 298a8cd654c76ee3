"""Every page of the storefront in every region and language, and what no page may do."""

import re

import pytest

from checkout.basket.models import Line
from tests.pages.doing import FORM, start_checkout

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


PAGES = [
    "",
    "pieces/",
    "pieces/halo-band/",
    "pieces/halo-band/engrave/",
    "pieces/halo-band/gift/",
    "collections/arc/",
    "search/?q=halo",
]
PAGES += ["bag/", "sign-in/", "launches/festoon-chain-wallet/", "pieces/festoon-chain-wallet/", "about/terms/", "about/imprint/"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("place", ["cn/zh-hans", "eu/fr", "us/en"])
def test_every_page_answers_in_every_region_and_language(client, page, place):
    answer = client.get(f"/{place}/{page}")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert f'lang="{place.split("/")[1]}"' in html
    assert len(re.findall("<h1", html)) == 1
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_the_door_leads_to_the_browsers_region(client):
    for accepted, home in {
        "zh-CN,zh;q=0.9": "/cn/zh-hans/",
        "fr-FR": "/eu/fr/",
        "en-US,en": "/us/en/",
        "ja": "/cn/zh-hans/",
    }.items():
        assert client.get("/", headers={"Accept-Language": accepted})["Location"] == home


@pytest.mark.parametrize(
    "address", ["/eu/en/pieces/nothing/", "/eu/en/orders/AAAAA-BBBBB/", "/eu/de/", "/xx/en/", "/eu/en/about/nothing/"]
)
def test_what_is_not_here_is_said_in_the_houses_manner(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert b"<h1" in answer.content


def test_the_language_changes_and_the_question_stays(client):
    html = client.get("/eu/en/search/?q=halo").content.decode()
    assert 'href="/eu/fr/search/?q=halo"' in html


HOSTILE = ["\x00", "a\x00b", "'\"><script>", "\u202e" * 5, "𝕏" * 300, "-1", "9" * 40, "../../etc/passwd", "%00", "NaN", "1e999"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_input_is_a_500(client, text):
    start_checkout(client)
    line = Line.objects.get()
    answers = [
        client.get("/eu/en/search/", {"q": text}),
        client.get("/eu/en/pieces/", {"page": text, "metal": text, "sort": text, "kind": text}),
        client.get("/eu/en/pieces/halo-band/", {"metal": text, "size": text}),
        client.get("/eu/en/pieces/halo-band/engrave/", {"inscription": text, "face": text}),
        client.get("/eu/en/pieces/halo-band/engrave/preview.svg", {"inscription": text, "face": text}),
        client.post("/eu/en/pieces/halo-band/engrave/", {"inscription": text, "face": text, "act": text}),
        client.post("/eu/en/pieces/halo-band/gift/", {"box": text, "ribbon": text, "card": text, "act": "keep"}),
        client.post("/eu/en/bag/add/", {"piece": text, "metal": text, "size": text}),
        client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": text, "size": text}),
        client.post(f"/eu/en/bag/lines/{line.line_reference}/", {"quantity": text}),
        client.post("/eu/en/checkout/", dict.fromkeys(FORM, text) | {"act": "place", "total": text, "placement": text}),
        client.post("/eu/en/checkout/", FORM | {"total": text, "placement": text}),
        client.post("/eu/en/sign-in/", {"contact": text}),
        client.post("/eu/en/sign-in/code/", {"code": text}),
        client.get("/eu/en/account/", {"next": text}),
        client.get("/eu/en/orders/AAAAA-BBBBB/", {"key": text}),
    ]
    assert [a.status_code for a in answers if a.status_code >= 500] == []
    assert all("<script>" not in a.content.decode(errors="replace").replace("&lt;script&gt;", "") for a in answers if a.content)


def test_a_form_without_its_token_is_refused_in_the_houses_words():
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post("/eu/fr/sign-in/", {"contact": "anna@client.example"})
    assert answer.status_code == 403
    assert "ouverte trop longtemps" in answer.content.decode()

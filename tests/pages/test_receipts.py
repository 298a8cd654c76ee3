"""The receipt: what it says, for whom, on which paper, and how often."""

import io
import re

import pytest
from django.core import mail
from pypdf import PdfReader

from checkout import receipt_views
from services.foundation import printing
from services.foundation.formats import money
from tests.languages import english_in, order_with_everything
from tests.makers import client_of, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def read_pdf(answer) -> PdfReader:
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def address(order, language: str = "en", key: str = "") -> str:
    return f"/{order.region_code}/{language}/orders/{order.number}/receipt.pdf" + (f"?key={key}" if key else "")


@pytest.mark.parametrize(
    ("region", "language", "title", "no_invoice", "tag"),
    [
        ("cn", "zh-hans", "收据", "并非发票", "zh"),
        ("eu", "fr", "Reçu", "ne vaut pas facture", "fr"),
        ("us", "en", "Receipt", "not a tax invoice", "en"),
    ],
)
def test_a_receipt_is_whole_tagged_and_in_the_orders_language(client, standin, region, language, title, no_invoice, tag):
    order = order_with_everything(region, language, standin)
    client.get(f"/{region}/{language}/orders/{order.number}/?key={order.access_key}")
    pdf = read_pdf(client.get(address(order, language)))
    root = pdf.trailer["/Root"]
    assert root["/Lang"].startswith(tag) and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert order.number in pdf.metadata.title and title in pdf.metadata.title
    width, height = pdf.pages[0].mediabox.width, pdf.pages[0].mediabox.height
    assert (round(width), round(height)) == ((612, 792) if region == "us" else (595, 842))
    text = text_of(pdf)
    joined = text.replace(" ", "")
    for said in (title, no_invoice, order.number, "ARCENNE", "AR-1001", "岁岁", "advisers@arcenne.example"):
        assert said.replace(" ", "") in joined, (said, text)
    if language != "en":
        assert not english_in(text.replace("Fifth Avenue", "")), english_in(text)


def test_it_tells_from_the_book_what_was_paid_and_what_is_to_come(client, standin):
    order = order_with_everything("eu", "en", standin, payment="instalments")
    text = text_of(read_pdf(client.get(address(order, key=order.access_key), follow=True)))
    first = order.plan.parts.first().amount
    paid, left = money(first, "EUR"), money(order.total_incl_tax - first, "EUR")
    assert f"Instalment 1, by card {paid}" in text and f"Paid so far {paid}" in text
    assert f"Still to come, in instalments {left}" in text


def test_what_is_only_authorised_is_not_called_paid(client, standin):
    order = pay(place(fill(variant())), standin)
    text = text_of(read_pdf(client.get(address(order, key=order.access_key), follow=True)))
    assert "Paid so far €0" in text and "Authorised; charged when your order leaves the house" in text


def test_its_client_and_the_holder_of_the_link_open_it_and_nobody_else(client, standin):
    user = client_of("anna")
    order = order_with_everything("eu", "en", standin, user=user)
    assert client.get(address(order)).status_code == 404
    assert client.get(address(order, key="guessed")).status_code == 404
    client.force_login(client_of("bert"))
    assert client.get(address(order)).status_code == 404
    client.force_login(user)
    answer = client.get(address(order))
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store, private"
    assert address(order) in client.get(f"/eu/en/orders/{order.number}/").content.decode()


def test_the_link_in_the_letter_opens_it_and_its_key_leaves_the_address(client, standin):
    order = pay(place(fill(variant())), standin)
    work_off()
    link = re.search(r"https?://[^/]+(/\S+receipt\.pdf\?key=\S+)", mail.outbox[-1].body).group(1)
    answer = client.get(link)
    assert answer.status_code == 302 and answer["Location"] == address(order)
    assert client.get(address(order)).status_code == 200


def test_an_order_nobody_has_paid_has_no_receipt(client):
    order = place(fill(variant()))
    page = client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}", follow=True).content.decode()
    assert "receipt.pdf" not in page
    assert client.get(address(order)).status_code == 404


def test_a_receipt_asked_for_again_and_again_waits_for_the_next_hour(client, standin, monkeypatch):
    monkeypatch.setattr(receipt_views, "AN_HOUR", 2)
    order = pay(place(fill(variant())), standin)
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    assert [client.get(address(order)).status_code for _n in range(3)] == [200, 200, 303]
    assert "opened very often" in client.get(f"/eu/en/orders/{order.number}/").content.decode()


def test_without_the_cache_the_receipt_is_still_there(client, standin, monkeypatch):
    from redis.exceptions import ConnectionError

    def away(*_args, **_more):
        raise ConnectionError("away")

    monkeypatch.setattr(receipt_views.cache, "add", away)
    order = pay(place(fill(variant())), standin)
    client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}")
    assert client.get(address(order)).status_code == 200


def test_the_sheet_is_the_countrys():
    assert [printing.paper_of(country) for country in ("CN", "FR", "US", "CA", "GB")] == [
        "a4",
        "a4",
        "us-letter",
        "us-letter",
        "a4",
    ]

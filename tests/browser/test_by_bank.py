"""Paid by bank, and by an adviser's link, in a real browser: client, payments desk and adviser each at their own screen."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, fill_address, pay

pytestmark = pytest.mark.serial
EN = WORDS["en"]


def staff(flagship, page, role: str) -> None:
    """Somebody of the house, with the rooms of a role, signs in."""
    email = f"{role}@arcenne.example"
    page.goto("/staff/login/")
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill((flagship.var / "staff-password").read_text().strip())
    page.locator("[type=submit]").click()


def no_wider_than_its_window(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def statement(reference: str, amount: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<Stmt><Acct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id><Ccy>EUR</Ccy></Acct><Ntry>"
        f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt>'
        f"<AcctSvcrRef>{reference}-{amount}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>{reference}</Ustrd></RmtInf></TxDtls>"
        "</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    ).encode()


@pytest.mark.parametrize(("width", "script"), [(390, True), (1440, False)])
def test_an_order_is_paid_by_transfer_in_two_parts(flagship, open_page, width, script):
    page, email = open_page(width, script), f"bank{width}@client.example"
    page.goto("/eu/en/pieces/halo-band/")
    page.get_by_role("button", name=EN["add"]).click()
    if script:
        expect(page.locator("dialog.drawer")).to_be_visible()
    page.goto("/eu/en/checkout/")
    fill_address(page, "eu", email)
    page.get_by_label("By bank transfer").check()
    expect(page.get_by_text(re.compile(r"In your hands on .* at the latest\.$"))).to_be_visible()
    no_wider_than_its_window(page)
    page.get_by_label(EN["terms"]).check()
    page.get_by_role("button", name=EN["place"]).click()
    page.wait_for_url(re.compile("/orders/"))
    awaited = page.locator("section", has=page.get_by_role("heading", name=re.compile("Please transfer")))
    reference = awaited.locator("div", has_text=re.compile("^Payment reference")).locator("dd").inner_text().replace(" ", "")
    total = re.sub(r"[^\d.]", "", page.locator("dl .total dd").inner_text())
    assert re.fullmatch(r"RF\d{2}[A-Z0-9]{10}", reference)
    no_wider_than_its_window(page)
    assert reference in flagship.wait_for_letter(email, "our account and your reference").replace(" ", "")

    desk, order = open_page(1440), page.url
    staff(flagship, desk, "payments.desk")
    for amount in ("100.00", f"{Decimal(total) - 100:.2f}"):
        desk.goto("/staff/transfers/")
        house = desk.locator("[name=account] option", has_text="FR14").inner_text()
        desk.locator("[name=account]").select_option(label=house)
        file = {"name": "bank.xml", "mimeType": "text/xml", "buffer": statement(reference, amount)}
        desk.locator("[name=file]").set_input_files(file)
        desk.get_by_role("button", name="Read in").click()
        expect(desk.locator(".messagelist")).to_contain_text("1 assigned")
        page.goto(order)
        if amount == "100.00":
            expect(page.locator("main")).to_contain_text("has arrived, thank you")
    expect(page.locator("main")).to_contain_text("Confirmed")
    flagship.wait_for_letter(email, "Your transfer has arrived")


def test_an_adviser_s_link_is_paid_by_card_on_a_phone(flagship, open_page):
    adviser, page, email = open_page(1440), open_page(390), "linked@client.example"
    staff(flagship, adviser, "client.adviser")
    adviser.goto("/staff/pay-links/new/")
    reference = adviser.locator("#variants option").first.get_attribute("value")
    adviser.locator("[name=client_name]").fill("Anna Test")
    adviser.locator("[name=email]").fill(email)
    adviser.locator("[name=region]").select_option("eu")
    adviser.locator("[name=language]").select_option("en")
    adviser.locator("[name=country]").select_option("FR")
    adviser.locator("[name=piece-0]").fill(reference)
    adviser.locator("[name=words]").fill("As we said on the telephone.")
    adviser.get_by_role("button", name="Set aside and write to the client").click()
    expect(adviser.locator("#content")).to_contain_text("Waiting for the client")
    link = re.search(r"http\S+/for-you/\S+", flagship.wait_for_letter(email, "set aside")).group()

    page.goto(link)
    expect(page.locator("main")).to_contain_text("As we said on the telephone.")
    no_wider_than_its_window(page)
    page.get_by_role("button", name="Go on to checkout").click()
    expect(page.locator("[name=email]")).to_have_value(email)
    fill_address(page, "eu", email)
    page.get_by_label(EN["terms"]).check()
    page.get_by_role("button", name=EN["place"]).click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, EN, "4242 4242 4242 4242")
    page.wait_for_url(re.compile("/orders/"))
    expect(page.locator("main")).to_contain_text("Confirmed")
    adviser.reload()
    expect(adviser.locator("#content")).to_contain_text("Ordered")
    other = open_page(390)
    other.on("console", lambda message: None)
    answer = other.request.get(link)
    assert answer.status == 410 and "has been ordered" in answer.text()

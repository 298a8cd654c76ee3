"""Staff take an order through every room, in a real browser under the strict policy."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.test_journeys import WORDS, engrave_and_pack, fill_address, pay

pytestmark = pytest.mark.serial


def enter(page, flagship, role: str) -> None:
    """Sign in as a member of a role (the demo has one of each)."""
    page.context.clear_cookies()
    page.goto("/staff/")
    page.get_by_label("E-mail").fill(f"{role}@arcenne.example")
    page.get_by_label("Password").fill((flagship.var / "staff-password").read_text().strip())
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Log out").or_(page.get_by_role("button", name="Log out"))).to_be_visible()


def move_in_queue(page, text: str, act: str) -> None:
    page.goto("/staff/engraving/job/")
    row = page.locator("#result_list tr", has_text=text)
    expect(row.locator("img.proof")).to_be_visible()
    row.locator("input.action-select").check()
    page.locator("select[name=action]").select_option(label=act)
    page.get_by_role("button", name="Go").click()


def scan(page, code: str) -> None:
    """What a hand scanner does: it types into the field that has the focus, and sends Enter."""
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_contain_text("right")


def code_on(page, paper: str) -> str:
    """The code that a printed paper carries."""
    answer = page.request.get(page.get_by_role("link", name=paper).first.get_attribute("href"))
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    return re.search(r"\b[CS][2-9B-Z]{7}\b", text).group()


def photograph() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (1600, 1200), (120, 40, 30)).save(kept, "JPEG")
    return kept.getvalue()


def test_staff_take_an_order_through_every_room(flagship, open_page):
    words, text = WORDS["en"], "Bench 7"
    client = open_page()
    client.goto("/eu/en/pieces/halo-band/")
    engrave_and_pack(client, words, text)
    client.get_by_role("link", name=words["checkout"]).click()
    fill_address(client, "eu", "rooms@client.example")
    client.get_by_label(words["terms"]).check()
    client.get_by_role("button", name=words["place"]).click()
    pay(client, words, "4242424242424242")
    client.wait_for_url(re.compile(r"/orders/"))
    number = client.url.rstrip("/").rsplit("/", 1)[1]

    page = open_page()
    enter(page, flagship, "engraver")
    expect(page.locator("#content")).not_to_contain_text("Orders")
    for act in ("Take up", "Done"):
        move_in_queue(page, text, act)
    expect(page.locator("select[name=action] option", has_text="Inspected")).to_have_count(0)  # a colleague's step
    enter(page, flagship, "inspector")
    move_in_queue(page, text, "Inspected")
    expect(page.locator(".messagelist")).to_contain_text("moved to “Inspected”")

    enter(page, flagship, "packing.bench")
    page.goto("/staff/order/order/")
    page.get_by_role("link", name=number).click()
    slip = page.request.get(page.get_by_role("link", name="Packing slip (PDF)").get_attribute("href"))
    assert slip.body().startswith(b"%PDF")
    page.get_by_role("link", name="Pack this order").click()
    for code in page.locator(".bench-parts code").all_inner_texts():
        scan(page, code)
    for paper in ("Print the slip", "Print the card"):
        scan(page, code_on(page, paper))
    page.get_by_role("button", name="I have read the printed card").click()
    page.set_input_files("#photographs", {"name": "box.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    page.get_by_role("button", name="Keep", exact=True).click()
    for _second in range(60):  # the worker makes it
        if page.locator("#seal").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    page.fill("#seal", "SEAL-77001")
    page.get_by_role("button", name="Packed").click()
    expect(page.locator(".messagelist")).to_contain_text("is packed")

    enter(page, flagship, "dispatch")
    page.goto("/staff/order/order/")
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="Dispatch and capture the payment").click()
    expect(page.locator(".messagelist")).to_contain_text("On its way")
    client.reload()
    expect(client.locator("main")).to_contain_text("On its way")
    flagship.wait_for_letter("rooms@client.example", "on its way")


def test_a_role_is_turned_away_from_other_rooms(flagship, open_page):
    page = open_page()
    enter(page, flagship, "packing.bench")
    assert page.request.get("/staff/book/entry/").status == 403
    assert page.request.get("/staff/engraving/job/").status == 403

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


def open_at_bench(page, text: str) -> None:
    page.goto("/staff/bench/")
    page.get_by_role("link", name=re.compile(text)).click()
    expect(page.locator("img.bench-proof")).to_be_visible()


def photograph() -> dict:
    kept = io.BytesIO()
    Image.new("RGB", (1600, 1200), "#B08D57").save(kept, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


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
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    return re.search(r"\b[CS][2-9B-Z]{7}\b", text).group()


def ordered(client, text: str, email: str) -> str:
    """An engraved and packed piece, paid; the order's number. Its page is open then."""
    words = WORDS["en"]
    client.goto("/eu/en/pieces/halo-band/")
    engrave_and_pack(client, words, text)
    client.get_by_role("link", name=words["checkout"]).click()
    fill_address(client, "eu", email)
    client.get_by_label(words["terms"]).check()
    client.get_by_role("button", name=words["place"]).click()
    pay(client, words, "4242424242424242")
    client.wait_for_url(re.compile(r"/orders/"))
    return client.url.rstrip("/").rsplit("/", 1)[1]


def test_staff_take_an_order_through_every_room(flagship, open_page):
    text = "Bench 7"
    client = open_page()
    number = ordered(client, text, "rooms@client.example")

    page = open_page()
    enter(page, flagship, "engraver")
    expect(page.locator("#content")).not_to_contain_text("Orders")
    open_at_bench(page, text)
    code = page.locator("input[name=code]").first.get_attribute("value")
    page.goto("/staff/bench/")
    expect(page.get_by_label("Scan a card, or type its code")).to_be_focused()
    page.keyboard.type(f"{code}\n")  # as a scanner does
    page.get_by_label("Photograph of the engraved piece").set_input_files(photograph())
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".messagelist")).to_contain_text("A colleague inspects it next")
    expect(page.get_by_role("button", name="Inspected: every letter is right")).to_have_count(0)  # a colleague's step
    enter(page, flagship, "inspector")
    open_at_bench(page, text)
    for _try in range(40):  # until the worker has made it ours
        if page.locator("img.bench-photo").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    for box in page.locator("input[name=letter]").all():
        box.check()
    page.get_by_role("button", name="Inspected: every letter is right").click()
    expect(page.locator(".messagelist")).to_contain_text("The piece can be packed")

    enter(page, flagship, "packing.bench")
    page.goto("/staff/order/order/")
    page.get_by_role("link", name=number).click()
    slip = page.request.get(page.get_by_role("link", name="Packing slip (PDF)").get_attribute("href"))
    assert slip.body().startswith(b"%PDF")
    page.get_by_role("link", name="Pack this order").click()
    for code in page.locator(".packing-parts code").all_inner_texts():
        scan(page, code)
    for paper in ("Print the slip", "Print the card"):
        scan(page, code_on(page, paper))
    page.get_by_role("button", name="I have read the printed card").click()
    page.set_input_files("#photographs", photograph())
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


def test_a_client_changes_the_engraving_until_the_scan_and_hears_when_it_is_made_anew(flagship, open_page):
    words, client = WORDS["en"], open_page(390)
    ordered(client, "First 1", "window@client.example")
    order, change = client.url, re.compile("^Engraving: ")

    def write(text: str) -> None:
        client.get_by_role("link", name=change).click()
        client.get_by_label(words["inscription"], exact=True).fill(text)
        expect(client.locator("[name=proof]")).to_have_count(1)
        expect(client.locator(".letters li").last).to_contain_text(text[-1])
        client.get_by_label(words["spelling"]).check()
        client.get_by_label(words["final"]).check()

    write("Second 2")
    client.get_by_role("button", name=words["keep"]).click()
    expect(client.get_by_alt_text(re.compile("Second 2"))).to_be_visible()
    write("Third 3")  # and while this panel stands open, the bench begins

    page = open_page()
    enter(page, flagship, "engraver")
    open_at_bench(page, "Second 2")
    page.get_by_role("button", name="Take up").click()
    expect(page.get_by_role("button", name="Done")).to_be_visible()
    client.get_by_role("button", name=words["keep"]).click()
    expect(client.locator("main")).to_contain_text("taken")
    client.goto(order)
    expect(client.get_by_alt_text(re.compile("Second 2"))).to_be_visible()
    expect(client.locator("main")).to_contain_text("the engraver has taken it up")
    expect(client.get_by_role("link", name=change)).to_have_count(0)

    page.get_by_text("It has failed").click()
    page.locator("[name=reason]").first.check()
    page.get_by_role("button", name="Failed: make it anew").click()
    expect(page.locator(".bench-state").first).to_contain_text("Waiting")
    letter = flagship.wait_for_letter("window@client.example", "We begin your engraving anew")
    assert "We take a new piece" in letter


def test_a_role_is_turned_away_from_other_rooms(flagship, open_page):
    page = open_page()
    enter(page, flagship, "packing.bench")
    assert page.request.get("/staff/book/entry/").status == 403
    assert page.request.get("/staff/engraving/job/").status == 403

"""A gift by link in a real browser: one pays, another says where it goes, and neither sees what is the other's."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, engrave_and_pack, pay

pytestmark = pytest.mark.serial


WORDS_EN = WORDS["en"]
LAKE = {"line1": "7 quai du Lac", "postcode": "74000", "city": "Annecy", "mobile": "06 98 76 54 32"}


def give(page, giver: str, recipient: str, *, script: bool) -> str:
    """Pay what is in the bag as a gift by link; returns the total. The giver's page is open then."""
    page.get_by_role("link", name=WORDS_EN["checkout"]).click()
    page.locator("[name=email]").fill(giver)
    page.get_by_label("A gift by link").check()
    expect(page.locator("[name=line1]")).to_be_hidden()
    fill(page, {"gift_name": "Berthe", "gift_contact": recipient, "gift_giver": "Anna", "gift_message": "For your new home."})
    # Both ways' days are on the page and the chosen one is seen; the rest is asked for, by script or by button.
    expect(page.locator("#main").get_by_text("Accepted today, the gift is in their hands on")).to_be_visible()
    expect(page.get_by_text(re.compile("^In your hands on")).filter(visible=True)).to_have_count(0)
    if not script:
        page.get_by_role("button", name="Recalculate for this gift").last.click()
    expect(page.get_by_text("refunded in full if the gift is not accepted")).to_be_visible()
    expect(page.locator("[name=gift_message]")).to_have_value("For your new home.")
    page.get_by_label(WORDS_EN["terms"]).check()
    total = page.locator("dl .total dd").inner_text()
    page.get_by_role("button", name=WORDS_EN["place"]).click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, WORDS_EN, "4242 4242 4242 4242")
    page.wait_for_url(re.compile(r"/orders/"))
    expect(page.locator("main")).to_contain_text("Waiting for the recipient")
    return total


def fill(page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)


def open_gift(flagship, friend, link: str, recipient: str) -> None:
    """The recipient, in a browser of his own, proves his contact by the code that was written to it."""
    friend.goto(link)
    expect(friend.locator("main")).not_to_contain_text("Anna")
    friend.get_by_role("button", name="Send me a code").click()
    letter = flagship.wait_for_letter(recipient, "code")
    friend.locator("[name=code]").fill(re.search(r"\b(\d{6})\b", letter).group(1))
    friend.get_by_role("button", name="Open the gift").click()
    expect(friend.locator("h1")).to_have_text("A gift from Anna")


def shows_no_price(friend, total: str) -> None:
    """Neither source nor words of the page know the total, in whatever spelling; and it is no wider than its window."""
    source, figures = friend.content(), re.sub(r"\D", "", total)
    assert "€" not in source and total not in source
    assert figures not in re.sub(r"[\s.,’']", "", friend.locator("main").inner_text())
    assert friend.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize(("width", "script"), [(390, True), (1440, True), (390, False)])
def test_an_engraved_ring_is_given_by_link_and_its_recipient_sees_no_price(flagship, open_page, width, script):
    who = f"{width}.{str(script).lower()}"
    giver, recipient = f"giver.{who}@client.example", f"friend.{who}@friend.example"
    page = open_page(width, script=script)
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=54")
    if script:
        engrave_and_pack(page, WORDS_EN, "A & P")
    else:
        page.get_by_role("button", name=WORDS_EN["add"]).click()
    total = give(page, giver, recipient, script=script)
    link = page.locator("#gift-link").input_value()
    assert link in flagship.wait_for_letter(giver, "is ready")

    friend = open_page(width, script=script)
    open_gift(flagship, friend, link, recipient)
    fill(friend, LAKE)
    shows_no_price(friend, total)
    friend.get_by_role("button", name="Accept the gift").click()
    expect(friend.locator("main")).to_contain_text("In your hands on")
    expect(friend.locator("main")).to_contain_text("7 quai du Lac")
    shows_no_price(friend, total)
    friend.locator("[name=thanks]").fill("Merci, Anna.")
    friend.get_by_role("button", name="Send my thanks").click()
    expect(friend.locator("main")).to_contain_text("Your thanks are on their way")

    page.reload()
    expect(page.locator("main")).to_contain_text("Merci, Anna.")
    assert "quai du Lac" not in page.content() and "Annecy" not in page.content()
    assert all("quai du Lac" not in letter for letter in flagship.letters(giver))
    assert all("€" not in letter for letter in flagship.letters(recipient))


def test_of_a_pair_of_rings_the_giver_changes_the_words_and_the_recipient_size_and_address(flagship, open_page):
    giver, recipient = "pair.giver@client.example", "pair.friend@friend.example"
    page, friend = open_page(390), open_page(390)
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=54")
    engrave_and_pack(page, WORDS_EN, "A & P")
    page.goto("/eu/en/pieces/halo-band/?metal=platinum&size=52")
    page.get_by_role("button", name=WORDS_EN["add"]).click()
    total = give(page, giver, recipient, script=True)
    home, link = page.url, page.locator("#gift-link").input_value()

    def write(text: str) -> None:
        page.goto(home)
        page.get_by_role("link", name=re.compile("^Engraving: ")).click()
        page.get_by_label(WORDS_EN["inscription"], exact=True).fill(text)
        expect(page.locator(".letters li").last).to_contain_text(text[-1])
        page.get_by_label(WORDS_EN["spelling"]).check()
        page.get_by_label(WORDS_EN["final"]).check()

    write("A & Q")
    page.get_by_role("button", name=WORDS_EN["keep"]).click()
    expect(page.get_by_alt_text(re.compile("A & Q"))).to_be_visible()
    write("A & R")  # and while this panel stands open, the gift is accepted

    open_gift(flagship, friend, link, recipient)
    expect(friend.get_by_alt_text(re.compile("A & Q"))).to_be_visible()
    shows_no_price(friend, total)
    friend.get_by_role("group", name=re.compile("^Size: Halo band")).get_by_label("54", exact=True).check()
    fill(friend, LAKE)
    friend.get_by_role("button", name="Accept the gift").click()
    expect(friend.locator("main")).to_contain_text("7 quai du Lac")
    expect(friend.locator("article", has_text="Platinum")).to_contain_text("54")

    page.get_by_role("button", name=WORDS_EN["keep"]).click()
    expect(page.locator("main")).to_contain_text("accepted, so its engraving can no longer be changed here")
    page.goto(home)
    expect(page.get_by_alt_text(re.compile("A & Q"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Engraving: "))).to_have_count(0)

    friend.get_by_role("link", name="Recipient and address").click()
    fill(friend, {"line1": "1 place Bellecour", "postcode": "69002", "city": "Lyon"})
    shows_no_price(friend, total)
    friend.get_by_role("button", name="Keep this change").click()
    expect(friend.locator("main")).to_contain_text("1 place Bellecour")
    friend.get_by_role("link", name="A later day").click()
    shows_no_price(friend, total)
    flagship.wait_for_letter(recipient, "Your change is noted")
    page.reload()
    read = [page.content(), *flagship.letters(giver), *flagship.letters(giver, "html")]
    assert not [text for text in read if "Bellecour" in text or "quai du Lac" in text]
    assert all("€" not in letter for letter in (*flagship.letters(recipient), *flagship.letters(recipient, "html")))

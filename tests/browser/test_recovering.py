"""A failed part made good from its letter on a phone without script, and a plan settled early at a desk, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, fill_address, pay, sign_in

pytestmark = pytest.mark.serial
EN = WORDS["en"]
#: Beat's act, a month early: the next part is due now, and is collected.
COLLECT = """
from django.utils import timezone
from services.deferred import collecting
from services.deferred.models import Part
part = Part.objects.filter(plan__order__number="{number}", state="due").order_by("number").first()
Part.objects.filter(pk=part.pk).update(next_try_at=timezone.now())
for pk in collecting.claim_due(now=timezone.now()):
    collecting.collect(pk, now=timezone.now())
print("done")
"""
STATES = """
from services.deferred.models import Plan
plan = Plan.objects.get(order__number="{number}")
print(plan.state, *plan.parts.order_by("number").values_list("state", flat=True))
"""


def buy(page, email: str, way: str, card: str) -> str:
    """A ring in instalments; answers the order's number."""
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=54")
    page.get_by_role("button", name=EN["add"]).click()
    expect(page.locator("main, dialog[open]").get_by_role("link", name=EN["checkout"]).first).to_be_visible()
    page.goto("/eu/en/checkout/")
    fill_address(page, "eu", email)
    page.get_by_label(way).check()
    page.get_by_label(EN["terms"]).check()
    page.get_by_role("button", name=EN["place"]).click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, EN, card)
    page.wait_for_url(re.compile(r"/orders/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def answer_the_bank(page) -> None:
    """3-D Secure."""
    page.get_by_role("button", name="Complete").click()


def test_a_failed_second_part_is_paid_from_its_letter_with_another_card_and_3d_secure(flagship, open_page):
    email = "recovering@client.example"
    page = open_page(390)
    number = buy(page, email, EN["instalments"], "4000 0000 0000 0341")
    assert flagship.shell(COLLECT.format(number=number)) == "done"
    letter = flagship.wait_for_letter(email, "was declined", 90)
    link = re.search(r"http://\S+/owed/by/\S+", letter).group(0)
    stranger = open_page(390, script=False)
    stranger.goto(link)
    main = stranger.locator("main")
    expect(main).to_contain_text("To pay")
    assert "/owed/by/" not in stranger.url and number not in main.inner_text() and "Anna" not in main.inner_text()
    main.get_by_role("button", name=re.compile("Pay €")).click()
    pay(stranger, EN, "4000 0000 0000 9995")
    expect(stranger.get_by_role("alert")).to_be_visible()
    pay(stranger, EN, "4000 0025 0000 3155")
    answer_the_bank(stranger)
    expect(stranger.locator("main")).to_contain_text("There is nothing to pay today")
    assert flagship.shell(STATES.format(number=number)) == "running paid paid due"
    page.goto(f"/eu/en/orders/{number}/plan/")
    expect(page.locator("main")).to_contain_text("Next:")
    assert page.locator("main input[name=part]").count() == 1
    assert number in flagship.wait_for_letter(email, "is paid")
    # The card that was given stays for what follows.
    assert flagship.shell(COLLECT.format(number=number)) == "done"
    page.reload()
    expect(page.locator("main")).to_contain_text("All is paid. Thank you.")


def test_a_plan_is_settled_early_in_part_and_whole_and_its_card_changed(flagship, open_page):
    email = "settling@client.example"
    page = open_page(1440)
    sign_in(page, flagship, "/eu/en/", email)
    number = buy(page, email, "6 monthly instalments", "4242 4242 4242 4242")
    page.get_by_role("link", name="Your plan: pay sooner").click()
    main = page.locator("main")
    assert main.locator("input[name=part]").count() == 5
    main.get_by_role("button", name="Pay what is chosen").click()
    expect(main.get_by_role("alert")).to_contain_text("Please choose")
    main.get_by_role("button", name="Use another card").click()
    for field, text in (("number", "4000 0025 0000 3155"), ("expiry", "12/40"), ("cvc", "123"), ("name", "ANNA")):
        page.locator(f"#{field}").fill(text)
    page.get_by_role("button", name="Save this card").click()
    answer_the_bank(page)
    expect(page.locator("body")).to_contain_text("Your card is kept.")
    for part in ("2", "6"):
        main.locator(f"input[name=part][value='{part}']").check()
    main.get_by_role("button", name="Pay what is chosen").click()
    pay(page, EN, "4242 4242 4242 4242")
    expect(page.locator("body")).to_contain_text("your payment is received")
    assert flagship.shell(STATES.format(number=number)) == "running paid paid due due due paid"
    main.get_by_role("button", name="Pay all that is left").click()
    pay(page, EN, "4242 4242 4242 4242")
    expect(main).to_contain_text("All is paid. Thank you.")
    assert flagship.shell(STATES.format(number=number)) == "done" + 6 * " paid"
    page.goto("/eu/en/account/plans/")
    expect(page.locator("main")).to_contain_text("Paid in full")
    assert page.request.get(f"/eu/en/orders/{number}/plan/statement.pdf").body()[:5] == b"%PDF-"

"""A piece comes back in the middle of a plan, in a real browser: refunded behind the shop by two, and told to its client."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, fill_address, pay
from tests.browser.test_recovering import COLLECT, STATES
from tests.browser.test_staff import enter

pytestmark = pytest.mark.serial
EN = WORDS["en"]
#: The packed parcel leaves the house, which issues the invoice, and is handed over.
HAND_OVER = """
from django.utils import timezone
from checkout import fulfilling
from checkout.order.models import Order
from flagship.clients.models import User
Order.objects.filter(number="{number}").update(status="packed")
staff = User.objects.filter(is_staff=True).first().pk
fulfilling.dispatch(Order.objects.get(number="{number}"), by_id=staff, now=timezone.now())
fulfilling.hand_over(Order.objects.get(number="{number}"), by_id=staff, now=timezone.now())
print("done")
"""
#: The provider's refunds, what the book says went back, what it says is still owed; and how the repayments stand.
AGREES = """
from decimal import Decimal
from checkout.order.models import Order
from checkout.refunds.models import Repayment
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider import port
order = Order.objects.get(number="{number}")
sent = [port.refunds_of(a.intent, currency="EUR") for a in order.attempts.filter(refunded_amount__gt=0)]
sums = (
    sum((each.amount for found in sent for each in found), Decimal(0)),
    -writing.balance(order.pk, Account.REFUNDED),
    writing.balance(order.pk, Account.RECEIVABLE),
)
print(
    *(format(amount, ".2f") for amount in sums),
    *Repayment.objects.filter(refund__order=order).order_by("pk").values_list("state", flat=True),
)
"""


def buy(page, email: str) -> str:
    """A pendant (€5,500) and a ring (€1,750) in six parts of €1,208.33; the last is €1,208.35. Answers the order's number."""
    for piece in ("filament-pendant/?metal=yellow", "halo-band/?metal=yellow&size=54"):
        page.goto(f"/eu/en/pieces/{piece}")
        page.get_by_role("button", name=EN["add"]).first.click()
        expect(page.locator("main, dialog[open]").get_by_role("link", name=EN["checkout"]).first).to_be_visible()
    page.goto("/eu/en/checkout/")
    fill_address(page, "eu", email)
    page.get_by_label("6 monthly instalments").check()
    page.get_by_label(EN["terms"]).check()
    page.get_by_role("button", name=EN["place"]).click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, EN, "4242 4242 4242 4242")
    page.wait_for_url(re.compile(r"/orders/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def ask_for_the_pendant(page, number: str) -> None:
    """An adviser types it, is shown what will happen, and then asks a colleague."""
    page.goto("/staff/order/order/")
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Give money back").click()
    page.locator("[name=kind][value=lines]").check()
    page.get_by_label("Filament pendant").fill("1")
    page.get_by_label("Why").fill("Too long")
    page.get_by_role("button", name="See what will happen").click()
    shown = page.locator(".module", has=page.get_by_role("heading", name="This is what will happen"))
    for said in ("€5,500", "€2,416.66", "€1,208.35 → €0", "€1,208.33 → €0", "€1,208.33 → €541.67", "waits until a colleague"):
        expect(shown).to_contain_text(said)
    shown.get_by_role("button", name="Ask a colleague").click()
    expect(page.locator(".messagelist")).to_contain_text("It waits for a second person.")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def reads(page, *said: str) -> None:
    main = page.locator("main")
    for each in said:
        expect(main).to_contain_text(each)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("width", [390, 1440])
def test_a_piece_comes_back_in_the_middle_of_a_plan(flagship, open_page, width):
    email = f"comes.back.{width}@client.example"
    client = open_page(width)
    number = buy(client, email)
    assert flagship.shell(COLLECT.format(number=number)) == "done"
    assert flagship.shell(HAND_OVER.format(number=number)) == "done"
    assert flagship.shell(STATES.format(number=number)) == "running paid paid due due due due"
    order, plan = f"/eu/en/orders/{number}/", f"/eu/en/orders/{number}/plan/"

    staff = open_page()
    enter(staff, flagship, "client.adviser")
    ask_for_the_pendant(staff, number)
    for page in (order, plan):  # nothing is decided yet
        client.goto(page)
        expect(client.locator("main")).not_to_contain_text("Given back to you")
    enter(staff, flagship, "payments.desk")
    staff.goto("/staff/refunds/refund/?state__exact=waiting")
    staff.get_by_role("row", name=number).get_by_role("link").first.click()
    staff.get_by_role("button", name="Approve").click()
    expect(staff.locator(".messagelist")).to_contain_text("Approved: it is on its way.")

    letter = flagship.wait_for_letter(email, "Money back")
    for said in (number, "Filament pendant", "€5,500 for you", "€2,416.66 goes back the way", "€3,083.34 is taken off"):
        assert said in letter, (said, letter)
    agreed = letter[letter.index("Still to be paid, as agreed otherwise") :]
    assert re.findall(r"€[\d.,]*\d", agreed)[:2] == ["€1,208.33", "€541.67"]
    assert flagship.shell(STATES.format(number=number)) == "running paid paid due due cancelled cancelled"

    for page in (order, plan):
        for _second in range(60):  # until the worker has sent it
            client.goto(page)
            if client.locator("main").get_by_text("To your card · Given back").count() == 2:
                break
            client.wait_for_timeout(1000)
        reads(client, "Given back to you", "To your card · Given back", "Taken off what is still to be paid")
        reads(client, "€1,208.33", "€541.67", "€3,083.34", "€5,500")
    client.goto(order)
    credited = client.locator("main").get_by_role("link", name=re.compile("^Credit note"))
    assert client.request.get(credited.get_attribute("href")).body()[:5] == b"%PDF-"
    client.goto(plan)
    reads(client, "Next: €1,208.33 on", "Still to be paid€1,750", "Agreed in all€4,166.66", "No longer due")
    assert client.locator("main input[name=part]").count() == 2
    assert flagship.shell(AGREES.format(number=number)) == "2416.66 2416.66 1750.00 done done"

    # The plan goes on as it was agreed anew, to its end.
    for _part in range(2):
        assert flagship.shell(COLLECT.format(number=number)) == "done"
    client.goto(plan)
    reads(client, "All is paid. Thank you.")
    assert flagship.shell(STATES.format(number=number)) == "done paid paid paid paid cancelled cancelled"
    assert flagship.shell(AGREES.format(number=number)) == "2416.66 2416.66 0.00 done done"

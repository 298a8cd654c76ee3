"""Paying later in a real browser: instalments with 3-D Secure, deposit and balance, and after delivery."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, fill_address, pay, sign_in

pytestmark = pytest.mark.serial
MORE = {
    "en": {"complete": "Complete", "balance": "Pay the balance", "later": "Nothing now", "pay_now": "Pay now"},
    "zh-hans": {"complete": "确认", "balance": "支付尾款", "later": "现在无需付款"},
    "fr": {"complete": "Confirmer", "balance": "Régler le solde", "later": "Rien maintenant"},
}
#: Its bank asks the client to confirm the payment, on the provider's page.
ASKS = "4000 0025 0000 3155"


def to_checkout(page, home: str, words: dict[str, str]) -> None:
    page.goto(f"{home}pieces/halo-band/?size=54")
    page.get_by_role("button", name=words["add"]).first.click()
    page.get_by_role("link", name=words["checkout"]).click()


def choose(page, way: str, words: dict[str, str]) -> None:
    """Choose a way to pay; what is agreed to appears only now. Then place the order."""
    box = page.locator(f".way:has([value='{way}'])")
    expect(box.locator(".way-agreed")).to_be_hidden()
    box.get_by_role("radio").check()
    expect(box.locator(".way-agreed")).to_be_visible()
    slip = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert slip == 0
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()


def number_of(page) -> str:
    page.wait_for_url(re.compile(r"/orders/"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


@pytest.mark.parametrize(("width", "region", "language"), [(390, "cn", "zh-hans"), (1440, "eu", "en")])
def test_instalments_with_a_bank_that_asks_on_the_first(flagship, open_page, width, region, language):
    words, home = WORDS[language] | MORE[language], f"/{region}/{language}/"
    email = f"secure.{width}@client.example"
    page = open_page(width)
    page.goto(f"{home}pieces/halo-band/?size=54")
    summary = page.locator(".pay-later > summary")
    summary.click()
    expect(page.locator(".pay-later dl > div").first).to_be_visible()
    to_checkout(page, home, words)
    fill_address(page, region, email)
    choose(page, "instalments:6", words)
    page.wait_for_url(re.compile("/pay/"))
    pay(page, words, ASKS)
    page.get_by_role("button", name=words["complete"]).click()
    number = number_of(page)
    expect(page.locator("main")).to_contain_text(words["confirmed"])
    assert flagship.wait_for_letter(email, number)
    code = f"""
from services.deferred.models import Plan
plan = Plan.objects.get(order__number="{number}")
parts = list(plan.parts.order_by("number"))
print(plan.state, len(parts), parts[0].state, sum(part.amount for part in parts) == plan.order.total_incl_tax, bool(plan.method))
"""
    assert flagship.shell(code) == "running 6 paid True True"


@pytest.mark.parametrize(("width", "region", "language"), [(390, "cn", "zh-hans"), (1440, "eu", "fr")])
def test_a_deposit_and_then_its_balance(flagship, open_page, width, region, language):
    words, home = WORDS[language] | MORE[language], f"/{region}/{language}/"
    email = f"deposit.{width}@client.example"
    page = open_page(width)
    to_checkout(page, home, words)
    fill_address(page, region, email)
    choose(page, "deposit", words)
    page.wait_for_url(re.compile("/pay/"))
    pay(page, words, "4242 4242 4242 4242")
    number = number_of(page)
    expect(page.get_by_role("button", name=words["balance"])).to_have_count(0)
    assert flagship.wait_for_letter(email, number)
    flagship.shell(
        f"""
from datetime import timedelta
from django.utils import timezone
from services.deferred.models import Part
now = timezone.now()
found = Part.objects.filter(plan__order__number="{number}", number=2)
found.update(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=3))
"""
    )
    reminder = flagship.wait_for_letter(email, {"zh-hans": "现可支付尾款", "fr": "peut être réglé"}[language], 120)
    page.goto(re.search(r"http://\S+key=\S+", reminder).group(0))
    page.get_by_role("button", name=words["balance"]).click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, words, "5555 5555 5555 4444")
    number_of(page)
    expect(page.locator("main")).to_contain_text(words["confirmed"])
    slip = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert slip == 0


def test_after_delivery_for_a_client_the_house_knows(flagship, open_page):
    words, home = WORDS["en"] | MORE["en"], "/eu/en/"
    email = "known@client.example"
    page = open_page(1440)
    sign_in(page, flagship, home, email)
    to_checkout(page, home, words)
    fill_address(page, "eu", email)
    assert page.locator("[value='after-delivery']").count() == 0  # asked for: an order that was paid and handed over
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()
    pay(page, words, "4242 4242 4242 4242")
    number = number_of(page)
    flagship.shell(
        f"""
from django.utils import timezone
from checkout.order.models import Order
order = Order.objects.get(number="{number}")
order.attempts.update(state="captured", captured_amount=order.total_incl_tax)
Order.objects.filter(pk=order.pk).update(status="handed over", handed_over_at=timezone.now())
"""
    )
    to_checkout(page, home, words)
    fill_address(page, "eu", email)
    choose(page, "after-delivery", words)
    second = number_of(page)
    expect(page.locator("main")).to_contain_text(words["confirmed"])
    expect(page.locator("main")).to_contain_text("Within 14 days of delivery")
    flagship.shell(
        f"""
from django.utils import timezone
from checkout import fulfilling
from checkout.order.models import Order
from flagship.clients.models import User
Order.objects.filter(number="{second}").update(status="dispatched")
staff = User.objects.filter(is_staff=True).first().pk
fulfilling.hand_over(Order.objects.get(number="{second}"), by_id=staff, now=timezone.now())
"""
    )
    letter = flagship.wait_for_letter(email, "Your order is in your hands")
    page.goto(re.search(r"http://\S+key=\S+", letter).group(0))
    page.get_by_role("button", name=words["pay_now"]).click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, words, "4242 4242 4242 4242")
    number_of(page)
    expect(page.get_by_role("button", name=words["pay_now"])).to_have_count(0)

"""The main job in a real browser: found, engraved, packed, paid, at phone and desktop width, in two languages."""

import re
import time
from datetime import date, timedelta

import pytest
import requests
from playwright.sync_api import Error, expect

pytestmark = pytest.mark.serial

WORDS = {
    "en": {
        "engrave": "Engrave",
        "inscription": "Inscription",
        "typeface": "Typeface",
        "spelling": "I have checked the spelling",
        "final": "I understand",
        "keep": "Keep this engraving",
        "gift": "Gift",
        "card": "Message card",
        "keep_gift": "Keep this packing",
        "add": "Add to bag",
        "checkout": "Checkout",
        "terms": "I have read",
        "place": "Place order and pay",
        "instalments": "3 monthly instalments",
        "confirmed": "Confirmed",
        "pay": "Pay",
        "search": "Search",
        "bag": "Bag",
        "account": "Account",
        "letter": "is confirmed",
    },
    "zh-hans": {
        "engrave": "镌刻",
        "inscription": "镌刻文字",
        "typeface": "字体",
        "spelling": "我已核对文字",
        "final": "我了解",
        "keep": "保留此镌刻",
        "gift": "礼品",
        "card": "赠言卡",
        "keep_gift": "保留此包装",
        "add": "放入购物袋",
        "checkout": "去结算",
        "terms": "我已阅读",
        "place": "提交订单并付款",
        "instalments": "3 个月分期",
        "confirmed": "已确认",
        "pay": "支付",
        "search": "搜索",
        "bag": "购物袋",
        "account": "账户",
        "letter": "已确认",
    },
    "fr": {
        "engrave": "Graver",
        "inscription": "Inscription",
        "typeface": "Caractère",
        "spelling": "J’ai vérifié l’orthographe",
        "final": "Je comprends",
        "keep": "Garder cette gravure",
        "gift": "Cadeau",
        "card": "Carte d’accompagnement",
        "keep_gift": "Garder cet emballage",
        "add": "Ajouter au panier",
        "checkout": "Commander",
        "terms": "J’ai lu",
        "place": "Commander et payer",
        "instalments": "3 mensualités",
        "confirmed": "Confirmée",
        "pay": "Payer",
        "search": "Rechercher",
        "bag": "Panier",
        "account": "Compte",
        "letter": "confirmée",
    },
}


def engrave_and_pack(page, words, text: str) -> None:
    """From the piece's page into the bag, with a line of engraving and a card."""
    page.get_by_role("button", name=words["engrave"]).click()
    field = page.get_by_label(words["inscription"], exact=True)
    if re.search(r"[\u4e00-\u9fff]", text):
        page.locator("[name=face][value=kai]").check()
    field.fill(text)
    proof = page.locator("img.on-piece")
    expect(proof).to_be_visible()
    expect(page.locator("#fit")).to_contain_text("%")
    expect(proof).not_to_have_js_property("naturalWidth", 0)
    page.get_by_label(words["spelling"]).check()
    page.get_by_label(words["final"]).check()
    page.get_by_role("button", name=words["keep"]).click()
    page.get_by_role("button", name=words["gift"], exact=True).click()
    page.get_by_label(words["card"]).fill("For you,\nalways. 永远")
    expect(page.locator(".card-preview img")).to_have_attribute("alt", re.compile("For you,\\s+always. 永远"))
    page.get_by_role("button", name=words["keep_gift"]).click()
    page.get_by_role("button", name=words["add"]).click()
    expect(page.get_by_alt_text(text).first).to_be_visible()


def fill_address(page, region: str, email: str) -> None:
    page.locator("[name=email]").fill(email)
    page.locator("[name=name]").fill("王小明" if region == "cn" else "Anna Test")
    if region == "cn":
        page.locator("[name=mobile]").fill("138 0013 8000")
        page.locator("[name=subdivision]").select_option("上海市")
        page.locator("[name=city]").select_option("上海市")
        page.locator("[name=district]").select_option("静安区")
        page.locator("[name=line1]").fill("南京西路 1515 号")
    else:
        page.locator("[name=mobile]").fill("06 12 34 56 78")
        page.locator("[name=line1]").fill("12 rue de Rivoli")
        page.locator("[name=postcode]").fill("75001")
        page.locator("[name=city]").fill("Paris")


def pay(page, words, number: str) -> None:
    page.locator("#number").fill(number)
    page.locator("#expiry").fill("12/40")
    page.locator("#cvc").fill("123")
    page.locator("#name").fill("ANNA TEST")
    page.get_by_role("button", name=words["pay"]).click()


def sign_in(page, flagship, home: str, email: str, submit: str = "button.button-act") -> None:
    page.goto(f"{home}sign-in/")
    page.locator("[name=contact]").fill(email)
    page.locator("main button").first.click()
    letter = flagship.wait_for_letter(email, "")
    page.locator("[name=code]").fill(re.search(r"\b(\d{6})\b", letter).group(1))
    page.locator("main button").first.click()
    page.wait_for_url(re.compile(r"/account/|/pieces/"))


@pytest.mark.parametrize(
    ("width", "region", "language", "who", "way", "text"),
    [
        (390, "cn", "zh-hans", "guest", "instalments", "执子之手"),
        (390, "eu", "en", "account", "full", "A & P 14.II"),
        (1440, "cn", "zh-hans", "account", "full", "与子偕老"),
        (1440, "eu", "en", "guest", "instalments", "Toujours, P."),
        (390, "eu", "en", "guest", "full", "For ever"),
        (1440, "cn", "zh-hans", "account", "instalments", "王玥"),
        (820, "eu", "fr", "guest", "instalments", "À toi"),
    ],
)
def test_the_whole_journey_with_a_declined_card_on_the_way(flagship, open_page, width, region, language, who, way, text):
    words, home = WORDS[language], f"/{region}/{language}/"
    email = f"{who}.{way}.{width}.{language}@client.example"
    page = open_page(width)
    if who == "account":
        sign_in(page, flagship, home, email)
    page.goto(home)
    page.get_by_role("link", name=words["search"]).first.click()
    page.locator("search-overlay [name=q]").fill({"en": "halo band", "fr": "alliance"}.get(language, "素圈"))
    page.keyboard.press("Enter")
    page.locator("main a[href*='/pieces/halo-band/']").first.click()
    page.get_by_role("link", name="54", exact=True).click()
    engrave_and_pack(page, words, text)
    page.get_by_role("link", name=words["checkout"]).click()
    fill_address(page, region, email)
    if way == "instalments":
        page.get_by_label(words["instalments"]).check()
    page.get_by_label(words["terms"]).check()
    shown = page.locator("dl .total dd").inner_text()
    page.get_by_role("button", name=words["place"]).click()
    page.wait_for_url(re.compile("/pay/"))
    if way == "full":
        assert re.sub(r"[^\d]", "", page.locator("h1").inner_text().split(".")[0]) == re.sub(r"[^\d]", "", shown)
    pay(page, words, "4000 0000 0000 0002")
    expect(page.get_by_role("alert")).to_be_visible()
    pay(page, words, "4242 4242 4242 4242")
    page.wait_for_url(re.compile(r"/orders/"))
    expect(page.locator("main")).to_contain_text(words["confirmed"])
    expect(page.get_by_alt_text(text).first).to_be_visible()
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    letter = flagship.wait_for_letter(email, number)
    assert words["letter"] in letter
    link = re.search(r"http://\S+key=\S+", letter).group(0)
    stranger = open_page(width)
    stranger.goto(link)
    expect(stranger.locator("main")).to_contain_text(number)
    assert "key=" not in stranger.url
    slip = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert slip == 0
    if who == "account":
        page.locator(".bottom a[href$='/account/']" if width < 700 else ".header a[href$='/account/'].roomy").click()
        expect(page.locator("main")).to_contain_text(number)


def test_the_journey_works_without_script(flagship, open_page):
    words = WORDS["en"]
    page = open_page(390, script=False)
    page.goto("/eu/en/")
    page.get_by_role("link", name=words["search"]).first.click()
    page.locator("main [name=q]").fill("halo band")
    page.locator("main").get_by_role("button", name="Find").click()
    page.locator("main a[href*='/pieces/halo-band/']").first.click()
    page.locator("details.delivery > summary").click()
    page.get_by_label("Where", exact=True).select_option("FR")
    page.get_by_label("In your hands by").fill((date.today() + timedelta(days=300)).isoformat())
    page.get_by_role("button", name="Show the day").click()
    expect(page.locator("main")).to_contain_text("In time for")
    page.get_by_role("button", name=words["engrave"]).click()
    page.get_by_label(words["inscription"], exact=True).fill("M" * 60)
    page.get_by_role("button", name="Show the proof").click()
    expect(page.locator("#fit")).to_contain_text("Please shorten it")
    page.get_by_label(words["inscription"], exact=True).fill("A & P")
    page.get_by_role("button", name="Show the proof").click()
    expect(page.locator("img.on-piece")).to_be_visible()
    page.get_by_label(words["spelling"]).check()
    page.get_by_label(words["final"]).check()
    page.get_by_role("button", name=words["keep"]).click()
    page.get_by_role("button", name=words["gift"], exact=True).click()
    page.get_by_label(words["card"]).fill("For you,\nalways.")
    page.get_by_role("button", name="Show the card").click()
    expect(page.locator(".card-preview img")).to_have_attribute("alt", re.compile("For you,\\s+always."))
    page.get_by_role("button", name=words["keep_gift"]).click()
    page.get_by_role("button", name=words["add"]).click()
    expect(page.get_by_alt_text("A & P").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("For you,")
    page.get_by_role("link", name=words["checkout"]).click()
    fill_address(page, "eu", "noscript@client.example")
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()
    pay(page, words, "4242424242424242")
    expect(page.locator("main")).to_contain_text("Confirmed")
    asked = ask_for_a_later_day(page)
    code = "from checkout.order.models import Order; print(Order.objects.get(guest_email='noscript@client.example').requested_on)"
    assert flagship.shell(code) == asked
    page.get_by_role("link", name="Card and packing").click()
    expect(page.get_by_label(words["card"])).to_have_value("For you,\nalways.")


def ask_for_a_later_day(page) -> str:
    """The same day of the week, one or two or three weeks later: one of them is no holiday."""
    page.get_by_role("link", name="A later day").click()
    first = date.fromisoformat(page.locator("[name=day]").input_value())
    for weeks in (1, 2, 3):
        asked = (first + timedelta(weeks=weeks)).isoformat()
        page.get_by_label("Not before").fill(asked)
        page.get_by_role("button", name="Keep this day").click()
        if "not before, as you asked" in page.locator("main").inner_text():
            return asked
    raise AssertionError("no later day is taken")


def test_a_client_cancels_and_the_money_goes_back(flagship, open_page):
    words = WORDS["en"]
    page = open_page()
    page.goto("/eu/en/pieces/festoon-card-case/")
    page.get_by_role("button", name=words["add"]).click()
    page.get_by_role("link", name=words["checkout"]).click()
    fill_address(page, "eu", "cancel@client.example")
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()
    pay(page, words, "4242424242424242")
    page.wait_for_url(re.compile(r"/orders/"))
    page.get_by_role("link", name="Cancel order").click()
    page.get_by_role("button", name="Yes, cancel this order").click()
    expect(page.locator("main")).to_contain_text("Cancelled")
    flagship.wait_for_letter("cancel@client.example", "is cancelled")
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    code = f"from services.foundation.provider.models import Attempt; print(Attempt.objects.get(order__number='{number}').state)"
    deadline = 60
    while flagship.shell(code) != "voided" and deadline:
        deadline -= 1
        page.wait_for_timeout(300)
    assert flagship.shell(code) == "voided"


def test_an_exclusive_opens_for_a_verified_client_and_is_held(flagship, open_page):
    words = WORDS["en"]
    page = open_page(390)
    page.goto("/eu/en/launches/festoon-chain-wallet/")
    expect(page.locator("[data-countdown], launch-countdown, time").first).to_be_visible()
    page.goto("/eu/en/pieces/arc-bangle-small-diamonds/")
    page.get_by_role("button", name=words["add"]).click()
    expect(page.locator("main")).to_contain_text("Please sign in first")
    page.locator("[name=contact]").fill("exclusive@client.example")
    page.locator("main button").first.click()
    letter = flagship.wait_for_letter("exclusive@client.example", "")
    page.locator("[name=code]").fill(re.search(r"\b(\d{6})\b", letter).group(1))
    page.locator("main button").first.click()
    page.wait_for_url(re.compile("/pieces/arc-bangle-small-diamonds/"))
    page.get_by_role("button", name=words["add"]).click()
    expect(page.locator("dialog.drawer")).to_contain_text("We hold your exclusive until")
    page.get_by_role("link", name=words["checkout"]).click()
    fill_address(page, "eu", "exclusive@client.example")
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()
    pay(page, words, "4000 0025 0000 3155")
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(re.compile(r"/orders/"))
    expect(page.locator("main")).to_contain_text("Confirmed")
    page.goto("/eu/en/pieces/arc-bangle-small-diamonds/")
    page.get_by_role("button", name=words["add"]).click()
    expect(page.locator("main")).to_contain_text("You have reached it")


def test_the_keyboard_alone_engraves(open_page):
    page = open_page()
    page.goto("/eu/en/pieces/halo-band/")
    page.get_by_role("button", name="Engrave").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Inscription", exact=True).focus()
    page.keyboard.type("A & P")
    page.get_by_label("I have checked the spelling").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Keep this engraving").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/pieces/halo-band/"))
    expect(page.get_by_alt_text("A & P")).to_be_visible()


def test_whoever_keeps_faster_than_the_proof_arrives_waits_for_it(open_page):
    page = open_page(1440)
    page.goto("/eu/en/pieces/halo-band/engrave/?metal=yellow&size=52")
    page.route("**/engrave/?**", lambda route: (time.sleep(0.8), route.continue_()))
    page.get_by_label("Inscription", exact=True).fill("A & P")
    page.get_by_label("I have checked the spelling").check()
    page.get_by_label(WORDS["en"]["final"]).check()
    page.get_by_role("button", name="Keep this engraving").click()
    expect(page.get_by_alt_text("A & P")).to_be_visible()
    expect(page.get_by_role("button", name="Change the engraving")).to_be_visible()


def test_what_is_written_before_the_script_arrives_is_shown_when_it_does(open_page):
    page, held = open_page(390), []
    page.route("**/js/engraving*.js", lambda route: held.append(route))
    page.goto("/eu/en/pieces/halo-band/engrave/?metal=yellow&size=52", wait_until="commit")
    page.get_by_label("Inscription", exact=True).fill("For ever")
    expect(page.locator("img.on-piece")).to_have_count(0)
    held.pop().continue_()
    expect(page.locator("img.on-piece")).to_be_visible()
    expect(page.get_by_label("Inscription", exact=True)).to_have_value("For ever")


def test_a_proof_never_stays_under_another_text(open_page):
    page = open_page(1440)
    page.goto("/eu/en/pieces/halo-band/engrave/?metal=platinum&size=52")
    field = page.get_by_label("Inscription", exact=True)
    field.fill("A & P")
    expect(page.locator("img.on-piece")).to_be_visible()
    expect(page.locator(".letters li")).to_have_count(3)
    field.fill("A\u200b & P")
    expect(page.locator("#fit .error")).to_be_visible()
    expect(page.locator("img.on-piece")).to_have_count(0)
    page.get_by_role("button", name="Use the text without it").click()
    expect(page.locator("img.on-piece")).to_be_visible()
    expect(field).to_have_value("A & P")


def test_a_closed_browser_and_a_doubled_webhook_are_one_confirmed_order(flagship, open_page):
    """The client pays and never comes back; the provider tells us twice."""
    words, email = WORDS["en"], "closed@client.example"
    page = open_page(390)
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=56")
    page.get_by_role("button", name=words["add"]).click()
    page.get_by_role("link", name=words["checkout"]).click()
    fill_address(page, "eu", email)
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()
    page.wait_for_url(re.compile("/pay/"))
    address = page.url
    page.context.close()
    flagship.standin("/_standin/faults", {"kind": "webhook_double", "times": 2})
    card = {"number": "4242424242424242", "expiry": "12/40", "cvc": "123", "name": "Anna"}
    assert requests.post(address, data=card, allow_redirects=False, timeout=10).status_code == 303
    flagship.wait_for_letter(email, "is confirmed")
    counted = "Order.objects.filter(guest_email='closed@client.example', status='confirmed').count()"
    assert flagship.shell(f"from checkout.order.models import Order; print({counted})") == "1"
    assert len(flagship.letters(email)) == 1


def test_two_quick_clicks_make_one_order(flagship, open_page):
    words = WORDS["en"]
    page = open_page()
    page.goto("/eu/en/pieces/festoon-card-case/")
    page.get_by_role("button", name=words["add"]).click()
    page.get_by_role("link", name=words["checkout"]).click()
    fill_address(page, "eu", "twice@client.example")
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).dblclick()
    page.wait_for_url(re.compile("/pay/"))
    page.go_back()
    page.goto(page.url)
    assert (
        flagship.shell(
            "from checkout.order.models import Order; print(Order.objects.filter(guest_email='twice@client.example').count())"
        )
        == "1"
    )
    page.goto("/eu/en/bag/")
    page.get_by_role("link", name="See your order").click()
    page.get_by_role("button", name="Pay now").click()
    pay(page, words, "4242424242424242")
    expect(page.locator("main")).to_contain_text("Confirmed")


def test_the_web_process_killed_between_placement_and_payment_loses_nothing(flagship, open_page):
    import os
    import signal
    import time

    words = WORDS["en"]
    page = open_page()
    page.goto("/eu/en/pieces/festoon-card-case/")
    page.get_by_role("button", name=words["add"]).click()
    page.get_by_role("link", name=words["checkout"]).click()
    fill_address(page, "eu", "killed@client.example")
    page.get_by_label(words["terms"]).check()
    flagship.standin(
        "/_standin/faults", {"kind": "delay", "method": "POST", "prefix": "/v1/checkout/sessions", "seconds": 6, "times": 1}
    )
    page.get_by_role("button", name=words["place"]).click(no_wait_after=True)
    count = "from checkout.order.models import Order; print(Order.objects.filter(guest_email='killed@client.example').count())"
    deadline = time.monotonic() + 20
    while flagship.shell(count) != "1":
        assert time.monotonic() < deadline
    served = [pid for pid, command in flagship.children().items() if "granian" in command]
    workers = [pid for pid in served if parent_of(pid) in served]
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    page.wait_for_timeout(4000)
    deadline = time.monotonic() + 40
    while True:
        try:
            page.goto("/eu/en/checkout/")
            break
        except Error:  # the server is coming up again
            assert time.monotonic() < deadline
            page.wait_for_timeout(300)
    expect(page.locator("main")).to_contain_text("Awaiting payment")
    page.get_by_role("button", name="Pay now").click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, words, "4242424242424242")
    expect(page.locator("main")).to_contain_text("Confirmed")
    assert flagship.shell(count) == "1"
    assert flagship.process.poll() is None


def parent_of(pid: int) -> int:
    from pathlib import Path

    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])

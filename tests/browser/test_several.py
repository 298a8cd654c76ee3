"""Two people receive a piece each of one order, in a real browser: one payment, two parcels, each changed by itself."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, engrave_and_pack, pay

pytestmark = pytest.mark.serial

SAID = {
    "en": {
        "several": "Several recipients",
        "choose": "Choose recipients and pieces",
        "first": "The first recipient",
        "another": "Another recipient",
        "keep": "Keep this recipient",
        "on": "Keep and go on to checkout",
        "for": "For whom",
        "please": "Please say who receives these pieces",
        "parcel": "Parcel for {}",
        "hands": "In their hands on",
        "address": "Recipient and address",
        "cancel": "Cancel this parcel",
        "really": "Yes, cancel this parcel",
        "cancelled": "The parcel is cancelled",
        "letter": "is confirmed",
    },
    "zh-hans": {
        "several": "多位收件人",
        "choose": "选择收件人与作品",
        "first": "添加第一位收件人",
        "another": "再添一位收件人",
        "keep": "保存此收件人",
        "on": "保存并继续结算",
        "for": "赠予",
        "please": "请选择以下作品的收件人",
        "parcel": "寄给{}的包裹",
        "hands": "送达收件人",
        "address": "收件人与地址",
        "cancel": "取消此包裹",
        "really": "确认取消此包裹",
        "cancelled": "该包裹已取消",
        "letter": "已确认",
    },
}
PEOPLE = {
    "eu": [
        ("Berthe Ami", "7 quai du Lac", "74000", "Annecy", "06 98 76 54 32"),
        ("Clara Freund", "1 rue Neuve", "69001", "Lyon", "06 11 22 33 44"),
    ],
    "cn": [
        ("李美玲", "南京西路 1515 号", "上海市", "上海市", "静安区", "138 0013 8000"),
        ("张伟", "天府大道 88 号", "四川省", "成都市", "武侯区", "139 0013 9000"),
    ],
}


def write_down(page, region: str, person: tuple[str, ...]) -> None:
    page.locator("[name=name]").fill(person[0])
    page.locator("[name=line1]").fill(person[1])
    if region == "cn":
        for field, place in zip(("subdivision", "city", "district"), person[2:5], strict=True):
            page.locator(f"[name={field}]").select_option(place)
    else:
        page.locator("[name=postcode]").fill(person[2])
        page.locator("[name=city]").fill(person[3])
    page.locator("[name=mobile]").fill(person[-1])


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(
    ("width", "region", "language", "script"),
    [(390, "cn", "zh-hans", True), (1440, "eu", "en", True), (390, "eu", "en", False)],
)
def test_two_people_receive_a_parcel_each_of_one_order(flagship, open_page, width, region, language, script, shot=None):
    shot = shot or (lambda name: None)
    words, said, home = WORDS[language], SAID[language], f"/{region}/{language}/"
    payer = f"payer.{region}.{width}.{str(script).lower()}@client.example"
    first, second = PEOPLE[region]
    page = open_page(width, script=script)
    page.goto(f"{home}pieces/halo-band/?metal=yellow&size=54")
    if script:
        engrave_and_pack(page, words, "永远" if region == "cn" else "A & P")
    else:
        page.get_by_role("button", name=words["add"]).click()
    page.goto(f"{home}pieces/arc-bangle/?metal=yellow")
    page.get_by_role("button", name=words["add"]).click()
    # What the second piece brings is waited for: the link to checkout may stand there for the first one already.
    place = page.locator("dialog.drawer" if script else "main")
    expect(place.locator("a[href$='/pieces/arc-bangle/'], a[href*='/pieces/arc-bangle/?']").first).to_be_visible()
    place.get_by_role("link", name=words["checkout"]).click()
    page.locator("[name=email]").fill(payer)
    page.get_by_label(said["several"]).check()
    expect(page.locator("[name=line1]")).to_be_hidden()
    shot("checkout-chosen")
    page.get_by_role("button", name=said["choose"]).click()
    page.get_by_role("button", name=said["first"]).click()
    shot("recipient-new")
    write_down(page, region, first)
    page.get_by_role("button", name=said["keep"]).last.click()
    page.get_by_role("button", name=said["another"]).click()
    write_down(page, region, second)
    page.get_by_role("button", name=said["keep"]).last.click()
    choices = page.get_by_label(said["for"])
    choices.nth(1).select_option("")
    page.get_by_role("button", name=said["on"]).last.click()
    expect(page.locator("[role=alert]").first).to_contain_text(said["please"])
    shot("recipients-asked")
    choices.nth(1).select_option(label=f"{second[0]} · {second[3]}")
    assert fits(page)
    page.get_by_role("button", name=said["on"]).last.click()
    page.wait_for_url(re.compile("/checkout/$"))
    expect(page.locator("[name=email]")).to_have_value(payer)
    expect(page.get_by_text(said["hands"])).to_have_count(2)
    assert fits(page)
    shot("checkout-several")
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()
    page.wait_for_url(re.compile("/pay/"))
    pay(page, words, "4242 4242 4242 4242")
    page.wait_for_url(re.compile("/orders/"))
    expect(page.locator("main")).to_contain_text(words["confirmed"])
    for person in (first, second):
        expect(page.get_by_role("heading", name=said["parcel"].format(person[0]), exact=True)).to_be_visible()
    assert fits(page)
    shot("order-whole")
    letter = flagship.wait_for_letter(payer, said["letter"])
    assert first[1] in letter and second[1] in letter
    other = page.locator("section.parcel").nth(1)
    other.get_by_role("link", name=said["address"]).click()
    page.locator("[name=line1]").fill(second[1] + " B")
    assert fits(page)
    shot("parcel-address")
    page.locator("#change button.button-act").click()
    expect(page.locator("main")).to_contain_text(second[1] + " B")
    shot("parcel")
    page.get_by_role("link", name=said["cancel"]).click()
    shot("parcel-cancel")
    page.get_by_role("button", name=said["really"]).click()
    expect(page.locator("main")).to_contain_text(words["confirmed"])
    expect(page.locator("body")).to_contain_text(said["cancelled"])
    shot("order-after")

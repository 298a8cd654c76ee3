"""What script adds to the front, and what the narrowest screen and the keyboard alone must manage."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, fill_address, pay

pytestmark = pytest.mark.serial


def mark(page) -> None:
    """Leave a mark in the page that only a reload removes."""
    page.evaluate("document.documentElement.dataset.same = 'yes'")


def expect_same_page(page) -> None:
    expect(page.locator("html")).to_have_attribute("data-same", "yes")


def test_filters_narrow_without_a_reload_and_the_back_button_widens_again(open_page):
    page = open_page()
    page.goto("/eu/en/pieces/")
    everything = page.locator(".card").count()
    mark(page)
    page.locator(".filters > summary").click()
    page.get_by_label("Can be engraved").check()
    expect(page.locator("html")).to_have_attribute("data-same", "yes")
    expect(page).to_have_url(re.compile("engravable=yes"))
    expect(page.locator("[data-top]")).not_to_have_text(f"{everything} pieces")
    expect(page.locator("#voice")).to_contain_text("pieces")
    expect(page.get_by_label("Can be engraved")).to_be_focused()
    page.get_by_label("Garnet leather", exact=True).check()
    expect(page).to_have_url(re.compile("metal=garnet.*engravable=yes"))
    page.go_back()
    expect(page.get_by_label("Garnet leather", exact=True)).not_to_be_checked()
    page.go_back()
    expect(page.locator(".card")).to_have_count(everything)
    page.go_forward()
    expect(page.get_by_label("Can be engraved")).to_be_checked()
    expect_same_page(page)
    page.reload()
    expect(page.get_by_label("Can be engraved")).to_be_checked()


def test_a_day_is_chosen_by_its_name_and_remembered_on_the_piece(open_page):
    page = open_page()
    page.goto("/cn/en/pieces/")
    page.locator(".filters > summary").click()
    page.get_by_label("City").fill("chengdu")
    page.get_by_role("button", name="Qixi").click()
    expect(page.locator("[data-top]")).to_contain_text("can be in Chengdu by")
    page.get_by_role("link", name="Halo band").click()
    expect(page.locator("main")).to_contain_text("in Chengdu")
    expect(page.locator("main")).to_contain_text("In time for")


def test_metal_and_size_are_changed_in_place_and_the_page_can_be_shared(open_page):
    page = open_page()
    page.goto("/eu/en/pieces/halo-band/")
    mark(page)
    page.get_by_role("link", name="52", exact=True).click()
    expect(page).to_have_url(re.compile("size=52"))
    expect(page.locator("[name=size]").first).to_have_value("52")
    expect(page.get_by_role("link", name="52", exact=True)).to_be_focused()
    expect_same_page(page)
    page.reload()
    expect(page.locator("[name=size]").first).to_have_value("52")


def test_the_bag_opens_beside_the_page_is_changed_there_and_gives_the_focus_back(open_page):
    page = open_page()
    page.goto("/eu/en/pieces/halo-band/")
    mark(page)
    page.locator("[data-act]").click()
    drawer = page.locator("dialog.drawer")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_role("heading", name="Bag", exact=True)).to_be_focused()
    expect(page.locator("#voice")).to_contain_text("Halo band is in your bag.")
    expect(page.locator("a[data-bag]")).to_contain_text("1")
    drawer.get_by_label("Quantity").select_option("2")
    drawer.get_by_role("button", name="Update").click()
    expect(page.locator("a[data-bag]")).to_contain_text("2")
    drawer.get_by_role("button", name="Take out").click()
    expect(drawer).to_contain_text("Your bag is empty")
    drawer.get_by_role("button", name="Put it back").click()
    expect(page.locator("a[data-bag]")).to_contain_text("2")
    for _step in range(30):  # the focus stays inside
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator("[data-act]")).to_be_focused()
    expect_same_page(page)
    page.locator("a[data-bag]").click()
    expect(drawer).to_be_visible()
    drawer.get_by_role("link", name="Checkout").click()
    expect(page).to_have_url(re.compile("/checkout/"))


def test_a_refused_piece_is_said_on_the_page_and_the_bag_stays_closed(open_page):
    page = open_page()
    page.goto("/eu/en/pieces/halo-band/")
    for _piece in range(3):
        page.locator("[data-act]").click()
        expect(page.locator("dialog.drawer")).to_be_visible()
        page.keyboard.press("Escape")
    page.locator("[data-act]").click()
    expect(page.locator("main .note-error")).to_be_visible()
    expect(page.locator("#voice")).not_to_be_empty()
    expect(page.locator("dialog.drawer")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1440])
def test_search_opens_over_the_page_keeps_the_keyboard_and_gives_it_back(open_page, width):
    page = open_page(width=width)
    page.goto("/eu/en/")
    link = page.locator("[data-opens=search]")
    overlay = page.get_by_role("dialog", name="Search")
    expect(overlay).to_be_hidden()
    link.click()
    expect(overlay).to_be_visible()
    expect(overlay.get_by_role("combobox")).to_be_focused()
    for key in ("Tab", "Shift+Tab"):
        for _step in range(25):
            page.keyboard.press(key)
            assert page.evaluate("!!document.activeElement.closest('dialog')"), key
    page.keyboard.press("Escape")
    expect(overlay).to_be_hidden()
    expect(link).to_be_focused()
    link.click()
    overlay.get_by_role("button", name="Close").click()
    expect(overlay).to_be_hidden()
    expect(link).to_be_focused()
    link.click()
    overlay.get_by_role("combobox").fill("halo")
    expect(overlay.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")  # the suggestions first
    expect(overlay.get_by_role("option")).to_have_count(0)
    expect(overlay).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search/\\?q=halo"))


def test_a_phone_reaches_every_collection_and_leaves_the_menu_by_escape(open_page):
    page = open_page(width=390)
    page.goto("/eu/en/")
    page.locator(".menu summary").click()
    expect(page.get_by_role("navigation", name="Menu").get_by_role("link", name="Filament")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu nav")).to_be_hidden()
    page.locator(".menu summary").click()
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Halo").click()
    expect(page.get_by_role("heading", name="Halo", level=1)).to_be_visible()


def test_a_phone_turns_the_pictures_by_button_and_keeps_the_price_in_reach(open_page):
    page = open_page(width=390)
    page.goto("/eu/en/pieces/arc-bangle/")
    where = page.locator("[data-where]")
    expect(where).to_have_text(re.compile(r"^1 / \d$"))
    page.get_by_role("button", name="Next picture").click()
    expect(where).to_have_text(re.compile(r"^2 / \d$"))
    bar = page.locator("piece-bar")
    expect(bar).to_be_hidden()
    page.locator("footer").scroll_into_view_if_needed()
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Add to bag").click()
    expect(page.locator("dialog.drawer")).to_contain_text("Arc bangle is in your bag.")


def no_sideways(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


@pytest.mark.parametrize(("region", "language"), [("eu", "en"), ("eu", "fr"), ("cn", "zh-hans")])
def test_the_whole_journey_fits_320_pixels(flagship, open_page, region, language):
    """One job from end to end; that every page in every state fits is said in `test_reflow`."""
    words, home = WORDS[language], f"/{region}/{language}/"
    page = open_page(width=320)
    for there in ("", "pieces/", "gifts/?occasion=wedding", "collections/arc/", "search/?q=arc", "sign-in/", "pieces/halo-band/"):
        page.goto(f"{home}{there}")
        no_sideways(page)
    page.locator("a[data-opens=search]").click()
    page.locator("dialog[open] [name=q]").fill("halo")
    expect(page.locator("dialog[open] [role=option]").first).to_be_visible()
    no_sideways(page)
    page.goto(f"{home}pieces/halo-band/?metal=yellow&size=52")
    page.get_by_role("button", name=words["engrave"]).click()
    no_sideways(page)
    page.go_back()
    page.get_by_role("button", name=words["gift"], exact=True).click()
    no_sideways(page)
    page.go_back()
    page.locator("[data-act]").click()
    expect(page.locator("dialog.drawer")).to_be_visible()
    no_sideways(page)
    page.get_by_role("link", name=words["checkout"]).click()
    expect(page).to_have_url(re.compile("/checkout/"))
    page.locator("button[value=place]").click()  # every error shown
    expect(page.locator(".error").first).to_be_visible()
    no_sideways(page)
    fill_address(page, region, f"narrow-{language}@client.example")
    page.get_by_label(words["terms"]).check()
    page.locator("button[value=place]").click()
    pay(page, words, "4242424242424242")
    expect(page.get_by_text(words["confirmed"], exact=True).first).to_be_visible()
    no_sideways(page)
    for change in page.locator("main a[href*='/change/']").evaluate_all("links => links.map(link => link.pathname)"):
        page.goto(change)
        no_sideways(page)


# What has the focus is drawn as such, lies within the window, and is not covered by something that sticks to its edge.
SEEN = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return "";
  const style = getComputedStyle(node), place = node.getBoundingClientRect();
  const marked = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  const carrier = node.matches("input[type=radio], input[type=checkbox]") ? node.closest("label") ?? node : node;
  const parts = [carrier, ...carrier.querySelectorAll("*"), node];
  if (!parts.some((part) => marked(getComputedStyle(part)))) return "no mark of the focus: " + node.outerHTML.slice(0, 120);
  const box = carrier.getBoundingClientRect();
  const points = [.1, .5, .9].flatMap((x) => [.1, .5, .9].map((y) => [box.left + x * box.width, box.top + y * box.height]));
  const hit = points.some(([x, y]) => carrier.contains(document.elementFromPoint(x, y)));
  return hit || node.id === "main" ? "" : "covered or out of sight: " + node.outerHTML.slice(0, 120);
}"""


def tab_to(page, target, most: int = 90) -> None:
    """Press Tab until the element has the focus; wherever the focus is on the way, it can be seen."""
    for _step in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) == "", page.url
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def write_or_choose(page, name: str, value: str) -> None:
    """Fill a field of the checkout by the keyboard alone; in a list the arrows go down to the value."""
    field = page.locator(f"[name={name}]")
    tab_to(page, field)
    if field.evaluate("node => node.localName") != "select":
        page.keyboard.type(value)
        return
    for _step in range(60):
        if field.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no {value}")


KEYED = {
    "eu": {"mobile": "06 12 34 56 78", "name": "Anna Test", "line1": "12 rue de Rivoli", "postcode": "75001", "city": "Paris"},
    "cn": {
        "mobile": "138 0013 8000",
        "name": "Wang Xiaoming",
        "subdivision": "上海市",
        "city": "上海市",
        "district": "静安区",
        "line1": "南京西路 1515 号",
    },
}


@pytest.mark.parametrize(("region", "language", "width"), [("eu", "en", 1440), ("eu", "fr", 1440), ("cn", "zh-hans", 1440)])
def test_the_keyboard_alone_goes_from_home_to_a_placed_order(open_page, region, language, width):
    page = open_page(width)
    page.goto(f"/{region}/{language}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    tab_to(page, page.locator(".header-wide a[href$='/collections/halo/']"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("main a[href*='/pieces/halo-band/']").first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pieces/halo-band/"))
    tab_to(page, page.get_by_role("link", name="52", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("[name=size]").first).to_have_value("52")
    expect(page.get_by_role("link", name="52", exact=True)).to_be_focused()
    tab_to(page, page.locator("[data-act]"))
    page.keyboard.press("Enter")
    drawer = page.locator("dialog.drawer")
    expect(drawer).to_be_visible()
    tab_to(page, drawer.locator("a[href$='/checkout/']"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/checkout/"))
    asked = {"email": f"keys-{language}@client.example", **KEYED[region]}
    order = page.locator("form [name]").evaluate_all("fields => fields.map(field => field.name)")
    for name in sorted(asked, key=order.index):
        write_or_choose(page, name, asked[name])
    tab_to(page, page.locator("[name=terms]"))
    page.keyboard.press("Space")
    tab_to(page, page.locator("button[value=place]"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/pay/"))
    for name, typed in (("number", "4242424242424242"), ("expiry", "12/40"), ("cvc", "123"), ("name", "ANNA")):
        page.locator(f"#{name}").focus()  # the provider's own page
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_text(WORDS[language]["confirmed"], exact=True).first).to_be_visible()

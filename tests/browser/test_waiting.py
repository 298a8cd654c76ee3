"""What takes time says so, is pressed once, and when it fails keeps everything that was typed. And what a finger alone can do."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.serial
KIND = re.compile("Everything you typed is still here")


@pytest.fixture
def visit(chromium, flagship):
    """A page whose console may show the failures that a test makes."""
    contexts = []

    def open_page(width: int = 1440):
        phone = width < 700
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, is_mobile=phone, has_touch=phone, base_url=flagship.url
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


def hold_back(page, address: str, how: str) -> list:
    """Whatever is asked for at this address: is kept waiting, fails as the server would, or does not get through."""
    held = []

    def answer(route):
        held.append(route)
        if how == "fault":
            route.fulfill(status=500, body="a fault")
        elif how == "lost":
            route.abort("connectionfailed")

    page.route(address, answer)
    return held


@pytest.mark.parametrize("how", ["fault", "lost"])
def test_a_filter_that_fails_says_so_and_leaves_the_list_as_it_was(visit, how):
    page = visit()
    page.goto("/eu/en/pieces/")
    pieces = page.locator(".card").count()
    held = hold_back(page, "**/pieces/?*", how)
    page.locator(".filters > summary").click()
    page.get_by_label("Can be engraved").check()
    expect(page.get_by_role("alert")).to_have_text(KIND)
    expect(page.get_by_label("Can be engraved")).to_be_checked()
    expect(page.locator("live-page")).not_to_have_attribute("aria-busy", "true")
    assert page.locator(".card").count() == pieces and page.url.endswith("/pieces/") and held
    page.unroute("**/pieces/?*")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page).to_have_url(re.compile("engravable=yes"))


def test_a_piece_is_put_into_the_bag_once_however_often_one_presses(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=52")
    held = hold_back(page, "**/bag/add/", "waits")
    button = page.locator("[data-act]")
    button.click()
    expect(button).to_have_text("One moment …")
    expect(page.locator("form[data-adds]")).to_have_attribute("aria-busy", "true")
    button.click(force=True)
    page.keyboard.press("Enter")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("dialog.drawer")).to_contain_text("Halo band is in your bag.")
    expect(page.locator("[data-act]")).to_have_text("Add to bag")
    expect(page.locator("a[data-bag]")).to_contain_text("1")


def test_a_page_that_was_open_long_puts_its_piece_into_the_bag_all_the_same(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=52")
    page.evaluate("for (const field of document.querySelectorAll('[name=csrfmiddlewaretoken]')) field.value = 'stale'")
    sent = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.locator("[data-act]").click()
    expect(page.locator("dialog.drawer")).to_contain_text("Halo band is in your bag.")
    expect(page.locator("a[data-bag]")).to_contain_text("1")
    assert len(sent) == 2


def test_a_refusal_is_told_in_its_own_words_beside_the_button(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=52")
    sent = []

    def refuse(route):
        sent.append(route)
        route.fulfill(status=403, content_type="text/html", body="<main><h1>No</h1><p>Not without your cookie.</p></main>")

    page.route("**/bag/add/", refuse)
    page.locator("[data-act]").click()
    expect(page.get_by_role("alert")).to_have_text("Not without your cookie.")
    assert len(sent) == 2 and "/pieces/halo-band/" in page.url  # once more with a fresh token, and not again


@pytest.mark.parametrize("how", ["fault", "lost"])
def test_a_bag_that_does_not_answer_leaves_the_piece_on_its_page(visit, how):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=52")
    hold_back(page, "**/bag/**", how)
    page.locator("[data-act]").click()
    expect(page.get_by_role("alert")).to_have_text(KIND)
    expect(page.locator("[data-act]")).to_be_enabled()
    assert "/pieces/halo-band/" in page.url
    page.locator("a[data-bag]").click()
    expect(page.locator("dialog.drawer").get_by_role("alert")).to_have_text(KIND)


def test_a_line_in_the_drawer_that_cannot_be_changed_stays(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=52")
    page.locator("[data-act]").click()
    drawer = page.locator("dialog.drawer")
    drawer.get_by_label("Quantity").select_option("2")
    hold_back(page, "**/bag/lines/**", "lost")
    drawer.get_by_role("button", name="Update").click()
    expect(drawer.get_by_role("alert")).to_have_text(KIND)
    expect(drawer.get_by_label("Quantity")).to_have_value("2")
    expect(drawer).to_contain_text("Halo band")


def test_checkout_is_sent_once_and_never_into_the_void(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/?metal=yellow&size=52")
    page.locator("[data-act]").click()
    page.locator("dialog.drawer").get_by_role("link", name="Checkout").click()
    page.get_by_label("Recipient’s name").fill("Änna Test")
    button = page.locator("button[value=place]")
    page.context.set_offline(True)
    button.click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("not connected.*still here"))
    expect(page.get_by_label("Recipient’s name")).to_have_value("Änna Test")
    page.context.set_offline(False)
    held = hold_back(page, "**/checkout/", "waits")
    twice = """async (button) => {
      button.click();
      await new Promise((done) => setTimeout(done, 600));
      const said = button.textContent;
      button.click();
      return said;
    }"""
    assert button.evaluate(twice) == "One moment …"
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text("Please look at the marked fields")).to_be_visible()
    expect(page.get_by_label("Recipient’s name")).to_have_value("Änna Test")


def test_a_proof_that_cannot_be_drawn_says_so_and_keeps_the_words(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/engrave/?metal=yellow&size=52")
    hold_back(page, "**/engrave/?*", "lost")
    page.get_by_label("Inscription").fill("A & P")
    expect(page.get_by_role("alert")).to_have_text(KIND)
    expect(page.get_by_label("Inscription")).to_have_value("A & P")
    page.unroute("**/engrave/?*")
    page.get_by_label("Inscription").fill("A & B")
    expect(page.locator("[data-live=proof] img")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_language_of_a_card_follows_its_words(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/gift/?metal=yellow&size=52")
    page.get_by_label("Message card").fill("永远爱你")
    expect(page.locator(".card-preview img")).to_have_attribute("lang", "zh")
    page.get_by_label("Message card").fill("Yours")
    expect(page.locator(".card-preview img")).to_have_attribute("lang", "en")


def test_a_finger_swipes_to_the_second_view_and_a_tap_opens_the_piece(visit):
    page = visit(width=390)
    page.goto("/eu/en/pieces/")
    card = page.locator(".card", has=page.locator(".second")).first
    second = card.locator(".second img")
    view = card.locator("figure")
    page.wait_for_load_state("networkidle")
    assert not second.evaluate("image => image.complete && image.naturalWidth > 0")  # nobody has asked for it yet
    view.evaluate("figure => figure.scrollTo({ left: figure.clientWidth, behavior: 'instant' })")
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=second.element_handle())
    expect(second).to_be_in_viewport(ratio=0.9)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    box = view.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/pieces/[\w-]+/$"))


def test_a_gallery_that_does_not_scroll_is_no_stop_for_the_keyboard(visit):
    page = visit()
    page.goto("/eu/en/pieces/halo-band/")
    expect(page.locator(".gallery")).to_have_attribute("tabindex", "-1")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".gallery")).to_have_attribute("tabindex", "0")

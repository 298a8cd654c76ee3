"""Words on the lid of the box, in a browser: from the gift panel with its live preview to a change inside the window."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_journeys import WORDS, fill_address, pay

pytestmark = pytest.mark.serial

SAID = {
    "en": {
        "lid": "Keep, and engrave the lid",
        "on": "On the lid of the box",
        "final": "box with my words",
        "again": "Words on the lid:",
    },
    "zh-hans": {"lid": "保留，并为盒盖镌刻", "on": "盒盖之上", "final": "刻有我文字的礼盒", "again": "盒盖文字："},
}


@pytest.mark.parametrize(
    ("width", "region", "language", "face", "text", "other"),
    [(390, "cn", "zh-hans", "kai", "执子之手", "与子偕老"), (1440, "eu", "en", "roman", "Für Berthe", "Für Anna")],
)
def test_the_lid_is_engraved_shown_ordered_and_changed(open_page, flagship, width, region, language, face, text, other):
    page, words, said = open_page(width), WORDS[language], SAID[language]
    email = f"lid-{language}@client.example"
    page.goto(f"/{region}/{language}/pieces/halo-band/?metal=yellow&size=52")
    page.get_by_role("button", name=words["gift"], exact=True).click()
    page.get_by_role("button", name=said["lid"]).click()
    write(page, words, said, face, text)
    page.get_by_role("button", name=words["add"]).click()
    expect(page.get_by_text(said["on"]).first).to_be_visible()
    expect(page.get_by_alt_text(re.compile(text)).first).to_be_visible()
    page.get_by_role("link", name=words["checkout"]).click()
    expect(page.get_by_alt_text(re.compile(text)).first).to_be_visible()
    fill_address(page, region, email)
    page.get_by_label(words["terms"]).check()
    page.get_by_role("button", name=words["place"]).click()
    pay(page, words, "4242424242424242")
    page.wait_for_url(re.compile("/orders/"))
    expect(page.get_by_role("status").first).to_contain_text(words["confirmed"])
    proof = page.get_by_alt_text(re.compile(text))
    expect(proof).to_be_visible()
    before = proof.get_attribute("src")
    assert before
    # Until the engraver takes it up, the client changes it himself; the bench gets what was shown last.
    page.get_by_role("link", name=re.compile(re.escape(said["again"]))).click()
    expect(page.locator("#inscription")).to_have_value(text)
    write(page, words, said, face, other)
    proof = page.get_by_alt_text(re.compile(other))
    expect(proof).to_be_visible()
    assert proof.get_attribute("src") != before
    assert other in flagship.wait_for_letter(email, other)
    kept = flagship.shell(
        "from services.engraving.models import Job;"
        f"j = Job.objects.get(inscription__order_line__order__guest_email={email!r});"
        "print(j.inscription.surface, j.inscription.proof_sha256)"
    )
    surface, sha256 = kept.split()
    assert surface == "lid" and sha256 in (proof.get_attribute("src") or "")


def write(page, words, said, face: str, text: str) -> None:
    """Type, see the proof on the lid while typing, agree and keep."""
    page.wait_for_url(re.compile("/lid/"))
    page.locator(f"[name=face][value={face}]").check()
    page.locator("#inscription").fill(text)
    proof = page.locator("img.on-piece")
    expect(proof).to_be_visible()
    expect(proof).to_have_attribute("alt", re.compile(text))
    expect(page.locator("#fit")).to_contain_text("%")
    expect(page.locator(".layers picture img")).not_to_have_js_property("naturalWidth", 0)
    page.get_by_label(words["spelling"]).check()
    page.get_by_label(said["final"]).check()
    page.locator("button[name=act][value=keep]").click()

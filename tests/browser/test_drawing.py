"""The inscription drawn in the browser is the server's proof, to a hundredth of a millimetre; and it waits for nothing."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.serial

MOST_MM = 0.01
PLATE, BAND, BANGLE = "filament-plate", "halo-band", "arc-bangle"
#: Piece, place, size, typeface, text.
TEXTS = [
    (PLATE, "face", "", "roman", "Anna & Paul"),
    (PLATE, "face", "", "roman", "Anna & Paul\n19·VIII·2026"),
    (PLATE, "face", "", "roman", "Thomas Wolff\nAVATAR To. Ya"),
    (PLATE, "face", "", "roman", "i"),
    (PLATE, "face", "", "roman", "Émilie Müller-Łódź"),
    (PLATE, "face", "", "script", "Forever yours"),
    (PLATE, "face", "", "script", "Sofia\net Maël"),
    (PLATE, "face", "", "capitals", "TOUJOURS"),
    (PLATE, "face", "", "capitals", "LVX · AVE\nMMXXVI"),
    (PLATE, "face", "", "kai", "执子之手\n与子偕老"),
    (PLATE, "face", "", "kai", "己已巳 2026"),
    (PLATE, "face", "", "roman", "Anna 与 Paul"),
    (PLATE, "face", "", "roman", "永远 Anna ♥"),
    (PLATE, "face", "", "capitals", "A ∞ B\n★ ☾ 🐾"),
    (PLATE, "face", "", "monogram", "AB"),
    (PLATE, "face", "", "monogram", "ABÉ"),
    (PLATE, "face", "", "monogram-circle", "AL"),
    (PLATE, "face", "", "monogram-lozenge", "AB"),
    (BAND, "outside", "52", "roman", "A & P 14.II"),
    (BAND, "outside", "52", "kai", "平安喜乐"),
    (BAND, "inside", "52", "roman", "For ever and a day"),
    (BAND, "inside", "48", "roman", "Always, A."),
    (BAND, "inside", "60", "capitals", "SEMPER ET VBIQVE FIDELIS"),
    (BANGLE, "inside", "16", "roman", "What will survive of us is love"),
    (BANGLE, "inside", "18", "kai", "山高水长"),
    ("festoon-card-case", "corner", "", "capitals", "LÉON"),
]


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?[\d.]+", path)]


def silence(page) -> None:
    """The server answers nothing that could take a draft's place."""
    page.route("**/engrave/?*inscription=*", lambda route: route.fulfill(status=422, body=""))


def drafted(page, face: str, text: str) -> str:
    """The path that the browser draws while the server is kept from answering."""
    page.locator(f"[name=face][value={face}]").check()
    page.get_by_label("Inscription", exact=True).fill(text)
    page.wait_for_selector("[data-draft=alone] svg.draft path", state="attached")
    return page.locator("[data-draft=alone] svg.draft path").get_attribute("d")


def test_a_draft_is_the_proof(open_page):
    page, opened, worst = open_page(390), None, {}
    silence(page)
    for piece, zone, size, face, text in TEXTS:
        if opened != (piece, zone, size):
            opened = piece, zone, size
            page.goto(f"/eu/en/pieces/{piece}/engrave/?{urlencode({'zone': zone, 'size': size})}")
        draft = drafted(page, face, text)
        query = urlencode({"alone": "", "zone": zone, "size": size, "face": face, "inscription": text})
        answer = page.request.get(f"/eu/en/pieces/{piece}/engrave/preview.svg?{query}")
        assert answer.status == 200, (text, answer.text())
        proof = re.search(r' d="([^"]*)"', answer.text())[1]
        assert re.sub(r"[-\d. ]", "", draft) == re.sub(r"[-\d. ]", "", proof), (face, text)
        worst[face, text] = max(abs(a - b) for a, b in zip(numbers(draft), numbers(proof), strict=True))
    assert max(worst.values()) <= MOST_MM, worst
    assert len(worst) >= 20


def test_a_draft_on_the_piece_is_the_proof_on_the_piece(open_page):
    page = open_page(1440)
    for piece, zone, metal in ((BAND, "outside", "platinum"), (BANGLE, "inside", "rose"), ("festoon-card-case", "corner", "ink")):
        page.goto(f"/eu/en/pieces/{piece}/engrave/?zone={zone}&metal={metal}")
        silence(page)
        drafted(page, "roman", "Anna")
        draft = page.locator("[data-draft=onto] svg.draft path").last.get_attribute("d")
        size = page.locator("[name=size]").get_attribute("value")
        query = urlencode({"zone": zone, "metal": metal, "size": size, "face": "roman", "inscription": "Anna"})
        proof = page.request.get(f"/eu/en/pieces/{piece}/engrave/preview.svg?{query}").text()
        on_piece = re.findall(r' d="([^"]*)"', proof)[-1]
        # The picture's own tenths of a pixel.
        assert max(abs(a - b) for a, b in zip(numbers(draft), numbers(on_piece), strict=True)) <= 0.1
        page.unroute("**/engrave/?*inscription=*")


def test_the_proof_takes_the_drafts_place(open_page):
    page = open_page(390)
    page.goto(f"/eu/en/pieces/{BAND}/engrave/?metal=yellow&size=52")
    page.get_by_label("Inscription", exact=True).fill("Anna")
    expect(page.locator("img.on-piece")).to_be_visible()
    expect(page.locator("svg.draft")).to_have_count(0)
    expect(page.locator(".letters li")).to_have_count(4)


def test_a_sign_goes_where_the_caret_is_and_a_place_is_changed_without_a_page(open_page):
    page = open_page(390)
    page.goto(f"/eu/en/pieces/{BAND}/engrave/?metal=yellow&size=52")
    field = page.get_by_label("Inscription", exact=True)
    field.fill("AP")
    field.evaluate("field => field.setSelectionRange(1, 1)")
    page.get_by_role("button", name="heart", exact=True).click()
    expect(field).to_have_value("A♥P")
    page.get_by_role("radio", name="Inside the ring").check()
    expect(page.locator("img.place")).to_have_attribute("alt", re.compile("Inside the ring"))
    expect(page.locator(".on-piece")).to_have_count(0)
    page.get_by_role("radio", name="Outer face").check()
    expect(page.locator("img.on-piece")).to_be_visible()


def test_the_true_size_is_measured_with_a_card_and_remembered(open_page):
    page = open_page(390)
    page.goto(f"/eu/en/pieces/{BAND}/engrave/?metal=yellow&size=52")
    page.get_by_label("Inscription", exact=True).fill("Anna")
    page.get_by_role("radio", name="Actual size").check()
    page.get_by_text("true size on your screen").click()
    slider = page.get_by_label("Hold a bank card")
    slider.evaluate("slider => { slider.value = 324; slider.dispatchEvent(new Event('input', { bubbles: true })); }")
    is_measured = """() => {
      const proof = document.querySelector(".true-size img");
      return proof && Math.abs(proof.getBoundingClientRect().width - 14 * 324 / 53.98) < 0.6;
    }"""
    page.wait_for_function(is_measured)
    page.reload()
    page.get_by_label("Inscription", exact=True).fill("Anna B")
    page.get_by_role("radio", name="Actual size").check()
    page.wait_for_function(is_measured)

"""The panels of engraving and gift packing."""

import re

import pytest

from tests.pages.doing import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_engraving_is_refused_kindly_and_nothing_typed_is_lost(client):
    for text, words in (
        ("M" * 60, "At the smallest size"),
        ("A\u202eB", "invisible"),
        ("爱🙂", "do not engrave 🙂"),
        ("", "Please write"),
    ):
        answer = kept(client, "halo-band", text)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert words in html
        if text:
            assert text in html
    answer = kept(client, "halo-band", final_sale="")
    assert answer.status_code == 302  # any value of a box counts as ticked
    answer = client.post("/eu/en/pieces/halo-band/engrave/", {"inscription": "A", "face": "roman", "act": "keep"})
    assert answer.status_code == 422


def test_what_is_kept_is_what_was_shown(client):
    """Ticks set beside another text, or beside no proof at all, do not count: the proof is shown and asked about again."""
    page = "/eu/en/pieces/halo-band/engrave/"
    ticked = {"face": "roman", "spelling": "yes", "final_sale": "yes", "act": "keep"}
    answer = client.post(page, {"inscription": "A & P", **ticked})
    html = answer.content.decode()
    assert answer.status_code == 422 and "look at the proof" in html and 'value="yes" checked' not in html
    proof_of_that = re.search(r'name="proof" value="(\w+)"', html).group(1)
    answer = client.post(page, {"inscription": "A & B", "proof": proof_of_that, **ticked})
    assert answer.status_code == 422 and "A &amp; B" in answer.content.decode()
    assert client.session.get("kept", {}) == {}
    answer = client.post(
        page, {"inscription": "A & P", "face": "roman", "spelling": "yes", "proof": proof_of_that, "act": "keep"}
    )
    assert answer.status_code == 422 and "tick both boxes" in answer.content.decode()
    assert client.post(page, {"inscription": "A & P", "proof": proof_of_that, **ticked}).status_code == 302


def test_the_proof_lies_on_the_chosen_metal(client):
    html = client.get("/eu/en/pieces/halo-band/engrave/?metal=platinum&inscription=A&face=roman").content.decode()
    assert "front-platinum" in html and "front-yellow" not in html
    stamped = client.get(
        "/eu/en/pieces/festoon-card-case/engrave/preview.svg?metal=ink&inscription=A&face=roman"
    ).content.decode()
    assert "#e3c68a" in stamped  # foil, not a cut


@pytest.mark.parametrize("panel", ["engrave", "gift"])
def test_a_panel_opens_with_the_chosen_size_and_without_the_forms_token_in_its_address(client, panel):
    form = {"piece": "halo-band", "metal": "platinum", "size": "54", "csrfmiddlewaretoken": "x", "act": "open"}
    answer = client.post(f"/eu/en/pieces/halo-band/{panel}/", form)
    assert (answer.status_code, answer["Location"]) == (303, f"/eu/en/pieces/halo-band/{panel}/?metal=platinum&size=54")


def test_the_proof_is_a_picture_that_can_do_nothing(client):
    answer = client.get("/eu/en/pieces/halo-band/engrave/preview.svg", {"inscription": "<script>", "face": "roman", "alone": ""})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert "script" not in answer.content.decode()
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_card_holds_what_the_printer_has(client):
    form = {"box": "garnet", "ribbon": "champagne", "card": "永远爱你 🙂", "act": "keep"}
    answer = client.post("/eu/en/pieces/halo-band/gift/", form)
    html = answer.content.decode()
    assert answer.status_code == 422 and "🙂" in html and "永远爱你" in html and "printer does not have" in html

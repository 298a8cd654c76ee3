"""The message card: one setting for what is looked at and what is printed; hostile words stay words, and none is cut."""

import io
import re

import pytest
from django.core.cache import cache
from pypdf import PdfReader

from services.foundation import scanning
from services.gifting import card
from services.gifting.card import Card, CardFace
from services.gifting.refusals import CardTooLong, CardUnprintable, CardWithoutRoom


@pytest.fixture(autouse=True)
def empty_memory():
    cache.clear()


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("face", list(CardFace))
def test_a_card_is_printed_at_its_size_with_its_words_before_and_its_code_behind(face):
    mine = card.check(Card("Für dich,\n永远.", face, "Anna"))
    pdf = card.pdf(mine, language="en", code=card.code_of(mine, "A"))
    front, back = text_of(pdf)
    assert "Für dich," in front and "永远" in front and "Anna" in front and card.code_of(mine, "A") not in front
    assert flat(back) == card.code_of(mine, "A")
    for page in PdfReader(io.BytesIO(pdf)).pages:
        assert [round(float(side) / 72 * 25.4, 1) for side in page.mediabox[2:]] == [105, 74]


def test_nothing_on_a_card_speaks_of_money():
    mine = Card("For you")
    pdf = card.pdf(mine, language="en", code=card.code_of(mine, "A"))
    said = " ".join([*text_of(pdf), *map(str, PdfReader(io.BytesIO(pdf)).metadata.values())])
    assert not any(sign in said for sign in "€$£¥") and "1,750" not in said


def test_a_card_without_sender_names_none():
    assert flat(text_of(card.pdf(Card("For you"), language="en", code="C2222222"))[0]).endswith("For you")


@pytest.mark.parametrize(
    "words",
    ["#panic(1)", '"); #read("/etc/passwd")', "*a* _b_ $x$ @c <d> `e` // f /* g", "\\u{41} #sys.inputs", "= Title\n- one"],
)
def test_hostile_words_stay_words(words):
    mine = card.check(Card(words))
    front = text_of(card.pdf(mine, language="en", code="C2222222"))[0]
    assert flat(words) in flat(front)


def test_long_words_are_set_smaller_and_what_has_no_room_is_refused_not_cut():
    full = " ".join(["tendresse"] * 26)
    assert flat(text_of(card.pdf(card.check(Card(full)), language="fr", code="C2222222"))[0]).endswith(full)
    with pytest.raises(CardWithoutRoom):
        card.check(Card("W" * 60))  # one word, wider than the card
    with pytest.raises(CardWithoutRoom):
        card.check(Card("MMMM WWWW " * 28, CardFace.SCRIPT, "M" * 10))


@pytest.mark.parametrize(
    ("mine", "no"),
    [
        (Card("x" * 281), CardTooLong),
        (Card("a\n" * 8 + "b"), CardTooLong),
        (Card("🎁"), CardUnprintable),
        (Card("a", sender="🎁"), CardUnprintable),
    ],
)
def test_what_no_card_takes_is_said(mine, no):
    with pytest.raises(no):
        card.check(mine)


def test_the_preview_is_one_picture_of_the_size_of_the_card():
    picture = card.svg(Card("For you", CardFace.SCRIPT, "Anna"), language="en").decode()
    assert re.search(r'viewBox="0 0 297\.6\d* 209\.7\d*"', picture)
    assert "<script" not in picture and "<style" not in picture and " style=" not in picture
    assert card.svg(Card("For you", CardFace.SCRIPT, "Anna"), language="en").decode() == picture


def test_an_unknown_face_is_the_houses():
    assert card.check(Card("For you", "comic")).face == CardFace.ROMAN


def test_the_code_changes_with_every_word_with_the_face_and_the_sender():
    cards = [Card("A"), Card("B"), Card("A", CardFace.KAI), Card("A", sender="Anna")]
    codes = {card.code_of(each, "X") for each in cards} | {card.code_of(cards[0], "Y")}
    assert len(codes) == 5 and all(re.fullmatch(r"C[2-9B-Z]{7}", code) for code in codes)


def test_code_39_has_three_wide_elements_of_nine_and_no_sign_twice():
    signs = scanning._ELEMENTS
    assert len(set(signs.values())) == len(signs)
    assert all(len(elements) == 9 and elements.count("w") == 3 for elements in signs.values())
    widths = scanning.code39("A-1")
    assert len(widths) == 5 * 10 - 1  # start, three signs, stop, with a gap between
    with pytest.raises(KeyError):
        scanning.code39("ä")

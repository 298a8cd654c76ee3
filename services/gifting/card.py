"""The message card: typed words in a chosen face, shown and printed from one setting, so that the preview is the card.

The template chooses the largest size in which all finds its place. What finds none is refused; nothing is cut in silence.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from services.foundation import printing, scanning
from services.foundation.formats import language_of
from services.foundation.house import house
from services.foundation.plain_text import plain
from services.foundation.print_faces import KAI, SCRIPT, unprintable

from .refusals import CardTooLong, CardUnprintable, CardWithoutRoom

_TEMPLATE = Path(__file__).with_name("card.typ")
MOST_LINES = 8
MOST_CHARACTERS = 280
MOST_OF_SENDER = 40
#: Seconds for which a preview is remembered: as long as somebody may type.
_REMEMBERED = 300
#: Han characters and full-width signs: between them a line may break anywhere.
_BREAKS_ANYWHERE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"


class CardFace(StrEnum):
    ROMAN = "roman"
    SCRIPT = "script"
    KAI = "kai"


#: What each face is called, in the order in which they are offered.
FACE_NAMES: dict[str, Any] = {"roman": _("Roman"), "script": _("Script"), "kai": _("Kai")}

#: Points, the largest first; the smallest can still be read at arm's length.
_SIZES = {CardFace.ROMAN: (18, 16, 14, 12.5, 11), CardFace.SCRIPT: (22, 19, 17, 15, 13.5), CardFace.KAI: (16, 14, 12.5, 11, 10)}


@dataclass(frozen=True)
class Card:
    """Words, face and who signs; ``sender`` is empty where the client gives without a name."""

    text: str
    face: str = CardFace.ROMAN
    sender: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.sender


def usual_face(language: str) -> str:
    """The face a card begins with."""
    return CardFace.KAI if language == "zh-hans" else CardFace.ROMAN


def size_mm() -> tuple[float, float]:
    """Width and height of the house's card: `[card]` in its file, else A7 lying."""
    said = house().raw.get("card", {})
    return said.get("width_mm", 105), said.get("height_mm", 74)


def check(card: Card) -> Card:
    """The card as it will be printed. Raises NotPlain, CardUnprintable, CardTooLong or CardWithoutRoom."""
    text, sender = plain(card.text).strip(), " ".join(plain(card.sender).split())
    missing = unprintable(text + sender)
    if missing:
        raise CardUnprintable(signs=missing)
    if len(text) > MOST_CHARACTERS or text.count("\n") >= MOST_LINES or len(sender) > MOST_OF_SENDER:
        raise CardTooLong(most_lines=MOST_LINES, most_characters=MOST_CHARACTERS)
    checked = Card(text, card.face if card.face in FACE_NAMES else CardFace.ROMAN, sender)
    if not checked.is_empty:
        svg(checked, language=get_language() or "en")
    return checked


def svg(card: Card, *, language: str) -> bytes:
    """The card's face as a picture. Raises CardWithoutRoom."""
    key = "card:" + hashlib.sha256(json.dumps([asdict(card), language, size_mm()]).encode()).hexdigest()
    try:
        kept = cache.get(key)
    except RedisError:
        kept = None
    if kept:
        return bytes(kept)
    try:
        made = printing.svg(_TEMPLATE, _said(card, language, code=""), title=str(_("Message card")), language=language)
    except printing.DoesNotFit:
        raise CardWithoutRoom() from None
    try:
        cache.set(key, made, timeout=_REMEMBERED)
    except RedisError:
        pass
    return made


def pdf(card: Card, *, language: str, code: str) -> bytes:
    """The card for the printer, at its size: its face, and on its back the code that the bench scans. Raises CardWithoutRoom."""
    try:
        return printing.pdf(_TEMPLATE, _said(card, language, code=code), title=str(_("Message card")), language=language)
    except printing.DoesNotFit:
        raise CardWithoutRoom() from None


def code_of(card: Card, about: str) -> str:
    """What the back of a card says: another one as soon as a word, the face or the sender is another."""
    return scanning.version_code("C", about, card.text, card.face, card.sender)


def _said(card: Card, language: str, *, code: str) -> dict[str, object]:
    width, height = size_mm()
    of_house = printing.families()
    faces = {CardFace.ROMAN: of_house, CardFace.SCRIPT: [SCRIPT, *of_house], CardFace.KAI: [KAI, *of_house]}
    written_in = language_of(card.text) or language
    return {
        "lines": card.text.split("\n"),
        "words": re.findall(rf"[^\s{_BREAKS_ANYWHERE}]+", card.text) + ([card.sender] if card.sender else []),
        "sender": card.sender,
        "faces": faces[CardFace(card.face)],
        "sizes": _SIZES[CardFace(card.face)],
        "text_language": "zh" if written_in == "zh-hans" else written_in,  # Typst wants the bare language
        "width_mm": width,
        "height_mm": height,
        "code": code,
        "bars": scanning.code39(code) if code else [],
    }

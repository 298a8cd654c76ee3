"""What a client may write on a card or in a name: any script, nothing invisible. Pure."""

import unicodedata

from django.utils.translation import gettext as _

from .refusal import Refusal

_BIDI_AND_INVISIBLE = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
#: Joiners are needed by emoji and some scripts; on paper they are harmless.
_ALLOWED_FORMAT = {0x200C, 0x200D}


class NotPlain(Refusal):
    """Facts: place (from 1)."""

    code = "not-plain"

    def sentence(self) -> str:
        return _("Your text holds an invisible control character (place %(place)s). Please delete it and type anew.") % {
            "place": self.facts["place"]
        }


def plain(text: str) -> str:
    """NFC text with newlines as the only control. Raises NotPlain; nothing is removed in silence."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for place, character in enumerate(text, 1):
        category = unicodedata.category(character)
        if character != "\n" and (
            category in _BIDI_AND_INVISIBLE or (category == "Cf" and ord(character) not in _ALLOWED_FORMAT)
        ):
            raise NotPlain(place=place)
    return text

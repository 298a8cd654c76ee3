from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.foundation.house import house
from services.foundation.refusal import Refusal


class NotPackable(Refusal):
    """Something about box, ribbon, paper or bag, not about the card's words."""

    code = "not-packable"


class CardTooLong(Refusal):
    """Facts: most_lines, most_characters."""

    code = "card-too-long"

    def sentence(self) -> str:
        return (
            _("The card takes %(most_lines)s lines and %(most_characters)s characters. Please shorten your words.") % self.facts
        )


class NotOffered(NotPackable):
    code = "not-offered"

    def sentence(self) -> str:
        return _("This box or ribbon is no longer offered. Please choose another.")


class CardUnprintable(Refusal):
    """Facts: signs."""

    code = "card-unprintable"

    def sentence(self) -> str:
        return _("Our printer does not have: %(signs)s. Please leave it out or write it another way.") % {
            "signs": " ".join(self.facts["signs"])
        }


class CardWithoutRoom(Refusal):
    """The words were set as they would be printed, and found no room in the smallest size."""

    code = "card-without-room"

    def sentence(self) -> str:
        return _("Set in this face, your words are too long for the card. Please shorten them, or choose another face.")


class OutOfStock(NotPackable):
    """Facts: name (of the article)."""

    code = "out-of-stock"

    def sentence(self) -> str:
        return _("“%(name)s” has just run out on our packing bench. Please choose another.") % self.facts


class DoesNotFitInto(NotPackable):
    """Facts: name (of the article)."""

    code = "does-not-fit-into"

    def sentence(self) -> str:
        return _("“%(name)s” does not take this piece. Please choose another.") % self.facts


class LidPlain(NotPackable):
    """Facts: name (of the box)."""

    code = "lid-plain"

    def sentence(self) -> str:
        return _("The lid of “%(name)s” takes no engraving. Please choose another box for your words.") % self.facts


class BoxFull(NotPackable):
    """Facts: name (of the box), holds (pieces)."""

    code = "box-full"

    def sentence(self) -> str:
        return ngettext(
            "“%(name)s” takes %(holds)s piece. Please choose another box, or pack this one by itself.",
            "“%(name)s” takes %(holds)s pieces. Please choose another box, or pack this one by itself.",
            self.facts["holds"],
        ) % {k: self.facts[k] for k in ("name", "holds")}


class GiftOver(Refusal):
    """The gift can no longer be accepted, declined or given another link. Facts: state."""

    code = "gift-over"

    def sentence(self) -> str:
        if self.facts["state"] == "accepted":
            return _("This gift has already been accepted.")
        return _("This gift is no longer waiting. Please ask whoever gave it, or our client advisers: %(email)s, %(phone)s.") % {
            "email": house().adviser_email,
            "phone": house().adviser_phone,
        }


class ThankedAlready(Refusal):
    code = "thanked-already"

    def sentence(self) -> str:
        return _("Your thanks are already on their way; a second note cannot be sent from here.")


class ThanksTooLong(Refusal):
    """Facts: most_characters."""

    code = "thanks-too-long"

    def sentence(self) -> str:
        return _("The note takes %(most_characters)s characters. Please shorten your words.") % self.facts


class ThanksEmpty(Refusal):
    code = "thanks-empty"

    def sentence(self) -> str:
        return _("Please write a few words.")


class NoExchange(Refusal):
    """Not delivered yet, made for its recipient, past its days, or not a size there is."""

    code = "no-exchange"

    def sentence(self) -> str:
        return _("We cannot note this exchange here. Please ask our client advisers: %(email)s, %(phone)s.") % {
            "email": house().adviser_email,
            "phone": house().adviser_phone,
        }


class ExchangeAskedAlready(Refusal):
    code = "exchange-asked-already"

    def sentence(self) -> str:
        return _("You have already asked for an exchange of this piece; an adviser writes to you.")

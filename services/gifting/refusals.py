from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class CardTooLong(Refusal):
    """Facts: most_lines, most_characters."""

    code = "card-too-long"

    def sentence(self) -> str:
        return (
            _("The card takes %(most_lines)s lines and %(most_characters)s characters. Please shorten your words.") % self.facts
        )


class NotOffered(Refusal):
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

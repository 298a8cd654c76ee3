"""The noes of links to pay."""

from django.utils.translation import gettext as _

from services.foundation.house import house
from services.foundation.refusal import Refusal


class LinkOver(Refusal):
    """Ordered, cancelled, or its time is over."""

    code = "pay-link-over"

    def sentence(self) -> str:
        return _("This link is no longer valid. Please ask our client advisers: %(email)s, %(phone)s.") % {
            "email": house().adviser_email,
            "phone": house().adviser_phone,
        }


class NoPiece(Refusal):
    """Facts: reference."""

    code = "no-such-piece"

    def sentence(self) -> str:
        return _("There is no piece %(reference)s. Please choose one from the list.") % self.facts


class NonePieces(Refusal):
    code = "no-pieces"

    def sentence(self) -> str:
        return _("Please choose at least one piece.")


class NoneLeft(Refusal):
    """Facts: reference."""

    code = "none-left"

    def sentence(self) -> str:
        return _("There are not enough of %(reference)s in stock to set aside.") % self.facts


class NotPriced(Refusal):
    """Facts: reference."""

    code = "not-priced"

    def sentence(self) -> str:
        return _("%(reference)s has no price in this region.") % self.facts


class OfLaunch(Refusal):
    """Facts: reference."""

    code = "piece-of-a-launch"

    def sentence(self) -> str:
        return _("%(reference)s belongs to a launch: each client orders it there himself, by its rules.") % self.facts

from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class NotOpen(Refusal):
    """Facts: opens_at (aware)."""

    code = "not-open"

    def sentence(self) -> str:
        return _("This piece is not open yet.")


class Closed(Refusal):
    code = "closed"

    def sentence(self) -> str:
        return _("This launch has closed.")


class SignInFirst(Refusal):
    code = "sign-in-first"

    def sentence(self) -> str:
        return _("Please sign in first: this piece is sold to verified clients, so that each has a fair chance.")


class LimitReached(Refusal):
    """Facts: limit."""

    code = "limit-reached"

    def sentence(self) -> str:
        return _("Each client may have %(limit)s of this piece, across all orders. You have reached it.") % self.facts

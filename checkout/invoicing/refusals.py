from django.utils.translation import gettext as _

from services.foundation.formats import money
from services.foundation.refusal import Refusal


class MoreThanInvoiced(Refusal):
    """Facts: asked, left (amounts), currency."""

    code = "more-than-invoiced"

    def sentence(self) -> str:
        currency = self.facts["currency"]
        return _("%(asked)s cannot be credited: of the invoice %(left)s is left.") % {
            "asked": money(self.facts["asked"], currency),
            "left": money(self.facts["left"], currency),
        }


class FapiaoIssued(Refusal):
    """Facts: number (of the fapiao)."""

    code = "fapiao-issued"

    def sentence(self) -> str:
        return _("The fapiao was issued already (%(number)s). To have it corrected, please ask an adviser.") % self.facts


class NoFapiao(Refusal):
    code = "no-fapiao"

    def sentence(self) -> str:
        return _("There is no fapiao to ask for with this order. For any question, please ask an adviser.")


class FapiaoChanged(Refusal):
    code = "fapiao-changed"

    def sentence(self) -> str:
        return _("The client has changed the details meanwhile. Please look at them again before you issue the fapiao.")


class NotAFapiaoNumber(Refusal):
    """Facts: typed."""

    code = "not-a-fapiao-number"

    def sentence(self) -> str:
        return _("A fapiao number has 20 digits, or 8. Please compare what you typed.")

"""The noes of money by bank."""

from django.utils.translation import gettext as _

from services.foundation.formats import money
from services.foundation.refusal import Refusal


class NoTransfer(Refusal):
    """Facts: why ("amount", "launch", "gift", "several"), least, most, currency."""

    code = "no-transfer"

    def sentence(self) -> str:
        match self.facts["why"]:
            case "amount":
                currency = self.facts["currency"]
                return _("For orders from %(least)s to %(most)s.") % {
                    "least": money(self.facts["least"], currency),
                    "most": money(self.facts["most"], currency),
                }
            case "launch":
                return _("Not for pieces of a launch.")
            case "gift":
                return _("Not for a gift by link: it is paid before its recipient is asked.")
            case _:
                return _("Not for an order with several recipients.")


class NotReadable(Refusal):
    """Facts: why (English, from the parser)."""

    code = "statement-not-readable"

    def sentence(self) -> str:
        return _("This file could not be read, and nothing of it was stored: %(why)s.") % self.facts


class OtherAccount(Refusal):
    """Facts: found, wanted."""

    code = "statement-of-other-account"

    def sentence(self) -> str:
        return _("This is the statement of account %(found)s, not of %(wanted)s. Nothing was stored.") % self.facts


class NothingLeft(Refusal):
    """More than the line has left, or it is no money that came in. Facts: left, currency."""

    code = "nothing-left-of-line"

    def sentence(self) -> str:
        return _("Of this line %(left)s is left to assign. Please look at it again: a colleague may have been quicker.") % {
            "left": money(self.facts["left"], self.facts["currency"])
        }


class OtherCurrency(Refusal):
    """Facts: line, order (currencies)."""

    code = "other-currency"

    def sentence(self) -> str:
        return _("The transfer came in %(line)s, and the order is in %(order)s. It cannot be assigned to it.") % self.facts


class NotByTransfer(Refusal):
    """Facts: number."""

    code = "not-by-transfer"

    def sentence(self) -> str:
        return _("No order %(number)s is paid by bank transfer.") % self.facts


class DecidedMeanwhile(Refusal):
    code = "decided-meanwhile"

    def sentence(self) -> str:
        return _("A colleague has decided this meanwhile. Please look at it again.")


class GoneBack(Refusal):
    """Facts: number."""

    code = "money-gone-back"

    def sentence(self) -> str:
        words = _("This money was sent back, or is about to be. Please look at what was decided for order %(number)s first.")
        return words % self.facts


class NotOver(Refusal):
    """Facts: over, currency."""

    code = "not-overpaid"

    def sentence(self) -> str:
        return _("There is %(over)s to decide about. Please look at it again.") % {
            "over": money(self.facts["over"], self.facts["currency"])
        }


class SecondPerson(Refusal):
    code = "second-person-sends"

    def sentence(self) -> str:
        return _("You decided this yourself, so another person has to say that it was sent.")


class ReasonMissing(Refusal):
    code = "reason-missing"

    def sentence(self) -> str:
        return _("Please write why.")

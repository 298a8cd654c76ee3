"""The noes of paying later. They stand beside the way they are about, or name it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.foundation.formats import money
from services.foundation.refusal import Refusal

from .eligibility import Reason


class NotEligible(Refusal):
    """Facts: why (a `Reason`), least, most, currency, orders (how many are asked for)."""

    code = "not-eligible"

    def sentence(self) -> str:
        match self.facts["why"]:
            case Reason.AMOUNT:
                currency = self.facts["currency"]
                return _("For orders from %(least)s to %(most)s.") % {
                    "least": money(self.facts["least"], currency),
                    "most": money(self.facts["most"], currency),
                }
            case Reason.KIND:
                return _("Not for every kind of piece in this order.")
            case Reason.LAUNCH:
                return _("Not for pieces of a launch.")
            case Reason.NO_LAUNCH:
                return _("For pieces of a launch only.")
            case Reason.SIGN_IN:
                return _("For clients who have ordered here before: please sign in.")
            case Reason.ORDERS:
                return ngettext(
                    "From your second order on: once %(n)s order was paid and handed over.",
                    "Once %(n)s of your orders were paid and handed over.",
                    self.facts["orders"],
                ) % {"n": self.facts["orders"]}
            case Reason.MISSED:
                return _("As soon as what is overdue for another order is paid.")
            case Reason.GIFT:
                return _("Not for a gift by link: it is paid before its recipient is asked.")
            case Reason.SEVERAL:
                return _("Not for an order with several recipients.")
            case _:
                return _("Not while a sizer travels first.")


class NotHere(Refusal):
    """Nothing can be paid later in this region, though the house offers it elsewhere."""

    code = "not-here"

    def sentence(self) -> str:
        return _("Payment at a later date is not offered in your region.")


class WayGone(Refusal):
    """The way that was chosen cannot be had (any more). Facts: why (a sentence, or empty)."""

    code = "way-gone"

    def sentence(self) -> str:
        said = _("The way to pay that you chose cannot be had for this order. Please choose another.")
        return f"{said} {self.facts['why']}" if self.facts["why"] else said


class ReasonMissing(Refusal):
    """Facts: most (characters)."""

    code = "reason-missing"

    def sentence(self) -> str:
        return _("Please write why, in at most %(most)s characters.") % self.facts


class NotNow(Refusal):
    """A step that the plan, as it stands, does not allow."""

    code = "not-now"

    def sentence(self) -> str:
        return _("This step is not possible as the plan stands now. Please look at it again.")


class UnderWay(Refusal):
    """A part is with the provider this minute."""

    code = "under-way"

    def sentence(self) -> str:
        return _("A part of this plan is being paid at this moment. Please try again in a few minutes.")


class DaysWrong(Refusal):
    """Facts: number (of the part), why (missing, past, far, order)."""

    code = "days-wrong"

    def sentence(self) -> str:
        words = {
            "missing": _("Part %(number)s: please write a day."),
            "past": _("Part %(number)s: please choose a day after today."),
            "far": _("Part %(number)s: this day is too far away."),
            "order": _("Part %(number)s: its day must lie after that of the part before."),
        }
        return words[self.facts["why"]] % {"number": self.facts["number"]}

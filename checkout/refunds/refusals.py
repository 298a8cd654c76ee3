"""When money does not go back. Staff read these sentences."""

from django.utils.translation import gettext as _

from services.foundation.formats import money
from services.foundation.refusal import Refusal


class MoreThanTaken(Refusal):
    """More is asked for than there is. Facts: most (amount), currency."""

    code = "more-than-taken"

    def sentence(self) -> str:
        return _("At most %(most)s can be given back here.") % {"most": money(self.facts["most"], self.facts["currency"])}


class NothingChosen(Refusal):
    """No piece and no amount was chosen."""

    code = "nothing-chosen"

    def sentence(self) -> str:
        return _("Please choose what is given back.")


class ReasonNeeded(Refusal):
    """Staff give money back with a reason."""

    code = "reason-needed"

    def sentence(self) -> str:
        return _("Please write why the money goes back.")


class PiecesGone(Refusal):
    """More pieces of a line than are left of it. Facts: title, left."""

    code = "pieces-gone"

    def sentence(self) -> str:
        return _("Of “%(title)s”, %(left)s can still be given back.") % self.facts


class NoRefundYet(Refusal):
    """The order is not paid, or has ended: there is nothing to give back by hand."""

    code = "no-refund-yet"

    def sentence(self) -> str:
        return _("Nothing can be given back for this order as it stands now.")


class PartWithProvider(Refusal):
    """A part of the plan is being collected, or paid, at this moment."""

    code = "part-with-provider"

    def sentence(self) -> str:
        return _("A part of the plan is with the payment provider at this moment. Please try again in a few minutes.")


class OwnRefund(Refusal):
    """The second person is the first."""

    code = "own-refund"

    def sentence(self) -> str:
        return _("You asked for this yourself: please have a colleague decide.")


class DecidedAlready(Refusal):
    """Somebody decided meanwhile."""

    code = "decided-already"

    def sentence(self) -> str:
        return _("This was decided meanwhile.")


class ChangedSince(Refusal):
    """What would happen is not what was shown."""

    code = "changed-since"

    def sentence(self) -> str:
        return _("The order’s money has changed since you looked. Please look at it again.")

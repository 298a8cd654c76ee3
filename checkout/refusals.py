from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class BagEmpty(Refusal):
    code = "bag-empty"

    def sentence(self) -> str:
        return _("Your bag is empty.")


class TotalChanged(Refusal):
    """Facts: total (new), agreed."""

    code = "total-changed"

    def sentence(self) -> str:
        return _("The total has changed since you saw it. Please look at it again and confirm.")


class DayChanged(Refusal):
    """Facts: on (new), agreed."""

    code = "day-changed"

    def sentence(self) -> str:
        return _("The day of delivery has changed since you saw it. Please look at it again and confirm.")


class PlanChanged(Refusal):
    code = "plan-changed"

    def sentence(self) -> str:
        return _("The instalments have changed since you saw them. Please look at them again and confirm.")


class PriceGone(Refusal):
    """Facts: title."""

    code = "price-gone"

    def sentence(self) -> str:
        return _("%(title)s is not offered in your region at the moment. Please take it out of your bag.") % self.facts


class Withdrawn(Refusal):
    """Facts: title."""

    code = "withdrawn"

    def sentence(self) -> str:
        return _("%(title)s is no longer available. Please take it out of your bag; the other pieces stay.") % self.facts


class CannotCancel(Refusal):
    code = "cannot-cancel"

    def sentence(self) -> str:
        return _("The bench has already taken up your order, so it cannot be cancelled here. Please ask our client advisers.")

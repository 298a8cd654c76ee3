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

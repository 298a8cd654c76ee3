from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class BagFull(Refusal):
    """Facts: most, most_of_one."""

    code = "bag-full"

    def sentence(self) -> str:
        return _("One order takes %(most)s pieces, and %(most_of_one)s of this one. Please ask us for more.") % self.facts


class NotForSale(Refusal):
    code = "not-for-sale"

    def sentence(self) -> str:
        return _("This piece is not offered at the moment.")

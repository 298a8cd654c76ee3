from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class BagFull(Refusal):
    """Facts: most, most_of_one."""

    code = "bag-full"

    def sentence(self) -> str:
        return _("One order takes %(most)s pieces, and %(most_of_one)s of this one. Please ask us for more.") % self.facts


class BagOrdered(Refusal):
    code = "bag-ordered"

    def sentence(self) -> str:
        return _("This bag has just become an order, perhaps in another tab. Please add the piece again: it opens a new bag.")


class NotForSale(Refusal):
    code = "not-for-sale"

    def sentence(self) -> str:
        return _("This piece is not offered at the moment.")


class NoLid(Refusal):
    """The line has no box of its own, or another one than the words were set for."""

    code = "no-lid"

    def sentence(self) -> str:
        return _("The box was changed meanwhile. Please choose it again, then the words on its lid.")


class OneOfAKind(Refusal):
    code = "one-of-a-kind"

    def sentence(self) -> str:
        return _("Each engraved or packed piece is one of its kind. Please set the quantity to one first.")

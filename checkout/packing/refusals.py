"""Why a box is stopped, and what the packer does next."""

from django.utils.translation import gettext as _

from services.foundation.formats import listed
from services.foundation.refusal import Refusal


class NotOnTheBench(Refusal):
    """The order cannot be packed now. Facts: number."""

    code = "not-on-the-bench"

    def sentence(self) -> str:
        return _("Order %(number)s is not for packing now. Please put it aside.") % self.facts


class AlreadyScanned(Refusal):
    """Facts: code."""

    code = "already-scanned"

    def sentence(self) -> str:
        return _("%(code)s was scanned before. Each part is scanned once.") % self.facts


class WrongPart(Refusal):
    """Facts: code, missing (words of what is still open)."""

    code = "wrong-part"

    def sentence(self) -> str:
        if not self.facts["missing"]:
            return _("%(code)s does not belong into this box.") % {"code": self.facts["code"]}
        return _("%(code)s does not belong into this box. Still missing: %(missing)s.") % {
            "code": self.facts["code"],
            "missing": listed(self.facts["missing"]),
        }


class AnotherOrdersPiece(Refusal):
    """Facts: code."""

    code = "another-orders-piece"

    def sentence(self) -> str:
        return _("The piece %(code)s belongs to another order. Please put it back and take the right one.") % self.facts


class OutOfDate(Refusal):
    """A slip or card printed before the client's last change. Facts: code."""

    code = "out-of-date"

    def sentence(self) -> str:
        return (
            _("%(code)s is not the paper of this order as it stands now. Please print it anew and destroy this one.") % self.facts
        )


class CardFirst(Refusal):
    code = "card-first"

    def sentence(self) -> str:
        return _("Please scan the printed card first, then read it back.")


class PartMissing(Refusal):
    """Facts: missing (words)."""

    code = "part-missing"

    def sentence(self) -> str:
        return _("This box stays open. Still missing: %(missing)s.") % {"missing": listed(self.facts["missing"])}


class NoSeal(Refusal):
    code = "no-seal"

    def sentence(self) -> str:
        return _("Please scan the number of the seal (letters, figures and hyphens, at most 40).")


class SealUsed(Refusal):
    """Facts: code."""

    code = "seal-used"

    def sentence(self) -> str:
        return _("The seal %(code)s has closed a box before. Please take a new one.") % self.facts


class TooManyPhotographs(Refusal):
    """Facts: most."""

    code = "too-many-photographs"

    def sentence(self) -> str:
        return _("A box has at most %(most)s photographs.") % self.facts

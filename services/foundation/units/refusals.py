from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class NoneFree(Refusal):
    """Facts: variant_id, wanted, held_by_others (bool)."""

    code = "none-free"

    def sentence(self) -> str:
        if self.facts.get("held_by_others"):
            return _("This piece is in another client's bag at this moment. Please try again in a few minutes.")
        return _("This piece has just found its owner. Please choose another size or metal.")


class TooManyHeld(Refusal):
    """Facts: limit."""

    code = "too-many-held"

    def sentence(self) -> str:
        return _("You already hold as many pieces as one client may. Complete or empty your bag first.")


class HoldLapsed(Refusal):
    """Facts: none."""

    code = "hold-lapsed"

    def sentence(self) -> str:
        return _("The time for which we held this piece has run out. Please add it to your bag again.")

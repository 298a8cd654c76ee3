from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class AddressesFull(Refusal):
    """Facts: most."""

    code = "addresses-full"

    def sentence(self) -> str:
        return _("We keep up to %(most)s addresses for you. Please remove one you no longer need.") % self.facts

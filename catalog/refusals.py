from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class SizeUnknown(Refusal):
    code = "size-unknown"

    def sentence(self) -> str:
        return _("Please choose one of our sizes.")


class SizesFull(Refusal):
    """Facts: most."""

    code = "sizes-full"

    def sentence(self) -> str:
        return _("We keep up to %(most)s sizes for you. Please take one off first.") % self.facts


class NameTooLong(Refusal):
    """Facts: most."""

    code = "name-too-long"

    def sentence(self) -> str:
        return _("Please shorten this to %(most)s characters.") % self.facts

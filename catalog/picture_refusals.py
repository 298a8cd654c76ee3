"""Why a file cannot become a picture of the shop, and what the merchandiser can do."""

from django.utils.translation import gettext as _

from services.foundation.refusal import Refusal


class TooHeavy(Refusal):
    """Facts: most (MB)."""

    code = "too-heavy"

    def sentence(self) -> str:
        return _("This file is larger than %(most)s MB. Please export it smaller.") % {"most": self.facts["most"]}


class NotAPicture(Refusal):
    code = "not-a-picture"

    def sentence(self) -> str:
        return _("This is not a picture we can read. Please choose a JPEG, PNG, WebP, AVIF or TIFF file; a name is not enough.")


class TooManyPixels(Refusal):
    """Facts: most (megapixels)."""

    code = "too-many-pixels"

    def sentence(self) -> str:
        return _("This picture has more than %(most)s megapixels. Please export it smaller.") % {"most": self.facts["most"]}


class TooSmall(Refusal):
    """Facts: width, height, least (px of the short side)."""

    code = "too-small"

    def sentence(self) -> str:
        return _(
            "This picture measures %(width)s × %(height)s pixels. Its short side needs at least %(least)s, to stay sharp."
        ) % {k: self.facts[k] for k in ("width", "height", "least")}


class Moves(Refusal):
    code = "moves"

    def sentence(self) -> str:
        return _("This file holds several pictures, or one that moves. Please choose a file with a single still picture.")


class ColoursUnknown(Refusal):
    code = "colours-unknown"

    def sentence(self) -> str:
        return _("We cannot read the colours of this file. Please save it in RGB, CMYK or grey, with 8 or 16 bits a channel.")


class Broken(Refusal):
    code = "broken"

    def sentence(self) -> str:
        return _("This file is damaged or incomplete. Please export it anew and upload it again.")


class OriginalGone(Refusal):
    code = "original-gone"

    def sentence(self) -> str:
        return _("The uploaded file is no longer kept. Please upload it again.")


class NotWritten(Refusal):
    code = "not-written"

    def sentence(self) -> str:
        return _("The finished files could not be written. We try again by ourselves; you can also try again now.")


_BY_CODE = {kind.code: kind for kind in (NotAPicture, Moves, ColoursUnknown, Broken, OriginalGone, NotWritten)}


def sentence_of(code: str) -> str:
    """What staff read of a failure of which only the code was kept. What the door refuses with figures never comes this far."""
    return _BY_CODE.get(code, Broken)().sentence()

"""Computing a kept proof again, years later, from what was stored with it: the same bytes, or the reason why they cannot be had.

The stored bytes remain the contract whatever comes out. Rules and typefaces of old proofs are kept for this: a new rule goes into
a new version, a new file of a typeface under a new name.
"""

from enum import StrEnum

import uharfbuzz
from django.utils.translation import gettext_lazy as _

from services.foundation.refusal import Refusal

from . import proof, rules_2026_1
from .area import restored, stored
from .faces import FACES, SIGNS, version
from .inscription import RULES_VERSION, Layout, lay_out
from .models import Inscription


class Verdict(StrEnum):
    SAME = "same"
    ALTERED = "altered"
    OTHER = "other"
    FACE_GONE = "face gone"
    RULES_GONE = "rules gone"


#: What staff read.
WORDS = {
    Verdict.SAME: _("Computed again, the proof is the same, byte for byte."),
    Verdict.ALTERED: _("The stored proof is not the one whose hash was kept."),
    Verdict.OTHER: _("Computed again, the proof differs from the stored one."),
    Verdict.FACE_GONE: _("The typeface of this proof is no longer kept in the version it was made with."),
    Verdict.RULES_GONE: _("The rules of this proof are no longer kept."),
}


def inputs_of(layout: Layout) -> dict:
    """What a proof is computed from beside the text and the face: the place, the versions of faces and of the shaper."""
    return {
        "area": stored(layout.area),
        "faces": {code: version(code) for code in layout.faces},
        "shaper": uharfbuzz.__version__,
    }


def recompute(kept: Inscription) -> Verdict:
    """Compute a kept proof again by the rules and from the inputs it was made with, and compare."""
    if proof.sha256(kept.proof_svg) != kept.proof_sha256:
        return Verdict.ALTERED
    faces = kept.inputs.get("faces", {kept.face: kept.face_version})
    if any(code not in (*FACES, SIGNS) or version(code) != was for code, was in faces.items()):
        return Verdict.FACE_GONE
    if kept.rules_version == RULES_VERSION:
        try:
            again = proof.svg(lay_out(kept.typed, face=kept.face, area=restored(kept.inputs["area"])))
        except Refusal:
            return Verdict.OTHER
    elif kept.rules_version == rules_2026_1.VERSION:
        plane = kept.inputs["area"]
        again = rules_2026_1.drawn(kept.typed, face=kept.face, width_mm=plane["width_mm"], height_mm=plane["height_mm"])
    else:
        return Verdict.RULES_GONE
    return Verdict.SAME if again == kept.proof_svg else Verdict.OTHER

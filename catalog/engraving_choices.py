"""What a client has chosen in the engraving panel so far, read from its form; and what the panel offers for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from services.engraving import commissioning, drafting, proof, specimens, zoning
from services.engraving import faces as faces_of
from services.engraving.area import Area
from services.engraving.dates import date_forms
from services.engraving.faces import FACES, Face, usual_face
from services.engraving.inscription import Layout, lay_out, missing_in
from services.engraving.models import KeepOutKind, Method, Zone
from services.engraving.repairs import Repair, repairs
from services.engraving.symbols import SYMBOLS, Symbol
from services.foundation import days
from services.foundation.formats import listed
from services.foundation.refusal import Refusal

from .lids import LidPicture
from .models import Picture, Product

#: Longer texts are refused without a repair: nothing of them would be left.
MOST_MENDED = 300


@dataclass(frozen=True)
class Choice:
    """Place, words and typeface; laid out, or refused with a reason."""

    zone: Zone
    size: str
    area: Area
    text: str
    face: str
    day: date | None
    layout: Layout | None
    refusal: Refusal | None

    @property
    def shown(self) -> str:
        """The hash of the proof; "" without one."""
        return proof.sha256(proof.svg(self.layout)) if self.layout else ""

    @property
    def mm(self) -> str:
        """Width and height of the place, for a script: "14.00 2.30"."""
        return f"{self.area.width_mm} {self.area.height_mm}"

    @property
    def measures(self) -> str:
        """Width and height for the reader: 14 × 2.3 mm."""
        return " × ".join(map(_plain, (self.area.width_mm, self.area.height_mm))) + " mm"

    @property
    def kept_clear(self) -> str:
        """What is kept out of the place, in words."""
        return listed(dict.fromkeys(str(KeepOutKind(keep_out.kind).label) for keep_out in self.area.keep_outs))

    @property
    def face_name(self) -> str:
        return str(FACES[self.face].name)

    @property
    def faces(self) -> list[Face]:
        return [FACES[code] for code in self.zone.faces]

    @property
    def signs(self) -> Sequence[Symbol]:
        """Our signs, where the typeface sets any."""
        return () if FACES[self.face].initials else SYMBOLS

    def dates(self) -> list[str]:
        """The day in the forms that this place and typeface take."""
        if self.day is None or FACES[self.face].initials:
            return []
        forms = (form for _code, form in date_forms(self.day, self.zone.scripts))
        return [form for form in forms if not missing_in(form, self.face, self.zone.faces)]

    def mended(self) -> list["Mended"]:
        """What we offer where the text is refused; each has been laid out."""
        if self.refusal is None or len(self.text) > MOST_MENDED:
            return []
        return [Mended(repair, self.face) for repair in repairs(self.text, self.face, self.area)]


def drawn_in(choice: Choice, onto: Picture | LidPicture | None) -> str:
    """What the browser draws in: the place, the picture it is laid onto, and where the letters are; as JSON, "" along an arc."""
    where = drafting.place_of(choice.area)
    if where is None:
        return ""
    faces, signs = choice.zone.faces, faces_of.SIGNS
    where |= {
        "zone": choice.zone.code,
        "tables": {code: static(f"letters/{drafting.table_name(code)}") for code in faces}
        | {signs: static("letters/symbols.json")},
        "hanzi": {
            code: reverse("hanzi-letters", args=[code, faces_of.version(code)[:12]]) for code in faces if FACES[code].has_hanzi
        },
        "colours": {"ink": specimens.INK, "edge": specimens.EDGE, "away": specimens.AWAY},
        "picture": None,
    }
    if onto and onto.zone:
        plane = float(choice.area.width_mm), float(choice.area.height_mm)
        where["picture"] = {
            "quad": onto.zone["quad"],
            "grid": onto.zone.get("grid"),
            "width": onto.width,
            "height": onto.height,
            "shown": zoning.shown_mm(choice.zone) or plane,
            "cuts": proof.cuts_of(foil=choice.zone.method == Method.HOT_STAMP),
        }
    return json.dumps(where, separators=(",", ":"))


@dataclass(frozen=True)
class Mended:
    """A repair as the panel offers it."""

    repair: Repair
    face_now: str

    @property
    def value(self) -> str:
        """Read again by ``read``."""
        return f"{self.repair.face}|{self.repair.text}"

    @property
    def on_one_line(self) -> str:
        return " / ".join(self.repair.text.split("\n"))

    @property
    def other_face(self) -> str:
        """The name of the typeface, where it is another one."""
        return str(FACES[self.repair.face].name) if self.repair.face != self.face_now else ""

    @property
    def words(self) -> str:
        return {
            "without-hidden": _("Use the text without it"),
            "our-sign": _("Use our sign"),
            "usual-form": _("Use the usual form"),
            "without-marks": _("Use the letter as we can set it"),
            "initials": _("Take the initials"),
            "one-line": _("On one line"),
            "fewer-lines": _("On fewer lines"),
            "other-face": _("In another typeface"),
            "second-line": _("On two lines"),
            "shorter": _("Shorter"),
        }[self.repair.kind]


def _plain(number: Decimal) -> str:
    exponent = number.normalize().as_tuple().exponent
    return number_format(number, max(0, -exponent) if isinstance(exponent, int) else 0)


def zones_of(piece: Product) -> list[Zone]:
    """Every place of a piece, in the house's order."""
    return list(piece.engraving_zones.prefetch_related("sizes", "keep_outs"))


def zone_named(zones: Sequence[Zone], code: str, before: commissioning.Wish | None = None) -> Zone:
    """The place with a code, else the one kept before, else the first."""
    kept = next((zone for zone in zones if before and zone.pk == before.zone_id), zones[0])
    return next((zone for zone in zones if zone.code == code), kept)


def read(
    typed: Mapping[str, str],
    zones: Sequence[Zone],
    *,
    before: commissioning.Wish | None,
    is_fresh: bool,
    size: str,
    language: str,
) -> Choice:
    """The choice in a form, over what was kept ``before``. ``is_fresh``: the panel opens, with the kept text in it.

    ``use`` is a repair taken up (its typeface and its text), ``add`` a sign or date put behind the text, both pressed as buttons.
    """
    zone = zone_named(zones, typed.get("zone", ""), before)
    text = typed.get("inscription", before.typed if before and is_fresh else "")
    face = typed.get("face", before.face if before else "")
    if used := typed.get("use", ""):
        face, _bar, text = used.partition("|")
    if added := typed.get("add", ""):
        text = f"{text} {added}" if text and not text[-1].isspace() else text + added
    face = face if face in zone.faces else usual_face(zone.faces, language)
    area = zoning.area_of(zone, size)
    layout, refusal = _try(text, face, area)
    return Choice(zone, size, area, text, face, days.read(typed.get("day", "")), layout, refusal)


def _try(text: str, face: str, area: Area) -> tuple[Layout | None, Refusal | None]:
    try:
        return lay_out(text, face=face, area=area), None
    except Refusal as no:
        return None, no

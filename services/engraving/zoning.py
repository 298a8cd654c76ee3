"""From a zone's rows to the area the rules see, for one size of its piece; and what may be wrong with a zone's numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import area as areas
from .area import Arc, Area
from .faces import FACES
from .models import KeepOut, LengthFrom, Shape, Zone


@dataclass(frozen=True)
class Problem:
    """What is wrong with a zone: a stable code and words for staff."""

    code: str
    words: str | Promise


def area_of(zone: Zone, size: str = "") -> Area:
    """The zone as the rules see it, for one size; without one, or for a size it does not know, its own numbers."""
    return _area(zone, size, zone.sizes.all() if zone.pk else (), zone.keep_outs.all() if zone.pk else ())


def drawn_area(zone: Zone, keep_outs: Iterable[KeepOut]) -> Area:
    """The zone with these keep-outs, whether or not they are saved."""
    return _area(zone, "", (), keep_outs)


def _area(zone: Zone, size: str, sizes: Iterable[Any], keep_outs: Iterable[KeepOut]) -> Area:
    width, height = zone.width_mm, zone.height_mm
    if zone.length_from == LengthFrom.SIZE:
        width = _circumference(size, zone) or width
    for row in sizes:
        if row.size == size:
            width, height = row.width_mm, row.height_mm or height
    about: dict[str, Any] = {
        "scripts": tuple(zone.scripts),
        "method": str(zone.method),
        "outline": areas.corners(zone.outline or ()),
        "largest_em_mm": zone.largest_em_mm,
    }
    if zone.shape == Shape.ARC and zone.radius_mm and zone.sweep_degrees:
        arc = Arc(zone.radius_mm, zone.sweep_degrees, height, zone.is_below)
        plane = areas.on_arc(arc, zone.max_lines, tuple(zone.faces), **about)
    else:
        plane = Area(width, height, zone.max_lines, tuple(zone.faces), **about)
    drawn = (drawn_keep_out(k, plane.width_mm, plane.height_mm) for k in keep_outs)
    return replace(plane, keep_outs=tuple(k for k in drawn if k))


def drawn_keep_out(row: KeepOut, width_mm: Decimal, height_mm: Decimal) -> areas.KeepOut | None:
    """A keep-out in the plane of a size; None for one that lies beyond its edge."""
    if row.outline:
        return areas.KeepOut(row.kind, areas.corners(row.outline), row.clearance_mm)
    middle = row.x_mm if row.x_mm is not None else None if row.along is None else row.along * width_mm
    if middle is None or row.width_mm is None:
        return None
    across, from_above = row.height_mm or height_mm, row.y_mm if row.y_mm is not None else height_mm / 2
    corners = areas.rectangle(middle - row.width_mm / 2, from_above - across / 2, row.width_mm, across)
    return areas.KeepOut(row.kind, corners, row.clearance_mm)


def shown_mm(zone: Zone) -> tuple[float, float] | None:
    """The part of the plane that the place on the zone's picture shows; None for the whole."""
    if zone.shape == Shape.ARC:
        return None
    return float(zone.shown_width_mm or zone.width_mm), float(zone.height_mm)


def declared_hallmark_mm(zone: Zone) -> Decimal | None:
    """The distance that the zone's edge keeps from a hallmark beyond it, where there is such a one."""
    beyond = [k.clearance_mm for k in zone.keep_outs.all() if k.kind == "hallmark" and not k.outline and k.width_mm is None]
    return min(beyond, default=None)


def _circumference(size: str, zone: Zone) -> Decimal | None:
    """Length of the unrolled inside of a ring: its size is its inner circumference in mm (ISO 8653), less the joint."""
    try:
        length = Decimal(size) - zone.allowance_mm
    except InvalidOperation:
        return None
    return length if length.is_finite() and length > 0 else None


def problems(zone: Zone, keep_outs: Iterable[KeepOut] | None = None) -> list[Problem]:
    """What is wrong with a zone's numbers, faces, outline and keep-outs; nothing when text can be laid on it."""
    import shapely

    from .geometry import usable_area

    found = []
    if not zone.width_mm or zone.width_mm <= 0 or not zone.height_mm or zone.height_mm <= 0:
        return [Problem("no-size", _("Width and height must be more than nothing."))]
    if unknown := [code for code in zone.faces or () if code not in FACES]:
        found.append(Problem("face", _("These typefaces are not known: %(codes)s.") % {"codes": ", ".join(unknown)}))
    if not zone.faces:
        found.append(Problem("face", _("At least one typeface is needed.")))
    if zone.box_id and (zone.length_from == LengthFrom.SIZE or not _is_on_lid(zone)):
        found.append(Problem("lid", _("The place is larger than the lid of its box, or follows a size, which no box has.")))
    if zone.shape == Shape.ARC and not _is_arc(zone):
        found.append(Problem("arc", _("An arc needs a radius larger than half its depth, and a sweep of up to 360 degrees.")))
        return found
    if zone.outline is not None and not _is_outline(zone.outline):
        found.append(Problem("outline", _("The outline is no list of at least three corners [x, y] in mm that do not cross.")))
        return found
    rows = keep_outs if keep_outs is not None else (zone.keep_outs.all() if zone.pk else ())
    if any(row.outline is not None and not _is_outline(row.outline) for row in rows):
        found.append(Problem("keep-out", _("The outline of a keep-out is no list of at least three corners [x, y] in mm.")))
        return found
    usable = usable_area(_area(zone, "", (), rows))
    if usable.is_empty or shapely.get_num_geometries(usable) == 0 or usable.area < 1:
        found.append(Problem("nothing-left", _("Keep-outs leave no room for a text.")))
    return found


def drawing(zone: Zone, keep_outs: Iterable[KeepOut] | None = None, *, px_a_mm: int = 12) -> str:
    """The zone to scale as SVG for staff: its plane, what is usable of it, its keep-outs. Holds numbers only; "" for no place."""
    import shapely

    from .geometry import usable_area

    if problems(zone, keep_outs):
        return ""
    area = area_of(zone) if keep_outs is None else drawn_area(zone, keep_outs)
    width, height = float(area.width_mm), float(area.height_mm)
    usable = "".join(
        _path(ring.coords) for part in shapely.get_parts(usable_area(area)) for ring in (part.exterior, *part.interiors)
    )
    kept_out = "".join(_path([(float(x), float(y)) for x, y in keep_out.outline]) for keep_out in area.keep_outs)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * px_a_mm:.0f}" height="{height * px_a_mm:.0f}" '
        f'viewBox="0 0 {width} {height}" class="zone-drawing"><rect width="{width}" height="{height}" fill="none" '
        f'stroke="currentColor" stroke-width="0.05"/><path d="{usable}" fill="currentColor" fill-opacity="0.15" '
        f'fill-rule="evenodd"/><path d="{kept_out}" fill="currentColor" fill-opacity="0.6"/></svg>'
    )


def _path(points: Iterable[Any]) -> str:
    return "M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in points) + "Z"


def _is_on_lid(zone: Zone) -> bool:
    """Whether the plane lies within the box's inside, which its lid covers; true for a box that nobody has measured."""
    length, width = zone.box.length_mm, zone.box.width_mm
    return (not length or zone.width_mm <= length) and (not width or zone.height_mm <= width)


def _is_arc(zone: Zone) -> bool:
    radius, sweep = zone.radius_mm, zone.sweep_degrees
    return bool(radius and sweep and 0 < sweep <= 360 and radius > zone.height_mm / 2)


def _is_outline(data: Any) -> bool:
    import shapely

    if not isinstance(data, list) or not 3 <= len(data) <= 500:
        return False
    for corner in data:
        if not (isinstance(corner, (list, tuple)) and len(corner) == 2 and all(_is_mm(part) for part in corner)):
            return False
    drawn = shapely.Polygon(data)
    return bool(drawn.is_valid and drawn.area > 0)


def _is_mm(number: Any) -> bool:
    return isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) < 10_000

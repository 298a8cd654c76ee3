"""Whether data say where a place for engraving lies on a picture (see Picture.zone). Pure."""

from typing import Any


def is_zone(data: Any) -> bool:
    """Four corners round (TL, TR, BR, BL), perhaps a grid of points in rows of one length; fractions of the picture."""
    if not isinstance(data, dict) or not set(data) <= {"quad", "grid"}:
        return False
    quad, grid = data.get("quad"), data.get("grid")
    if not (isinstance(quad, list) and len(quad) == 4 and all(map(_is_point, quad)) and _turns_right(quad)):
        return False
    if grid is None:
        return True
    rows = isinstance(grid, list) and len(grid) > 1 and all(isinstance(row, list) and len(row) > 1 for row in grid)
    return rows and len({len(row) for row in grid}) == 1 and all(_is_point(point) for row in grid for point in row)


def _is_point(data: Any) -> bool:
    return (
        isinstance(data, list)
        and len(data) == 2
        and all(isinstance(part, (int, float)) and not isinstance(part, bool) and 0 <= part <= 1 for part in data)
    )


def _turns_right(quad: list[list[float]]) -> bool:
    """Whether every corner turns the same way (y grows downwards): only such a place has a map onto it."""
    corners = zip(quad, quad[1:] + quad[:1], quad[2:] + quad[:2], strict=True)
    return all((bx - ax) * (cy - by) - (by - ay) * (cx - bx) > 1e-6 for (ax, ay), (bx, by), (cx, cy) in corners)

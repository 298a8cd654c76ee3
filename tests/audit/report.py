"""What was measured, against what was promised: one row a goal, printed as a table and kept as a file."""

import json
import os
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Row:
    """One goal. `holds` is None when it could not be measured or judged; then `figure` says why."""

    part: str
    what: str
    goal: str
    figure: str
    holds: bool | None
    ratio: float | None = None
    details: list[str] = field(default_factory=list)


def spread(values: list[float]) -> str:
    """Median, least and most of several rounds."""
    return f"{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})"


def steady(control: list[float]) -> bool:
    """A run whose control varies more than twofold says nothing."""
    return bool(control) and max(control) <= 2 * min(control)


def timed(row: Row) -> Row:
    """A time that is missed while others use the machine says nothing; one that is kept even so, does."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if not row.holds and load > 2 * cores + 1:
        row.figure, row.holds = f"{row.figure}; not judged: load {load:.0f} on {cores} cores", None
    return row


def missing(part: str, goal: str, why: str) -> Row:
    return Row(part, "–", goal, f"not measured: {why}", None)


def table(rows: list[Row]) -> str:
    heads = ("", "part", "what", "goal", "figure", "× floor")
    marks = {True: "✓", False: "✗", None: "?"}
    lines = [
        (marks[row.holds], row.part, row.what, row.goal, row.figure, f"{row.ratio:.2f}" if row.ratio is not None else "")
        for row in rows
    ]
    widths = [max(len(line[n]) for line in (heads, *lines)) for n in range(len(heads))]
    out = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in (heads, *lines)]
    for row in rows:
        if row.details and row.holds is False:
            out += ["", f"{row.part}, {row.what}:", *(f"  {detail}" for detail in row.details[:30])]
            if len(row.details) > 30:
                out.append(f"  … and {len(row.details) - 30} more in the report")
    return "\n".join(out)


def keep(rows: list[Row], file: Path) -> None:
    """The whole report as JSON, with the machine's load, since absolute times mean nothing without it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    found = {"load": os.getloadavg(), "cores": os.cpu_count(), "rows": [asdict(row) for row in rows]}
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1))


def verdict(rows: list[Row]) -> int:
    """0: every goal holds. 1: one does not. 2: none is missed, but something could not be measured."""
    if any(row.holds is False for row in rows):
        return 1
    return 2 if any(row.holds is None for row in rows) else 0

"""The surfaces of a line that can carry words: its piece, and the lid of the box in which it is packed.

A line has at most one inscription on each. Bag and order name them ``line.inscription`` and ``line.lid_inscription`` (see
`Lines`); whoever reads many lines prefetches `kept()`, and asks nothing more for either.
"""

from typing import Any

from django.db.models import Prefetch

from .models import Inscription, Surface

#: The surfaces as plain strings.
PIECE, LID = str(Surface.PIECE), str(Surface.LID)


def kept(*more: str, to: str = "inscriptions") -> Prefetch:
    """For ``prefetch_related``: the inscriptions of lines with place and job, and what else ``more`` names. One query.

    ``to``: the way from the rows to their lines' inscriptions ("lines__inscriptions").
    """
    return Prefetch(to, Inscription.objects.select_related("zone__box", "job", *more).order_by("pk"))


class Lines:
    """For the lines of bag and order: what each surface carries, withdrawn or not; None where it carries nothing."""

    inscriptions: Any

    @property
    def inscription(self) -> Inscription | None:
        """On the piece itself."""
        return _on(self, PIECE)

    @property
    def lid_inscription(self) -> Inscription | None:
        """On the lid of the box that this line has."""
        return _on(self, LID)


def _on(line: Lines, surface: str) -> Inscription | None:
    return next((each for each in line.inscriptions.all() if each.surface == surface), None)

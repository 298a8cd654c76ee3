"""Which day the bench has time, pure: what is free, day by day, and what a piece would take of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass
class FreeDay:
    """What one station has left on a day."""

    day: date
    station_id: int
    methods: frozenset[str]
    free: int


class BenchDays:
    """The free days of all stations. `take` uses them up, as the order's placement will.

    ``served``: methods for which the house has a station at all. A house without one counts the days of work alone.
    """

    def __init__(self, free: Iterable[FreeDay] = (), *, served: Iterable[str] = ()):
        # The order in which `reserving` claims: the earliest day, and on it the station that can do the least else.
        self._free = sorted(free, key=lambda each: (each.day, len(each.methods), each.station_id))
        self._served = frozenset(served)

    def copy(self) -> "BenchDays":
        """The same days, to look at what would be without using them up."""
        return BenchDays(
            (FreeDay(each.day, each.station_id, each.methods, each.free) for each in self._free), served=self._served
        )

    def take(self, method: str, *, quantity: int, not_before: date) -> date | None:
        """The day on which the last of ``quantity`` pieces is engraved; None when the bench is full as far as it is planned."""
        if method not in self._served:
            return not_before
        left, last = quantity, None
        for each in self._free:
            if each.day < not_before or method not in each.methods or not each.free:
                continue
            taken = min(left, each.free)
            each.free -= taken
            left, last = left - taken, each.day
            if not left:
                return last
        return None

    def day_for(self, method: str, *, not_before: date, quantity: int = 1) -> date | None:
        """What `take` would answer, with nothing used up."""
        return self.copy().take(method, quantity=quantity, not_before=not_before)

"""Small tables that every request reads, kept in memory a few seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

T = TypeVar("T")
#: What was read within `apart`; None outside.
_own: ContextVar["dict[Kept[Any], Any] | None"] = ContextVar("own", default=None)


@contextmanager
def apart() -> Iterator[None]:
    """Within it everything is read anew, and kept for it alone: a pretended state is never remembered for others."""
    token = _own.set({})
    try:
        yield
    finally:
        _own.reset(token)


class Kept(Generic[T]):
    """The answer of `load`, at most `seconds` old. A change by staff is seen by every process within that time."""

    _every: ClassVar[WeakSet["Kept[Any]"]] = WeakSet()

    def __init__(self, load: Callable[[], T], seconds: float = 10.0):
        self.load, self.seconds = load, seconds
        self._kept: tuple[float, T] | None = None
        self._every.add(self)

    def __call__(self) -> T:
        own = _own.get()
        if own is not None:
            if self not in own:
                own[self] = self.load()
            return own[self]
        if self._kept is None or not self._kept[1] or self._is_old(self._kept[0]):
            self._kept = (time.monotonic(), self.load())
        return self._kept[1]

    def _is_old(self, since: float) -> bool:
        return time.monotonic() - since > self.seconds

    def forget(self) -> None:
        """Read anew at the next question (tests, and after a row was saved)."""
        self._kept = None
        (_own.get() or {}).pop(self, None)

    @classmethod
    def forget_everything(cls) -> None:
        """Read every small table anew: after the house was opened from its files."""
        for kept in cls._every:
            kept.forget()

"""A small process that outlives `make run` when it is killed outright, and then ends what it started.

The kernel already signals every part when its parent dies; a part that was just starting may miss it. The guard reads groups
from its standard input, one a line; when that closes without a `done`, it asks them to end, and after five seconds it makes them.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 5.0  # seconds


class Guard:
    """The guard as `make run` sees it."""

    def __init__(self) -> None:
        # The file itself, not the module: it must start in a moment, without Django.
        self.process = subprocess.Popen([sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, start_new_session=True)

    def watch(self, group: int) -> None:
        """Mind this process group too."""
        self._tell(str(group))

    def dismiss(self) -> None:
        """Everything was closed in order."""
        self._tell("done")
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.close()
        self.process.wait(PATIENCE)

    def _tell(self, words: str) -> None:
        if self.process.stdin:
            with suppress(OSError):
                self.process.stdin.write(f"{words}\n".encode())
                self.process.stdin.flush()


def _signal_all(groups: set[int], signum: int) -> None:
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signum)


def main() -> None:
    groups: set[int] = set()
    for line in sys.stdin:
        if line.strip() == "done":
            return
        groups.add(int(line))
    _signal_all(groups, signal.SIGTERM)
    time.sleep(PATIENCE)
    _signal_all(groups, signal.SIGKILL)


if __name__ == "__main__":
    main()

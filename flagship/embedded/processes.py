"""Starting a server so that it dies with us, and stopping it so that nothing is left."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
#: The account of the embedded servers: whoever connects to one must name it, so that production can refuse to.
ACCOUNT = "flagship-embedded"


class CannotStart(RuntimeError):
    """A server did not come up; the message is one clear sentence for the person at the terminal."""


def die_with_parent(signum: int) -> Callable[[], None] | None:
    """For Popen's preexec_fn: the kernel sends `signum` when our process dies, however it dies (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signum)


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether the port can be taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def unprivileged() -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as: nobody when we are root (it refuses root), ourselves otherwise (None)."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable(path: Path) -> bool:
    """Whether an unprivileged user may walk down to `path`; no parent's mode is ever changed for it."""
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents if parent.exists())


def stop(process: "subprocess.Popen[bytes] | None", signum: int = signal.SIGTERM, patience: float = 10.0) -> None:
    """Ask, wait `patience` seconds, then kill the process and its group."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(signum)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

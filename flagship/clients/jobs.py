"""Work after a commit, from the outbox."""

from services.foundation.outbox.posting import handles

from . import erasing


@handles("clients.end_sessions")
def end_sessions(client_id: int) -> None:
    """Wherever an erased client is still signed in, he no longer is."""
    erasing.end_sessions(client_id)

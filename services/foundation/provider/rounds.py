"""Going through many payments in one round of beat."""

import logging
from collections.abc import Callable, Iterable

from .port import Unknown

log = logging.getLogger(__name__)
PATIENCE = 3  # silences in a row


def each(ids: Iterable[int], act: Callable[[int], None], *, what: str) -> bool:
    """Do `act` for every id. One that fails is logged and never keeps the others waiting; the next round sees it again.

    When the provider is silent several times in a row the round ends: the rest would only wait for the same silence. Answers
    whether it went through to the end.
    """
    silent = 0
    for id_ in ids:
        try:
            act(id_)
            silent = 0
        except Unknown as away:
            log.warning("%s %s: the provider does not answer, asked again later: %s", what, id_, away)
            silent += 1
            if silent == PATIENCE:
                return False
        except Exception:  # noqa: BLE001 - written down with its trace; nothing was decided about this payment
            log.exception("%s %s could not be done", what, id_)
    return True

"""The house's "no": a fact, not a sentence. Doors turn it into words, anything else that goes wrong is a bug."""

from typing import Any


class Refusal(Exception):
    """An act declined for a reason the client can be told.

    ``code`` is a stable name in kebab-case; ``facts`` are the values a sentence needs. Each room keeps its own subclasses
    in ``refusals.py``, each with a ``sentence()`` in the active language.
    """

    code = "refused"

    def __init__(self, **facts: Any):
        super().__init__(self.code, facts)
        self.facts = facts

    def sentence(self) -> str:
        """What the client reads: what happened and what to do next, in the active language."""
        raise NotImplementedError(f"{type(self).__name__} has no sentence")

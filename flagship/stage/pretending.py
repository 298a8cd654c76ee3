"""The house as it would be, for one request: drafts made public and a proposal written, in a transaction that is taken back.

No page of the shop knows of drafts or proposals, so none can forget to leave them out. Nobody else sees what an open transaction
wrote, nothing of it is ever committed, and what memory keeps is read apart. See docs/decisions/0018.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import proposing
from catalog.models import Proposal
from services.foundation import memory
from services.foundation.refusal import Refusal

from . import drafts


@dataclass
class Preview:
    """What a member of staff looks at. ``moment``: None for the present, which goes on.

    ``proposal``: as it was tried out; ``trouble``: why it could not be. ``desk``: where staff choose another preview.
    """

    moment: datetime | None = None
    drafts: dict[str, Any] = field(default_factory=dict)
    proposal_id: int | None = None
    proposal: Proposal | None = None
    trouble: str = ""
    desk: str = ""

    @property
    def names(self) -> list[str]:
        """What is included, in the active language."""
        return [drafts.named(row) for row in self.drafts.values()] + ([str(self.proposal)] if self.proposal else [])


@contextmanager
def pretended(preview: Preview, *, now: datetime) -> Iterator[None]:
    """Everything within is as it would be at the preview's moment; afterwards nothing has happened. ``now``: the real one."""
    with memory.apart(), transaction.atomic():
        try:
            with memory.apart():  # what is read while it is written is not yet as it will be
                _write(preview, now)
            yield
        finally:
            transaction.set_rollback(True)


def _write(preview: Preview, now: datetime) -> None:
    """The proposal before the drafts: what is proposed to become public is not public so far."""
    if preview.proposal_id is not None:
        _try_out(preview, preview.proposal_id, now)
    for row in preview.drafts.values():
        drafts.include(row)


def _try_out(preview: Preview, proposal_id: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            # Approved now, and seen then; but seen in the past, it was approved by then.
            preview.proposal = proposing.try_out(proposal_id, now=min(now, preview.moment or now))
    except Refusal as no:
        preview.trouble = no.sentence()
    except Proposal.DoesNotExist:
        preview.trouble = _("This proposal is no longer there.")

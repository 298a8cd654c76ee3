"""The outbox's work that belongs to pieces. Safe to run twice."""

from services.foundation.outbox.posting import handles

from . import appeal_letters, proposal_letters, uploading

handles("picture.finish")(uploading.finish)
handles("proposal.decided")(proposal_letters.send)
handles("letter.appeal")(appeal_letters.send)

"""The outbox's work that belongs to pieces. Safe to run twice."""

from services.foundation.outbox.posting import handles

from . import uploading

handles("picture.finish")(uploading.finish)

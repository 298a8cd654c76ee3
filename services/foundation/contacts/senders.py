"""How a text message leaves the house: a port, with a file sender for the demo. Production names its own class in SMS_SENDER."""

import time
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class SmsSender(Protocol):
    """Sends one text message. Raises OSError when the carrier cannot be reached; the outbox then tries again."""

    def send(self, to: str, text: str) -> None: ...


class FileSender:
    """Writes each message to a file in var/sms, so that the demo needs no carrier."""

    def send(self, to: str, text: str) -> None:
        folder = Path(settings.SMS_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{time.time():.6f}-{to.lstrip('+')}.txt").write_text(f"{to}\n{text}\n", encoding="utf-8")


class MemorySender:
    """Keeps messages in a list (tests)."""

    sent: list[tuple[str, str]] = []

    def send(self, to: str, text: str) -> None:
        self.sent.append((to, text))


def sender() -> SmsSender:
    """The configured sender."""
    return import_string(settings.SMS_SENDER)()

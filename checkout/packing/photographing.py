"""Photographs of the open box: taken by the bench, made anew by the worker, read by the order's own people alone.

The door looks at the header only; the worker decodes, turns upright and writes two JPEGs without a word of metadata into a folder
nobody is served from. The file as it was sent is removed then.
"""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from catalog import encoding, inspecting
from services.foundation.outbox import posting
from services.foundation.refusal import Refusal

from ..order import moving
from ..order.models import Order
from .bench import is_for_packing
from .models import Photograph
from .refusals import NotOnTheBench, TooManyPhotographs

MOST = 8
WIDTHS = (800, 1600)


def folder() -> Path:
    """Below the originals of the shop's pictures, which nobody is served from either."""
    return Path(settings.ORIGINALS_ROOT) / "packing"


def take(order: Order, file: File, *, by_id: int, now: datetime) -> Photograph:
    """Keep what the tablet sent, for the worker. Raises NotOnTheBench, TooManyPhotographs, or what a picture is refused for."""
    data = file.read(inspecting.MOST_MB * 1024 * 1024 + 1)
    inspecting.look(data)
    with transaction.atomic():
        locked = moving.lock(order.pk)
        if not is_for_packing(locked):
            raise NotOnTheBench(number=locked.number)
        if Photograph.objects.filter(order=locked, trouble="").count() >= MOST:
            raise TooManyPhotographs(most=MOST)
        made = Photograph.objects.create(order=locked, by_id=by_id, at=now)
        _write(_original(made), data)
        posting.post("packing.photograph", key=f"photograph:{made.pk}", photograph_id=made.pk)
        return made


def finish(photograph_id: int) -> None:
    """Make the house's files of one photograph. Run twice it does nothing more."""
    found = Photograph.objects.filter(pk=photograph_id, is_ready=False, trouble="").first()
    if found is None:
        return
    try:
        image = encoding.decoded(_original(found).read_bytes())
    except FileNotFoundError:
        Photograph.objects.filter(pk=found.pk).update(trouble="original-gone")
        return
    except Refusal as no:
        Photograph.objects.filter(pk=found.pk).update(trouble=no.code)
        _original(found).unlink(missing_ok=True)
        return
    for width in WIDTHS:
        wide = min(width, image.width)
        sized = image.resize((wide, round(image.height * wide / image.width)))
        _write(path_of(found, width), encoding.encoded(sized, "jpg"))
    Photograph.objects.filter(pk=found.pk).update(is_ready=True, width=image.width, height=image.height)
    _original(found).unlink(missing_ok=True)


def path_of(photograph: Photograph, width: int) -> Path:
    return folder() / f"{photograph.key}.{width}.jpg"


def _original(photograph: Photograph) -> Path:
    return folder() / f"{photograph.key}.sent"


def _write(path: Path, data: bytes) -> None:
    """Under another name first, readable by the house alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
    part.replace(path)

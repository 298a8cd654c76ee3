"""The photographs that benches take: of what was engraved, and of the open box before its seal.

What a tablet sends is as foreign as any upload: the door reads its header, the worker alone decodes it, turns it upright and
writes two JPEGs without a word of metadata into a folder nobody is served from. The file as it was sent is removed then. No
address leads to them but those that ask who is reading: the benches', and for a box its own order's.
"""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from catalog import encoding, inspecting
from catalog.picture_refusals import NotAPicture, TooHeavy
from services.engraving import commissioning, working
from services.engraving.models import Job, JobPhoto, JobState
from services.engraving.refusals import JobElsewhere
from services.foundation.outbox import posting
from services.foundation.photographs import TakenPhotograph
from services.foundation.refusal import Refusal

from .order import moving
from .order.models import Order
from .packing.bench import is_for_packing
from .packing.models import Photograph
from .packing.refusals import NotOnTheBench, TooManyPhotographs

#: A tablet's photograph has some four.
MOST_MB = 15
#: Of one box.
MOST = 8
#: px; a picture that is narrower stays as wide as it is.
WIDTHS = (800, 1600)


def read(file: File | None) -> bytes:
    """The bytes of an uploaded file, once its header says that it is a picture. Raises a Refusal of pictures."""
    if file is None:
        raise NotAPicture()
    data = bytes(file.read(MOST_MB * 1024 * 1024 + 1))
    if len(data) > MOST_MB * 1024 * 1024:
        raise TooHeavy(most=MOST_MB)
    inspecting.look(data)
    return data


# Of what was engraved


def done(job: Job, data: bytes, *, by_id: int) -> None:
    """Engraved, with its photograph as `read` let it in. Raises HeldByColleague or JobElsewhere."""
    working.check_held(job, by_id=by_id)
    with transaction.atomic():
        commissioning.move(job, JobState.DONE, by_id=by_id)
        _keep_of_job(job, data, by_id=by_id)


def again(job: Job, data: bytes, *, by_id: int) -> None:
    """Another photograph of what is done. Raises JobElsewhere."""
    with transaction.atomic():
        locked = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state != JobState.DONE:
            raise JobElsewhere(state=locked.state)
        _keep_of_job(job, data, by_id=by_id)


def _keep_of_job(job: Job, data: bytes, *, by_id: int) -> None:
    made = JobPhoto.objects.create(job=job, by_id=by_id)
    _write(_original(made), data)
    posting.post("photo.finish", key=f"photo:{made.pk}", photo_id=made.pk)


def finish_of_job(photo_id: int) -> None:
    """The worker's part."""
    _finish(JobPhoto, photo_id)


# Of the open box


def take(order: Order, data: bytes, *, by_id: int, now: datetime) -> Photograph:
    """Another photograph of a box, as `read` let it in. Raises NotOnTheBench or TooManyPhotographs."""
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


def finish_of_box(photograph_id: int) -> None:
    """The worker's part."""
    _finish(Photograph, photograph_id)


# The files


def _finish(kind: type[JobPhoto | Photograph], pk: int) -> None:
    """From what was sent to the house's own files. Run twice, it does nothing more."""
    rows = kind.objects.filter(pk=pk)
    found = rows.filter(is_ready=False, trouble="").first()
    if found is None:
        return
    try:
        image = encoding.decoded(_original(found).read_bytes())
    except FileNotFoundError:
        rows.update(trouble="original-gone")
        return
    except Refusal as no:  # trying again by itself would not mend it
        rows.update(trouble=no.code)
        _original(found).unlink(missing_ok=True)
        return
    for width in WIDTHS:
        wide = min(width, image.width)
        sized = image.resize((wide, round(image.height * wide / image.width)))
        _write(path_of(found, width), encoding.encoded(sized, "jpg"))
    rows.update(is_ready=True, width=image.width, height=image.height)
    _original(found).unlink(missing_ok=True)


def folder() -> Path:
    """Below the originals of the shop's pictures, which nobody is served from either."""
    return Path(settings.ORIGINALS_ROOT) / "photographs"


def path_of(photograph: TakenPhotograph, width: int) -> Path:
    """Where the house's file of one of WIDTHS lies."""
    return folder() / f"{photograph.key}.{width}.jpg"


def _original(photograph: TakenPhotograph) -> Path:
    return folder() / f"{photograph.key}.sent"


def _write(path: Path, data: bytes) -> None:
    """Under another name first, readable by the house alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
    part.replace(path)

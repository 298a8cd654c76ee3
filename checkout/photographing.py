"""The photograph with which an engraver says that a job is done.

What a tablet sends is as foreign as any upload: the door reads its header, the worker alone decodes it, and what staff are shown
is the worker's own JPEG. Both lie in the database with their job, so that no address leads to them but the bench's.
"""

from django.db import transaction

from catalog import encoding, inspecting
from catalog.picture_refusals import NotAPicture, TooHeavy
from services.engraving import commissioning, working
from services.engraving.models import Job, JobPhoto, JobState
from services.engraving.refusals import JobElsewhere
from services.foundation.outbox import posting
from services.foundation.refusal import Refusal

#: A tablet's photograph has some four.
MOST_MB = 15


def read(file: object) -> bytes:
    """The bytes of an uploaded file, once its header says that it is a picture. Raises a Refusal of pictures."""
    if file is None:
        raise NotAPicture()
    if file.size > MOST_MB * 1024 * 1024:  # type: ignore[attr-defined]
        raise TooHeavy(most=MOST_MB)
    data = bytes(file.read())  # type: ignore[attr-defined]
    inspecting.look(data)
    return data


def done(job: Job, photo: bytes, *, by_id: int) -> None:
    """Engraved, with its photograph as `read` let it in. Raises HeldByColleague or JobElsewhere."""
    working.check_held(job, by_id=by_id)
    with transaction.atomic():
        commissioning.move(job, JobState.DONE, by_id=by_id)
        _keep(job, photo, by_id=by_id)


def again(job: Job, photo: bytes, *, by_id: int) -> None:
    """Another photograph of what is done. Raises JobElsewhere."""
    with transaction.atomic():
        locked = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state != JobState.DONE:
            raise JobElsewhere(state=locked.state)
        _keep(job, photo, by_id=by_id)


def _keep(job: Job, photo: bytes, *, by_id: int) -> None:
    kept = JobPhoto.objects.create(job=job, original=photo, by_id=by_id)
    posting.post("photo.finish", photo_id=kept.pk)


def finish(photo_id: int) -> None:
    """The worker's part: from what was sent to a JPEG of ours. Run twice, it does nothing more."""
    photo = JobPhoto.objects.filter(pk=photo_id, jpeg=None, trouble="").first()
    if photo is None:
        return
    try:
        photo.jpeg = encoding.sheet(bytes(photo.original))
    except Refusal as no:  # trying again by itself would not mend it
        photo.trouble = no.code
    photo.original = None
    photo.save(update_fields=["jpeg", "trouble", "original"])

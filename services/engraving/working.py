"""The bench's work on a job: taken up by its card, put back, inspected letter by letter by somebody else.

Taking up is the lock: from then on neither a colleague nor the client changes anything. `photographing` and `remaking`, where
orders are known, say when it is done and when it failed.
"""

from collections.abc import Collection

from django.db import transaction

from services.foundation import codes

from . import commissioning
from .lettering import letters_of
from .models import CODE_GROUPS, Job, JobState, new_code
from .refusals import CardVoid, HeldByColleague, LettersOpen, PhotoNotReady


def find(scanned: str) -> Job:
    """The job of a card, by its code as scanned or typed. Raises CardVoid."""
    code = codes.read(scanned, *CODE_GROUPS)
    job = Job.objects.filter(code=code).select_related("inscription", "taken_by").first() if code else None
    if job is None:
        raise CardVoid()
    return job


def take_up(job: Job, *, by_id: int) -> None:
    """Lock a job for one engraver. Raises JobElsewhere, or CardVoid when it was changed since its card was printed."""
    commissioning.move(job, JobState.TAKEN_UP, by_id=by_id, taken_by_id=by_id)


def check_held(job: Job, *, by_id: int) -> None:
    """Raises HeldByColleague."""
    if job.state == JobState.TAKEN_UP and job.taken_by_id != by_id:
        raise HeldByColleague(name=_name_of(job))


def _name_of(job: Job) -> str:
    return str(job.taken_by) if job.taken_by else "–"


def put_back(job: Job, *, by_id: int, for_colleague: bool = False) -> None:
    """Back into the queue, for whoever comes. ``for_colleague``: whoever inspects may put back what somebody left.

    Raises HeldByColleague or JobElsewhere.
    """
    if not for_colleague:
        check_held(job, by_id=by_id)
    commissioning.move(job, JobState.WAITING, by_id=by_id, taken_by_id=None)


def send_back(job: Job, *, by_id: int, words: str) -> None:
    """To the engraver once more, on the same piece: too faint, say. Raises JobElsewhere."""
    commissioning.move(job, JobState.TAKEN_UP, by_id=by_id, words=words)


@transaction.atomic
def inspect(job: Job, confirmed: Collection[int], *, by_id: int) -> None:
    """Another person has compared every letter with the piece; ``confirmed`` are their numbers, from 1.

    Raises LettersOpen, PhotoNotReady, SamePerson or JobElsewhere.
    """
    # The text as it is now, not as some page showed it: a page of another text has other letters open.
    letters = letters_of(Job.objects.select_related("inscription").get(pk=job.pk).inscription.text)
    still_open = [letter.sign for letter in letters if letter.number not in confirmed]
    if still_open:
        raise LettersOpen(letters=still_open)
    photo = job.photos.order_by("-at", "-pk").first()
    if photo is None or not photo.is_ready:
        raise PhotoNotReady(trouble=bool(photo is None or photo.trouble))
    commissioning.move(job, JobState.INSPECTED, by_id=by_id, words=f"{len(letters)}/{len(letters)}")


def void_card(job: Job) -> None:
    """Give a job another code, so that a card that was printed for it opens nothing any more. Call with the job locked."""
    job.code = new_code()
    Job.objects.filter(pk=job.pk).update(code=job.code)

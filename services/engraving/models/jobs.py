"""The bench's jobs: one for each inscription of a paid order, with its card, its steps and its photographs."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.foundation import codes
from services.foundation.photographs import TakenPhotograph

from .inscriptions import Inscription


class JobState(models.TextChoices):
    SIZE = "size", _("Waits for the size")
    WAITING = "waiting", _("Waiting")
    TAKEN_UP = "taken up", _("Taken up")
    DONE = "done", _("Done")
    INSPECTED = "inspected", _("Inspected")
    FAILED = "failed", _("Waits for a new piece")
    CANCELLED = "cancelled", _("Cancelled")


#: Each state of a job and where it may go. What failed waits again as soon as there is a piece to begin anew with.
JOB_MOVES: dict[str, frozenset[str]] = {
    JobState.SIZE: frozenset({JobState.WAITING, JobState.CANCELLED}),
    JobState.WAITING: frozenset({JobState.TAKEN_UP, JobState.CANCELLED}),
    JobState.TAKEN_UP: frozenset({JobState.DONE, JobState.WAITING, JobState.FAILED}),
    JobState.DONE: frozenset({JobState.INSPECTED, JobState.TAKEN_UP, JobState.FAILED}),
    JobState.INSPECTED: frozenset(),
    JobState.FAILED: frozenset({JobState.WAITING, JobState.CANCELLED}),
    JobState.CANCELLED: frozenset(),
}


#: Nobody at the bench has begun: the client can still change the text, leave it out, or cancel.
NOT_BEGUN = (JobState.SIZE, JobState.WAITING)


#: Not on the piece yet, as far as the order is concerned.
OPEN_JOBS = (JobState.SIZE, JobState.WAITING, JobState.TAKEN_UP, JobState.DONE, JobState.FAILED)


#: How the code on a card is grouped.
CODE_GROUPS = (4, 4)


def new_code() -> str:
    """The code of a card: 26^8 possibilities, and of use to staff alone."""
    return codes.new(*CODE_GROUPS)


class Job(models.Model):
    """One inscription on its way through the bench.

    ``code`` stands on the bench card. Whatever makes a card void (another text, another piece) gives the job a new code.
    """

    inscription = models.OneToOneField(Inscription, models.PROTECT, related_name="job", verbose_name=_("inscription"))
    state = models.CharField(_("state"), max_length=20, choices=JobState, default=JobState.WAITING)
    due_on = models.DateField(_("due"), null=True, blank=True)
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken up by")
    )
    remakes = models.PositiveSmallIntegerField(_("made anew"), default=0)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("engraving job")
        verbose_name_plural = _("engraver's queue")
        ordering = ["due_on", "id"]
        permissions = [("engrave_job", "Can take up and engrave"), ("inspect_job", "Can inspect what a colleague engraved")]

    def __str__(self) -> str:
        return f"{self.inscription} ({self.get_state_display()})"


class FailReason(models.TextChoices):
    SLIPPED = "slipped", _("The tool slipped")
    LETTER = "letter", _("A letter is wrong or missing")
    PLACE = "place", _("Out of its place")
    DEPTH = "depth", _("Too deep or too faint")
    PIECE = "piece", _("The piece is damaged")
    OTHER = "other", _("Another reason")


class JobMove(models.Model):
    """Who moved a job, when, and why where it failed. Rows are never changed."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="moves", verbose_name=_("job"))
    old_state = models.CharField(max_length=20, choices=JobState)
    new_state = models.CharField(max_length=20, choices=JobState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=FailReason, blank=True)
    words = models.CharField(_("words"), max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("move")
        verbose_name_plural = _("moves")

    def __str__(self) -> str:
        return f"{self.old_state} → {self.new_state}"


class JobPhoto(TakenPhotograph):
    """What the engraver photographed when he was done."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="photos", verbose_name=_("job"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.job_id} {self.at:%Y-%m-%d %H:%M}"

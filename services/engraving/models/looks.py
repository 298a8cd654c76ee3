"""Second looks: a proof that somebody else was asked to look at, and what he answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .inscriptions import Inscription


class Answer(models.TextChoices):
    APPROVED = "approved", _("approves it")
    AGAIN = "again", _("asks to look again")


class SecondLook(models.Model):
    """A link with which somebody else looks at a proof, without price or client, and what he answered. See `second_looks`.

    Only the token's hash is kept. It counts for the very proof whose hash it carries: another text wants another look.
    """

    inscription = models.ForeignKey(Inscription, models.CASCADE, related_name="second_looks", verbose_name=_("inscription"))
    proof_sha256 = models.CharField(_("proof's SHA-256"), max_length=64)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("valid until"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(_("answers"), default=0)

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="") ^ models.Q(answered_at__isnull=False), name="answered_at_a_moment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.answer}".strip()

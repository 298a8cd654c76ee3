"""Work to be done after the commit, as rows of the same commit: if the order stands, so does its letter."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work. Delivered at least once, so every handler is safe to run twice."""

    name = models.CharField(_("work"), max_length=60)
    facts = models.JSONField(_("facts"), default=dict)
    key = models.CharField(_("key"), max_length=120, unique=True, null=True, blank=True)
    due_at = models.DateTimeField(_("due"), db_default=Now(), db_index=True)
    created_at = models.DateTimeField(_("written"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("outbox job")
        verbose_name_plural = _("outbox")
        indexes = [models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="jobs_to_do")]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

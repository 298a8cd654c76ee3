"""Proving that an e-mail address or a mobile number is the client's, by a code."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Code(models.Model):
    """A code that was sent. Only its keyed digest is kept; it lives ten minutes and bears five tries."""

    contact = models.CharField(_("contact"), max_length=254, db_index=True)
    digest = models.CharField(max_length=64)
    network_key = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(_("sent"), db_default=Now())
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")

    def __str__(self) -> str:
        return f"{self.contact} {self.created_at:%H:%M}"

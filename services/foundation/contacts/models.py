"""Proving that an e-mail address or a mobile number is the client's, by a code."""

import secrets

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


def new_seed() -> str:
    return secrets.token_hex(32)


class Code(models.Model):
    """A code that was sent. It is kept nowhere: it follows from the seed and the house's secret key. Ten minutes, five tries."""

    contact = models.CharField(_("contact"), max_length=254, db_index=True)
    seed = models.CharField(max_length=64, default=new_seed)
    language = models.CharField(_("language"), max_length=10, default="en")
    network_key = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(_("sent"), db_default=Now())
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")

    def __str__(self) -> str:
        return f"{self.contact} {self.created_at:%H:%M}"

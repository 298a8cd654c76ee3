"""What every photograph that a bench takes is, whatever it shows: a key, a size, and whether the house has its own files of it.

The files are made and read elsewhere (`checkout.photographing`); this is the shape of the rows beside them.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class TakenPhotograph(models.Model):
    """``width`` and ``height`` in px, upright, once it ``is_ready``; ``trouble`` is the code of the refusal when it cannot be."""

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    is_ready = models.BooleanField(_("ready"), default=False)
    trouble = models.CharField(_("trouble"), max_length=40, blank=True)

    class Meta:
        abstract = True

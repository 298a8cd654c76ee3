"""The bag. Oscar's basket, found by session or client; a line's identity is a random token, never a checksum of its options."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from services.engraving import surfaces


def new_reference() -> str:
    """A line's identity: 128 bits, so two engravings of the same piece can never be taken for one another."""
    return secrets.token_urlsafe(16)


class Basket(AbstractBasket):
    """Replaces Oscar's basket to be found by a token in the session and to belong to one region."""

    token = models.CharField(_("token"), max_length=40, unique=True, default=new_reference)
    region_code = models.CharField(_("region"), max_length=8, blank=True)
    #: What the client typed in checkout so far, so that nothing is lost: see checkout.details.
    details = models.JSONField(_("checkout so far"), default=dict, blank=True)
    #: Names one attempt to place this bag; a double click or second tab carries the same one.
    placement_key = models.UUIDField(_("placement"), null=True, blank=True, unique=True)


class Line(surfaces.Lines, AbstractLine):
    """Replaces Oscar's line: `line_reference` is random (Oscar's is a CRC32 of the options and can collide)."""

    line_reference = models.CharField(max_length=128, db_index=True, default=new_reference)

    class Meta(AbstractLine.Meta):
        pass


from oscar.apps.basket.models import *  # noqa: E402, F403 - Oscar's models that we do not replace come last

"""The bag. Oscar's basket, found by session or client; a line's identity is a random token, never a checksum of its options."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine

from services.delivery.addresses import FIELDS
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
    recipient = models.ForeignKey(
        "basket.Recipient", models.SET_NULL, null=True, blank=True, related_name="lines", verbose_name=_("recipient")
    )

    class Meta(AbstractLine.Meta):
        pass


class Recipient(models.Model):
    """One of several people to whom pieces of a bag go, in the fields of `addresses.FIELDS`. Ends with the bag."""

    bag = models.ForeignKey(Basket, models.CASCADE, related_name="recipients", verbose_name=_("bag"))
    name = models.CharField(_("name"), max_length=120)
    mobile = models.CharField(_("mobile (E.164)"), max_length=16)
    country = models.CharField(_("country (ISO 3166-1)"), max_length=2)
    subdivision = models.CharField(_("province or state"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    line1 = models.CharField(_("street and number"), max_length=200)
    line2 = models.CharField(_("floor, door"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    requested_on = models.DateField(_("not before"), null=True, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def fields(self) -> dict[str, str]:
        """The address in the fields in which it was typed."""
        return {field: getattr(self, field) for field in FIELDS}


from oscar.apps.basket.models import *  # noqa: E402, F403 - Oscar's models that we do not replace come last

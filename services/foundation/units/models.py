"""Every finite piece is a row. Who holds it, who has it, and nothing that could be counted twice."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    """Units set aside for one bag until a moment, by the database's clock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey("basket.Line", models.CASCADE, related_name="holds", verbose_name=_("bag line"))
    client_key = models.CharField(_("client"), max_length=64, db_index=True)
    network_key = models.CharField(_("network"), max_length=64, db_index=True)
    expires_at = models.DateTimeField(_("until"), db_index=True)
    extended = models.BooleanField(_("extended once"), default=False)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")

    def __str__(self) -> str:
        return f"{self.line_id} … {self.expires_at:%H:%M:%S}"


class Unit(models.Model):
    """One physical piece. Free, held for a bag, claimed by an order line, or withdrawn by staff: never two of these."""

    serial = models.CharField(_("serial number"), max_length=40, unique=True)
    variant = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="units", verbose_name=_("variant"))
    location = models.CharField(_("location"), max_length=60, default="atelier")
    edition_number = models.PositiveIntegerField(_("edition number"), null=True, blank=True)
    hold = models.ForeignKey(Hold, models.SET_NULL, null=True, blank=True, related_name="units", verbose_name=_("held by"))
    order_line = models.ForeignKey(
        "order.Line", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("claimed by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["variant", "edition_number"], name="one_unit_an_edition_number"),
            models.CheckConstraint(condition=models.Q(hold=None) | models.Q(order_line=None), name="held_or_claimed_never_both"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(order_line=None), name="withdrawn_is_not_claimed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["variant", "edition_number", "id"],
                condition=models.Q(hold=None, order_line=None, withdrawn_at=None),
                name="free_units",
            )
        ]

    def __str__(self) -> str:
        return self.serial

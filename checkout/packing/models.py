"""What happened at the packing bench: every scan, and the photographs and seal with which a box left the house."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.foundation.photographs import TakenPhotograph


class RecordKind(models.TextChoices):
    PIECE = "piece", _("Piece")
    BOX = "box", _("Box")
    RIBBON = "ribbon", _("Ribbon")
    PAPER = "paper", _("Wrapping paper")
    BAG = "bag", _("Carrier bag")
    CARD = "card", _("Card")
    READ_BACK = "read back", _("Card read back")
    SLIP = "slip", _("Packing slip")
    SEAL = "seal", _("Seal")
    REFUSED = "refused", _("Refused")


class PackingRecord(models.Model):
    """One scan: who, when, what. Rows are written once; the database itself refuses to change or remove them."""

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="packing_records", verbose_name=_("order"))
    line = models.ForeignKey("order.Line", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order line"))
    kind = models.CharField(_("kind"), max_length=12, choices=RecordKind)
    code = models.CharField(_("code"), max_length=60)
    seen = models.PositiveBigIntegerField(_("client’s last change"), default=0)
    why = models.CharField(_("why refused"), max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("packing record")
        verbose_name_plural = _("packing records")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "line", "kind", "code", "seen"],
                condition=~models.Q(kind__in=["refused", "seal"]),
                nulls_distinct=False,
                name="each_part_is_scanned_once",
            ),
            models.UniqueConstraint(fields=["code"], condition=models.Q(kind="seal"), name="a_seal_closes_one_box"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("a packing record is written once: write another")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("what was packed is kept")


class Photograph(TakenPhotograph):
    """One photograph of the open box."""

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="photographs", verbose_name=_("order"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("photograph of a box")
        verbose_name_plural = _("photographs of boxes")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.key)

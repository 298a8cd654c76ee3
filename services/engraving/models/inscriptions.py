"""What a client had engraved: the text, its proof, and what was agreed about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .zones import Surface, Zone


class Inscription(models.Model):
    """What one surface of a line carries. The proof is the contract: these bytes are shown, hashed, printed and engraved.

    The words on a lid stand with the line that has the box (`gifting.Wrapping` without ``in_box_of``): once for each box.
    """

    bag_line = models.ForeignKey(
        "basket.Line",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="inscriptions",
        related_query_name="inscription",
        verbose_name=_("bag line"),
    )
    order_line = models.ForeignKey(
        "order.Line",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inscriptions",
        related_query_name="inscription",
        verbose_name=_("order line"),
    )
    surface = models.CharField(_("surface"), max_length=10, choices=Surface, default=Surface.PIECE)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="inscriptions", verbose_name=_("zone"))
    face = models.CharField(_("typeface"), max_length=20)
    typed = models.TextField(_("as typed"))
    text = models.TextField(_("text (NFC)"))
    proof_svg = models.TextField(_("proof"))
    proof_sha256 = models.CharField(_("proof's SHA-256"), max_length=64, db_index=True)
    em_mm = models.DecimalField(_("letter size (em) in mm"), max_digits=6, decimal_places=3)
    rules_version = models.CharField(_("rules"), max_length=20)
    face_version = models.CharField(_("typeface's SHA-256"), max_length=64)
    size = models.CharField(_("size"), max_length=20, blank=True)
    inputs = models.JSONField(_("what the proof was computed from"), default=dict)
    hallmark_mm = models.DecimalField(
        _("distance from the hallmark in mm"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    spelling_words = models.TextField(_("spelling confirmed with these words"))
    final_sale_words = models.TextField(_("no return confirmed with these words"))
    language = models.CharField(_("language"), max_length=10)
    confirmed_at = models.DateTimeField(_("confirmed"))
    #: The client asked for a sizer: nothing is engraved before the size is confirmed.
    waits_for_size = models.BooleanField(_("waits for the size"), default=False)
    #: The client took the engraving off its order; what was agreed stays on record.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        constraints = [
            models.CheckConstraint(condition=models.Q(bag_line=None) ^ models.Q(order_line=None), name="on_a_bag_or_an_order"),
            models.UniqueConstraint(fields=["bag_line", "surface"], name="one_inscription_a_surface_in_a_bag"),
            models.UniqueConstraint(fields=["order_line", "surface"], name="one_inscription_a_surface_of_an_order"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_lid(self) -> bool:
        """Whether it stands on the lid of the box."""
        return self.surface == Surface.LID

    @property
    def width_mm(self) -> str:
        """Width of the plane it was laid out in; "" for the oldest."""
        return self.inputs.get("area", {}).get("width_mm", "")

    @property
    def height_mm(self) -> str:
        """Height of that plane."""
        return self.inputs.get("area", {}).get("height_mm", "")

"""Where a piece, or the lid of a box, can be engraved: places as geometry, in millimetres."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..faces import SCRIPTS


class Method(models.TextChoices):
    LASER = "laser", _("Laser engraving")
    HOT_STAMP = "hot stamp", _("Hot stamping")


class Shape(models.TextChoices):
    FLAT = "flat", _("flat")
    ARC = "arc", _("on an arc")
    BAND = "band", _("along a band, outside")
    INSIDE = "inside", _("along a band, inside")


class LengthFrom(models.TextChoices):
    FIXED = "fixed", _("as written here")
    SIZE = "size", _("the size is the inner circumference in mm (ISO 8653)")


class Surface(models.TextChoices):
    """What of a line is engraved: see `surfaces`."""

    PIECE = "piece", _("the piece")
    LID = "lid", _("the lid of its box")


class KeepOutKind(models.TextChoices):
    HALLMARK = "hallmark", _("hallmark")
    STONE = "stone", _("stone")
    EDGE = "edge", _("edge or seam")
    HINGE = "hinge", _("hinge or joint")


def every_script() -> list[str]:
    return list(SCRIPTS)


class Zone(models.Model):
    """Where a piece, or the lid of a box, can be engraved, drawn in a plane of millimetres: unrolled where the metal is round
    (see `geometry`). A zone belongs to one of the two, a piece or an article of the packing bench.

    Width and height are those of the plane, for the size in the picture; on an arc the height is the depth of the band and the
    width its length along the middle, which follows from radius and sweep.
    """

    piece = models.ForeignKey(
        "catalogue.Product", models.CASCADE, null=True, blank=True, related_name="engraving_zones", verbose_name=_("piece")
    )
    box = models.ForeignKey(
        "gifting.PackingOption",
        models.CASCADE,
        null=True,
        blank=True,
        limit_choices_to={"kind": "box"},
        related_name="engraving_zones",
        verbose_name=_("or box, whose lid it is"),
    )
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.LASER)
    shape = models.CharField(_("shape"), max_length=10, choices=Shape, default=Shape.FLAT)
    width_mm = models.DecimalField(_("width in mm"), max_digits=6, decimal_places=2)
    height_mm = models.DecimalField(_("height in mm"), max_digits=6, decimal_places=2)
    radius_mm = models.DecimalField(
        _("radius of the arc in mm, middle of the band"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    sweep_degrees = models.DecimalField(_("sweep of the arc in degrees"), max_digits=5, decimal_places=2, null=True, blank=True)
    is_below = models.BooleanField(_("along the lower half"), default=False)
    outline = models.JSONField(_("outline, corners in mm"), null=True, blank=True)
    length_from = models.CharField(_("length"), max_length=10, choices=LengthFrom, default=LengthFrom.FIXED)
    allowance_mm = models.DecimalField(
        _("taken off the circumference for the joint, in mm"), max_digits=5, decimal_places=2, default=0
    )
    largest_em_mm = models.DecimalField(
        _("largest letter size (em) in mm"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    max_lines = models.PositiveSmallIntegerField(_("lines"), default=1)
    faces = ArrayField(models.CharField(max_length=20), verbose_name=_("typefaces"))
    scripts = ArrayField(
        models.CharField(max_length=10, choices=list(SCRIPTS.items())), default=every_script, verbose_name=_("scripts")
    )
    picture_view = models.CharField(_("picture that shows it"), max_length=40, blank=True)
    shown_width_mm = models.DecimalField(
        _("width in mm that its place on the picture shows"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    work_days = models.PositiveSmallIntegerField(_("atelier days"), default=2)

    class Meta:
        verbose_name = _("engraving zone")
        verbose_name_plural = _("engraving zones")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["piece", "code"], name="one_zone_a_code"),
            models.UniqueConstraint(fields=["box", "code"], name="one_lid_zone_a_code"),
            models.CheckConstraint(condition=models.Q(piece=None) ^ models.Q(box=None), name="a_zone_of_a_piece_or_a_box"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.width_mm} × {self.height_mm} mm)"

    @property
    def surface(self) -> str:
        """Whether it is a place on a piece or on a lid."""
        return Surface.LID if self.box_id else Surface.PIECE

    def clean(self) -> None:
        """Numbers that cannot be a place are refused, with what is wrong. A kept arc gets its true length."""
        from .. import zoning

        if bool(self.piece_id) == bool(self.box_id):
            raise ValidationError(_("Please choose a piece, or a box: a place belongs to one of the two."))
        problems = zoning.problems(self)
        if problems:
            raise ValidationError([problem.words for problem in problems])


class ZoneSize(models.Model):
    """The plane of one size of a piece, where it differs from the zone's own."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="sizes", verbose_name=_("zone"))
    size = models.CharField(_("size"), max_length=20)
    width_mm = models.DecimalField(_("width in mm"), max_digits=6, decimal_places=2)
    height_mm = models.DecimalField(_("height in mm"), max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("size")
        verbose_name_plural = _("sizes")
        ordering = ["zone", "size"]
        constraints = [models.UniqueConstraint(fields=["zone", "size"], name="one_plane_a_size")]

    def __str__(self) -> str:
        return f"{self.size}: {self.width_mm} mm"


class KeepOut(models.Model):
    """Where nothing may be cut, and how far the ink stays away from it.

    A rectangle around a middle (in mm from the left, or at a part of the length, which follows the size; without height from
    edge to edge), or an outline in mm. Without either, it lies beyond the zone's edge, which keeps the distance already.
    """

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="keep_outs", verbose_name=_("zone"))
    kind = models.CharField(_("kind"), max_length=10, choices=KeepOutKind, default=KeepOutKind.HALLMARK)
    x_mm = models.DecimalField(_("middle, mm from the left"), max_digits=6, decimal_places=2, null=True, blank=True)
    along = models.DecimalField(
        _("or middle, part of the length (0 to 1)"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    y_mm = models.DecimalField(_("middle, mm from above"), max_digits=6, decimal_places=2, null=True, blank=True)
    width_mm = models.DecimalField(_("width in mm"), max_digits=6, decimal_places=2, null=True, blank=True)
    height_mm = models.DecimalField(_("height in mm"), max_digits=6, decimal_places=2, null=True, blank=True)
    outline = models.JSONField(_("or outline, corners in mm"), null=True, blank=True)
    clearance_mm = models.DecimalField(_("distance to keep in mm"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("keep-out")
        verbose_name_plural = _("keep-outs")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} + {self.clearance_mm} mm"

"""The pieces. Oscar's product, category and class, with what a house says of a piece; see Metal and Picture for its looks."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory, AbstractProduct


class Metal(models.Model):
    """A metal or leather a piece comes in: the first axis of its variants."""

    code = models.SlugField(_("code"), primary_key=True, max_length=30)
    name = models.CharField(_("name"), max_length=60)
    family = models.CharField(_("family (for filters)"), max_length=30, blank=True)
    swatch = models.CharField(
        _("swatch colour"), max_length=7, validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")], default="#D9B56A"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("metal or material")
        verbose_name_plural = _("metals and materials")

    def __str__(self) -> str:
        return self.name


class Category(AbstractCategory):
    """A collection. Replaces Oscar's category to add its line and its place on the home page."""

    tagline = models.CharField(_("one line"), max_length=160, blank=True)

    class Meta(AbstractCategory.Meta):
        verbose_name = _("collection")
        verbose_name_plural = _("collections")


class Product(AbstractProduct):
    """A piece (parent or standalone) or one of its variants (child). Replaces Oscar's to add what a jeweller says.

    ``upc`` is the reference. Weights in grams, stones in carats, measures in millimetres.
    """

    metal = models.ForeignKey(
        Metal, models.PROTECT, null=True, blank=True, related_name="variants", verbose_name=_("metal or material")
    )
    size = models.CharField(_("size"), max_length=20, blank=True)
    size_position = models.PositiveSmallIntegerField(_("order of sizes"), default=0)
    material_line = models.CharField(_("material in one line"), max_length=160, blank=True)
    stone = models.CharField(_("stone (code, for filters)"), max_length=30, blank=True)
    carats = models.DecimalField(_("carats"), max_digits=6, decimal_places=2, null=True, blank=True)
    weight_g = models.DecimalField(_("weight in g"), max_digits=7, decimal_places=2, null=True, blank=True)
    measures = models.TextField(_("measures"), blank=True, help_text=_("One per line, for example: Width: 5.2 mm"))
    story = models.TextField(_("story"), blank=True)
    care = models.TextField(_("care"), blank=True)
    size_guide = models.TextField(_("size guide"), blank=True)
    made_to_order_weeks = models.PositiveSmallIntegerField(_("made to order: weeks"), null=True, blank=True)
    is_scarce = models.BooleanField(
        _("held in the bag"), default=False, help_text=_("Units are held ten minutes when the piece enters a bag.")
    )
    position = models.PositiveIntegerField(_("position"), default=0, db_index=True)
    pairs_with = models.ManyToManyField("self", blank=True, verbose_name=_("pairs with"))

    class Meta(AbstractProduct.Meta):
        ordering = ["position", "id"]
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")

    @property
    def piece(self) -> "Product":
        """The piece a variant belongs to; itself when it has no variants."""
        return self.parent if self.is_child else self


class Picture(models.Model):
    """One finished picture of a piece, stored as AVIF, WebP and JPEG at fixed widths: `{stem}.{width}.{format}`.

    ``zone`` lays an engraving onto the picture: quad (TL, TR, BR, BL as fractions of the picture), optional grid of points,
    width_mm and height_mm.
    """

    FORMATS = ("avif", "webp", "jpg")

    piece = models.ForeignKey(Product, models.CASCADE, related_name="pictures", verbose_name=_("piece"))
    view = models.CharField(_("view"), max_length=40)
    metal = models.ForeignKey(Metal, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shows this metal"))
    stem = models.CharField(_("file without width and ending, under media"), max_length=200)
    widths = models.JSONField(_("widths in px"), default=list)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    colour = models.CharField(_("placeholder colour"), max_length=7, default="#FAF7F2")
    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    zone = models.JSONField(_("engraving zone on the picture"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.UniqueConstraint(fields=["piece", "view"], name="one_picture_a_view")]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.view}"


class OwnSize(models.Model):
    """A size a client wrote down for a kind of piece: his own, or that of somebody he gives to."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="own_sizes", verbose_name=_("client"))
    kind = models.ForeignKey("catalogue.ProductClass", models.CASCADE, related_name="+", verbose_name=_("kind"))
    whom = models.CharField(_("for whom (empty: the client)"), max_length=60, blank=True)
    size = models.CharField(_("size"), max_length=20)

    class Meta:
        verbose_name = _("client’s size")
        verbose_name_plural = _("clients’ sizes")
        ordering = ["kind_id", "whom"]
        constraints = [models.UniqueConstraint(fields=["client", "kind", "whom"], name="one_size_a_kind_and_person")]

    def __str__(self) -> str:
        return f"{self.whom} {self.size}".strip()


from oscar.apps.catalogue.models import *  # noqa: E402, F403 - Oscar's models that we do not replace come last

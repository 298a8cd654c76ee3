"""The pieces. Oscar's product, category and class, with what a house says of a piece; see Metal and Picture for its looks.

And what merchandisers work with: schedule, tiles, forbidden words, proposals.
"""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from oscar.apps.catalogue.abstract_models import AbstractCategory, AbstractProduct

from services.foundation.house import house
from services.foundation.scheduling import Scheduled


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


class Category(Scheduled, AbstractCategory):
    """A collection. Replaces Oscar's category to add its line, its schedule and its place on the home page."""

    tagline = models.CharField(_("one line"), max_length=160, blank=True)

    class Meta(AbstractCategory.Meta):
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        constraints = Scheduled.Meta.constraints


class Product(Scheduled, AbstractProduct):  # noqa: DJ008 - Oscar's has one
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
        constraints = Scheduled.Meta.constraints
        permissions = [("preview_house", "Can preview the flagship at another moment")]

    @property
    def piece(self) -> "Product":
        """The piece a variant belongs to; itself when it has no variants."""
        return self.parent if self.is_child else self


class Work(models.TextChoices):
    """What became of the file that staff uploaded last (see uploading.py); a picture of the house's files is ready."""

    READY = "ready", _("Ready")
    WAITING = "being prepared", _("Being prepared")
    FAILED = "could not be prepared", _("Could not be prepared")


class Picture(models.Model):
    """One finished picture of a piece, stored as AVIF, WebP and JPEG at fixed widths: `{stem}.{width}.{format}`.

    The storefront shows it once ``is_ready``: all its files lie there. A picture that is being replaced stays ready, with its
    former files. ``original`` is the uploaded file's name under ORIGINALS_ROOT, empty for a picture of the house's files;
    ``trouble`` the code of the Refusal that says why it could not be prepared.

    ``zone`` lays an engraving onto the picture: quad (TL, TR, BR, BL as fractions of the picture), optional grid of points,
    width_mm and height_mm.
    """

    FORMATS = ("avif", "webp", "jpg")

    piece = models.ForeignKey(Product, models.CASCADE, related_name="pictures", verbose_name=_("piece"))
    view = models.CharField(_("view"), max_length=40)
    metal = models.ForeignKey(Metal, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shows this metal"))
    stem = models.CharField(_("file without width and ending, under media"), max_length=200, blank=True)
    widths = models.JSONField(_("widths in px"), default=list)
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    colour = models.CharField(_("placeholder colour"), max_length=7, default="#FAF7F2")
    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    zone = models.JSONField(_("engraving zone on the picture"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_ready = models.BooleanField(_("shown"), default=True, editable=False)
    original = models.CharField(_("original"), max_length=40, blank=True, editable=False)
    work = models.CharField(_("state"), max_length=30, choices=Work, default=Work.READY, editable=False)
    trouble = models.CharField(_("reason"), max_length=40, blank=True, editable=False)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [models.UniqueConstraint(fields=["piece", "view"], name="one_picture_a_view")]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.view}"

    @property
    def address(self) -> str:
        """The full address of its largest JPEG: for those who show it outside the house. Empty while it has no files."""
        return f"{settings.SITE_URL}{settings.MEDIA_URL}{self.stem}.{self.widths[-1]}.jpg" if self.widths else ""


class Tile(Scheduled):
    """An editorial tile among the pieces of a listing: headline, words, picture, and one place to which it leads."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    headline = models.CharField(_("headline"), max_length=80)
    words = models.CharField(_("words"), max_length=240, blank=True)
    link_label = models.CharField(_("words of the link"), max_length=60)
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="tiles", verbose_name=_("picture"))
    to_collection = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("leads to this collection")
    )
    to_piece = models.ForeignKey(
        Product, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("leads to this piece")
    )
    to_page = models.SlugField(
        _("leads to this page of the house"), max_length=60, blank=True, help_text=_("Its address below /about/, such as care.")
    )
    among = models.ForeignKey(
        Category,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="tiles",
        verbose_name=_("stands in this collection"),
        help_text=_("Empty: in the listing of all pieces."),
    )
    after = models.PositiveSmallIntegerField(_("after how many pieces"), default=4)
    is_public = models.BooleanField(_("is public"), default=True)

    class Meta:
        ordering = ["after", "id"]
        verbose_name = _("editorial tile")
        verbose_name_plural = _("editorial tiles")
        constraints = [
            *Scheduled.Meta.constraints,
            models.CheckConstraint(
                condition=Q(to_collection__isnull=False, to_piece=None, to_page="")
                | Q(to_collection=None, to_piece__isnull=False, to_page="")
                | Q(to_collection=None, to_piece=None) & ~Q(to_page=""),
                name="tile_leads_to_one_place",
                violation_error_message=_("Please choose one place to which it leads: a collection, a piece or a page."),
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    def clean(self) -> None:
        super().clean()
        if self.to_page and self.to_page not in house().pages:
            raise ValidationError({"to_page": _("The house has no page of this name: %s.") % ", ".join(house().pages)})


class ForbiddenWord(models.Model):
    """A word that no text of the house may hold in a language, why, and whom to ask. See `catalog.wording`."""

    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    word = models.CharField(_("word"), max_length=40)
    reason = models.CharField(_("reason"), max_length=240)
    owner = models.CharField(_("whom to ask"), max_length=120)
    allowed = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("harmless in"),
        default=list,
        blank=True,
        help_text=_("Longer words in which it does no harm, separated by commas."),
    )

    class Meta:
        ordering = ["language", "word"]
        verbose_name = _("forbidden word")
        verbose_name_plural = _("forbidden words")
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="one_rule_a_word")]

    def __str__(self) -> str:
        return self.word


class ProposalKind(models.TextChoices):
    TEXTS = "texts", _("Revision")
    PRICE = "price", _("Price")
    PUBLIC = "public", _("Publication")
    NEW = "new", _("New entry")


class ProposalState(models.TextChoices):
    WAITING = "waiting", _("Waits for a second person")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Not approved")
    TAKEN_BACK = "taken back", _("Taken back")


class Proposal(models.Model):
    """What somebody wants the public to read or pay, and a second person has yet to approve. See `catalog.proposing`.

    ``changes`` holds each field with what stood there and what shall stand there: {"title_fr": {"before": …, "after": …}}; a
    price has the one entry "amount", and belongs to its variant. ``read`` is all that the public would read of a row that
    becomes public. ``record`` is a row that does not stand yet, as Django serialises it. ``about`` is what the row was called,
    for it may be gone.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=ProposalKind)
    content_type = models.ForeignKey("contenttypes.ContentType", models.PROTECT, related_name="+", verbose_name=_("room"))
    object_id = models.CharField(max_length=40, blank=True, editable=False)
    thing = GenericForeignKey("content_type", "object_id")
    about = models.CharField(_("about"), max_length=200)
    changes = models.JSONField(_("changes"))
    read = models.JSONField(default=dict, editable=False)
    record = models.TextField(blank=True, editable=False)
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    is_reduction = models.BooleanField(_("is a reduction"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by"))
    at = models.DateTimeField(_("proposed"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.WAITING, db_index=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=240, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        permissions = [("approve_proposal", "Can approve or decline what another proposed")]
        indexes = [models.Index(fields=["content_type", "object_id", "state"], name="proposals_about")]
        constraints = [
            models.CheckConstraint(condition=~Q(state="approved") | ~Q(by=F("decided_by")), name="nobody_approves_his_own"),
            models.CheckConstraint(condition=Q(state="waiting") | Q(decided_at__isnull=False), name="decided_at_a_moment"),
            models.CheckConstraint(
                condition=~Q(kind="price") | Q(region__isnull=False, starts_at__isnull=False), name="price_has_region_and_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"


class LastRead(models.Model):
    """What clients read last of a row, by two people's word: it may become public again as it was. See `catalog.proposing`."""

    content_type = models.ForeignKey("contenttypes.ContentType", models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=40)
    said = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id"], name="one_last_read_a_row")]

    def __str__(self) -> str:
        return f"{self.content_type_id} {self.object_id}"


class Occasion(Scheduled):
    """What a piece may be given for: shown in the search overlay and in the gift finder, in the house's order.

    When it is, if it has a day, is said once: by the named day that clients may also choose for a delivery.
    """

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    line = models.CharField(_("one line"), max_length=160, blank=True)
    feast = models.ForeignKey(
        "delivery.Feast",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("named day"),
        help_text=_("The day on which it falls every year. Empty: on no day of its own, as a birthday."),
    )
    pieces = models.ManyToManyField(Product, blank=True, related_name="occasions", verbose_name=_("pieces"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_public = models.BooleanField(_("public"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        constraints = Scheduled.Meta.constraints

    def __str__(self) -> str:
        return self.name


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

"""The home page, told in sections: what stands where, in which regions, and from when to when."""

from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.foundation.house import house
from services.foundation.regions.roster import all_regions
from services.foundation.scheduling import Scheduled, shown_at

from . import targets


class Kind(models.TextChoices):
    HERO = "hero", _("Opening picture")
    COLLECTIONS = "collections", _("Collections")
    LAUNCH = "launch", _("Launch")
    PIECES = "pieces", _("Pieces")
    WORDS = "words", _("Words with a picture")
    QUOTE = "quote", _("Quotation or story")


class Sections(models.QuerySet):
    """Sections of the home page."""

    def shown(self, *, region: str, now: datetime) -> "Sections":
        """Those of a region at a moment, in their order, each with the ids of its chosen pieces (``chosen``); one query."""
        return (
            self.filter(shown_at(now), Q(regions=[]) | Q(regions__contains=[region]))
            .annotate(chosen=ArrayAgg("pieces", filter=Q(pieces__isnull=False), default=[]))
            .order_by("position", "pk")
        )


class Section(Scheduled):
    """One section of the home page. What a kind does not use stays empty; a section that has nothing to show is left out."""

    #: The fields that every language of the house writes, or none.
    TEXTS = ("title", "words", "button", "alt")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=160, blank=True)
    words = models.TextField(_("words"), blank=True, help_text=_("For a quotation: whose it is."))
    button = models.CharField(_("words on the link"), max_length=60, blank=True)
    target = models.CharField(
        _("where the link leads"),
        max_length=200,
        blank=True,
        help_text=_("As it stands after region and language, for example about/services/ or pieces/?engravable=yes"),
    )
    scene = models.CharField(_("picture of the house"), max_length=40, blank=True)
    alt = models.CharField(_("what the picture of the house shows"), max_length=200, blank=True)
    piece = models.ForeignKey(
        "catalogue.Product",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"parent": None},
        verbose_name=_("or the picture of a piece"),
    )
    view = models.CharField(_("which view of the piece"), max_length=40, blank=True, help_text=_("Empty: its first picture."))
    pieces = models.ManyToManyField(
        "catalogue.Product",
        blank=True,
        related_name="+",
        limit_choices_to={"parent": None},
        verbose_name=_("chosen pieces"),
        help_text=_("None: the first pieces in the house’s order."),
    )
    how_many = models.PositiveSmallIntegerField(_("how many of the first pieces"), default=8)
    launch = models.ForeignKey(
        "launches.Launch",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("launch"),
        help_text=_("None: the next to open, else the latest that is open."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    regions = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("regions"))
    is_public = models.BooleanField(_("shown"), default=True)

    objects = Sections.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("section of the home page")
        verbose_name_plural = _("sections of the home page")
        constraints = Scheduled.Meta.constraints

    def __str__(self) -> str:
        return self.title or self.code

    def problems(self) -> dict[str, str]:
        """What keeps this section from being shown as meant, as a sentence for each field."""
        problems: dict[str, str] = {}
        for name in self.TEXTS:
            said = {language: getattr(self, f"{name}_{language.replace('-', '_')}") for language in house().languages}
            if any(said.values()):
                gaps = [language.replace("-", "_") for language, text in said.items() if not text]
                problems |= {f"{name}_{gap}": gettext("Please write this in every language of the house.") for gap in gaps}
        if self.kind in (Kind.HERO, Kind.WORDS, Kind.QUOTE) and not self.title:
            problems[f"title_{house().first_language.replace('-', '_')}"] = gettext("This kind of section needs a title.")
        if self.target and not targets.leads_somewhere(self.target):
            problems["target"] = gettext("There is no such page. Write its address as it stands after region and language.")
        if bool(self.target) != bool(self.button) and self.kind in (Kind.HERO, Kind.WORDS, Kind.QUOTE):
            problems["target"] = gettext("A link needs both its words and where it leads.")
        if self.scene and self.scene not in house().scenes:
            problems["scene"] = gettext("The house has no picture of this name.")
        if unknown := [code for code in self.regions if code not in all_regions()]:
            problems["regions"] = gettext("There is no region %(code)s.") % {"code": unknown[0]}
        return problems

    @property
    def address(self) -> str:
        """Where the link leads, in the region and language in front."""
        return f"{get_script_prefix()}{self.target}"

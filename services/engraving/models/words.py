"""The words that a market does not engrave, and those who asked a person about one."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .zones import Zone


class WordRule(models.Model):
    """A word that we do not engrave in a market without a person's word on it: the reason, which clients read, and its owner.

    The list is short, and nothing beside it is ever refused for what it means. See `word_rules`.
    """

    region = models.ForeignKey(
        "regions.Region",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("market"),
        help_text=_("Empty: in every market."),
    )
    word = models.CharField(
        _("word"), max_length=60, help_text=_("Found as whole words, in capitals too; hanzi wherever they stand.")
    )
    harmless_in = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("harmless in"),
        default=list,
        blank=True,
        help_text=_("Longer words in which it does no harm, separated by commas."),
    )
    reason = models.CharField(
        _("reason"), max_length=240, help_text=_("The client reads it after the word and a colon; it ends with a full stop.")
    )
    owner = models.CharField(_("whom to ask"), max_length=120)
    since = models.DateField(_("since"), default=date.today)

    class Meta:
        verbose_name = _("word we do not engrave")
        verbose_name_plural = _("words we do not engrave")
        ordering = ["word", "region"]
        constraints = [
            models.UniqueConstraint(fields=["word"], condition=models.Q(region=None), name="one_rule_a_word_everywhere"),
            models.UniqueConstraint(fields=["region", "word"], name="one_rule_a_word_and_market"),
        ]

    def __str__(self) -> str:
        return self.word


class AppealState(models.TextChoices):
    WAITING = "waiting", _("Waits for a person")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Not approved")


class Appeal(models.Model):
    """A client asks a person about a text that a word rule refused. What was approved is let through for him. See `appealing`."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="+", verbose_name=_("zone"))
    #: For a lid: the piece whose box it is, on whose page the client was.
    for_piece = models.ForeignKey(
        "catalogue.Product", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("piece")
    )
    face = models.CharField(_("typeface"), max_length=20)
    size = models.CharField(_("size"), max_length=20, blank=True)
    metal = models.CharField(_("metal or material"), max_length=30, blank=True)
    typed = models.TextField(_("text"))
    text_sha256 = models.CharField(max_length=64, db_index=True)
    word = models.CharField(_("word"), max_length=60)
    region = models.ForeignKey("regions.Region", models.CASCADE, related_name="+", verbose_name=_("market"))
    language = models.CharField(_("language"), max_length=10)
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("client")
    )
    contact = models.CharField(_("contact"), max_length=254)
    words = models.CharField(_("what the client says"), max_length=500, blank=True)
    network_key = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=AppealState, default=AppealState.WAITING, db_index=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer to the client"), max_length=500, blank=True)
    token_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    expires_at = models.DateTimeField(_("link valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal about a word")
        verbose_name_plural = _("appeals about words")
        ordering = ["-made_at", "-id"]
        permissions = [("decide_appeal", "Can decide an appeal about a word")]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "text_sha256", "region"],
                condition=models.Q(state="waiting"),
                name="one_appeal_a_text_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(decided_at__isnull=False), name="appeal_decided_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return " / ".join(self.typed.splitlines())

    @property
    def piece(self):
        """The piece that the text is for, or for whose box."""
        return self.zone.piece or self.for_piece

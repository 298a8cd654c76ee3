"""Where a client shops: what decides currency, prices, tax, payment, languages and dates."""

from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.foundation.house import house


class TaxMode(models.TextChoices):
    INCLUDED = "included", _("Prices include tax")
    ADDED = "added", _("Tax is added at checkout")


class InvoiceAt(models.TextChoices):
    """When the seller's law and habit want the invoice."""

    DISPATCH = "dispatch", _("When the goods leave the house")
    CAPTURE = "capture", _("As soon as all is paid, at dispatch at the latest")


class Region(models.Model):
    """One market of the house. Its code stands in every address of the storefront."""

    code = models.SlugField(_("code"), max_length=8, primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    countries = ArrayField(models.CharField(max_length=2), verbose_name=_("countries (ISO 3166-1)"))
    currency = models.CharField(_("currency (ISO 4217)"), max_length=3)
    tax_mode = models.CharField(_("tax mode"), max_length=10, choices=TaxMode, default=TaxMode.INCLUDED)
    seller_name = models.CharField(_("seller of record"), max_length=120)
    seller_address = models.TextField(_("seller's address"), blank=True)
    seller_tax_number = models.CharField(_("seller's tax number"), max_length=40, blank=True)
    payment_methods = ArrayField(models.CharField(max_length=30), verbose_name=_("ways to pay"), help_text=_("full, instalments"))
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages, the first is the default"))
    time_zone_name = models.CharField(_("time zone (IANA)"), max_length=60)
    formats = models.JSONField(
        _("formats"), default=dict, blank=True, help_text=_('CLDR locales by language, where not the usual ones: {"en": "en_US"}')
    )
    mobile_suffices = models.BooleanField(
        _("a mobile number suffices"), default=False, help_text=_("Clients may order without an e-mail address.")
    )
    invoice_at = models.CharField(_("invoice"), max_length=10, choices=InvoiceAt, default=InvoiceAt.DISPATCH)
    asks_fapiao = models.BooleanField(
        _("asks for fapiao details"),
        default=False,
        help_text=_("Clients say at checkout whether they want a fapiao."),
    )
    icp_number = models.CharField(_("ICP number"), max_length=60, blank=True)
    withdrawal_days = models.PositiveSmallIntegerField(_("days to return"), default=14)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        strangers = [language for language in self.languages or [] if language not in house().languages]
        if strangers:
            raise ValidationError(
                {"languages": _("The house has no texts in %(languages)s.") % {"languages": ", ".join(strangers)}}
            )
        try:
            ZoneInfo(self.time_zone_name)
        except (KeyError, ValueError) as missing:
            raise ValidationError({"time_zone_name": _("This is not a zone of the IANA database.")}) from missing
        try:
            for tag in self.formats.values():
                Locale.parse(tag)
        except (AttributeError, TypeError, ValueError, UnknownLocaleError) as unknown:
            raise ValidationError(
                {"formats": _('Please write CLDR locales by language, for example {"en": "en_US"}.')}
            ) from unknown

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone_name)


class TaxRate(models.Model):
    """The rate of one jurisdiction (a country, or a subdivision such as US-NY), from a day on."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="tax_rates", verbose_name=_("region"))
    jurisdiction = models.CharField(_("jurisdiction (ISO 3166-1 or -2)"), max_length=10)
    rate = models.DecimalField(_("rate (0.13 is 13 %)"), max_digits=6, decimal_places=5)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        ordering = ["region", "jurisdiction", "-valid_from"]
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.UniqueConstraint(fields=["region", "jurisdiction", "valid_from"], name="one_rate_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lt=1), name="rate_is_a_fraction"),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.rate}"

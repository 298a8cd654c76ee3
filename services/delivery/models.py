"""Days: when couriers rest and how long they take. Addresses: where a client lets us deliver."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .addresses import FIELDS


class Holiday(models.Model):
    """A day on which neither bench nor courier works in a region. Staff edit these; lunar days differ every year."""

    region = models.ForeignKey("regions.Region", models.CASCADE, related_name="holidays", verbose_name=_("region"))
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["region", "day"]
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="one_holiday_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Transit(models.Model):
    """Working days from our door to the client's, and what the way costs, for a country or one of its subdivisions."""

    region = models.ForeignKey("regions.Region", models.CASCADE, related_name="transits", verbose_name=_("region"))
    country = models.CharField(_("country (ISO 3166-1)"), max_length=2)
    subdivision = models.CharField(_("province or state (empty: the whole country)"), max_length=40, blank=True)
    days = models.PositiveSmallIntegerField(_("working days"))
    cut_off_hour = models.PositiveSmallIntegerField(_("orders until (hour, local)"), default=14)
    charge = models.DecimalField(_("charge"), max_digits=8, decimal_places=2, default=0)
    customs_to_broker = models.BooleanField(
        _("customs papers go to the broker alone"),
        default=False,
        help_text=_(
            "Outside the region: only then may somebody else receive a parcel there, since no paper with a price goes along."
        ),
    )

    class Meta:
        verbose_name = _("delivery time")
        verbose_name_plural = _("delivery times")
        constraints = [models.UniqueConstraint(fields=["region", "country", "subdivision"], name="one_time_a_place")]

    def __str__(self) -> str:
        return f"{self.country} {self.subdivision}: {self.days}"


class Calendar(models.TextChoices):
    GREGORIAN = "gregorian", _("Gregorian")
    LUNAR = "lunar", _("Chinese lunar")


class Feast(models.Model):
    """A day with a name, every year: Qixi is the 7th day of the 7th lunar month. Clients choose it instead of a date."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    calendar = models.CharField(_("calendar"), max_length=10, choices=Calendar, default=Calendar.GREGORIAN)
    month = models.PositiveSmallIntegerField(_("month"), validators=[MinValueValidator(1), MaxValueValidator(12)])
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(31)])
    regions = ArrayField(
        models.CharField(max_length=8), verbose_name=_("regions (empty: all)"), default=list, blank=True, help_text=_("cn, eu")
    )
    is_offered = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("named day")
        verbose_name_plural = _("named days")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        longest = 30 if self.calendar == Calendar.LUNAR else {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(self.month or 1, 31)
        if self.day and self.day > longest:
            raise ValidationError({"day": _("This month has at most %(days)s days.") % {"days": longest}})


class SavedAddress(models.Model):
    """An address a client keeps with us, in the fields of `addresses.FIELDS`; at most one of his is the usual one."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_addresses", verbose_name=_("client"))
    name = models.CharField(_("name"), max_length=120)
    mobile = models.CharField(_("mobile (E.164)"), max_length=16)
    country = models.CharField(_("country (ISO 3166-1)"), max_length=2)
    subdivision = models.CharField(_("province or state"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    line1 = models.CharField(_("street and number"), max_length=200)
    line2 = models.CharField(_("floor, door"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    is_default = models.BooleanField(_("used first"), default=False)

    class Meta:
        verbose_name = _("saved address")
        verbose_name_plural = _("saved addresses")
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=models.Q(is_default=True), name="one_usual_address_a_client")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.line1}"

    @property
    def fields(self) -> dict[str, str]:
        """The address in the fields in which it was typed."""
        return {field: getattr(self, field) for field in FIELDS}

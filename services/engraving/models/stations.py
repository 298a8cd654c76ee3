"""The bench's stations, when they rest, and the places of each day that orders reserve."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import dates
from django.utils.translation import gettext_lazy as _

from .zones import Method, Surface

#: Days of the week as Python counts them, in Django's own words.
WEEKDAYS = list(dates.WEEKDAYS.items())


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


class Station(models.Model):
    """A place at which engraving is done: what it can do, and how many pieces a day. Staff edit it."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    methods = ArrayField(models.CharField(max_length=20, choices=Method), verbose_name=_("methods"))
    pieces_a_day = models.PositiveSmallIntegerField(_("pieces a day"), default=6)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS), verbose_name=_("works on"), default=monday_to_friday
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RestReason(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    MACHINE = "machine", _("Machine down")
    ENGRAVER = "engraver", _("Engraver away")


class StationRest(models.Model):
    """A day on which a station does not work."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="rests", verbose_name=_("station"))
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=20, choices=RestReason, default=RestReason.HOLIDAY)

    class Meta:
        verbose_name = _("day of rest")
        verbose_name_plural = _("days of rest")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["station", "day"], name="one_rest_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.get_reason_display()}"


class BenchSlot(models.Model):
    """One piece's time at a station on a day: free, or reserved for a surface of an order line. Never counted, only claimed."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="slots", verbose_name=_("station"))
    day = models.DateField(_("day"))
    number = models.PositiveSmallIntegerField(_("number"))
    order_line = models.ForeignKey(
        "order.Line", models.PROTECT, null=True, blank=True, related_name="bench_slots", verbose_name=_("reserved for")
    )
    #: Empty while it is free.
    surface = models.CharField(_("surface"), max_length=10, choices=Surface, blank=True)

    class Meta:
        verbose_name = _("place at the bench")
        verbose_name_plural = _("places at the bench")
        ordering = ["day", "station", "number"]
        constraints = [models.UniqueConstraint(fields=["station", "day", "number"], name="one_slot_a_number")]
        indexes = [models.Index(fields=["day", "station"], condition=models.Q(order_line=None), name="free_bench_slots")]

    def __str__(self) -> str:
        return f"{self.day} {self.station} {self.number}"

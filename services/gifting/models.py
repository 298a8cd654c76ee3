"""Boxes, ribbons, cards: what the house offers and what a line asked for."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class OptionKind(models.TextChoices):
    BOX = "box", _("Box")
    RIBBON = "ribbon", _("Ribbon")


class PackingOption(models.Model):
    """One box or ribbon the packing bench has."""

    kind = models.CharField(_("kind"), max_length=10, choices=OptionKind)
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=60)
    colour = models.CharField(_("colour"), max_length=7, validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")])
    is_offered = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("packing option")
        verbose_name_plural = _("boxes and ribbons")
        ordering = ["kind", "position"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="one_option_a_code")]

    def __str__(self) -> str:
        return self.name


class Wrapping(models.Model):
    """How one line is packed. Nothing in the parcel ever shows a price."""

    bag_line = models.OneToOneField(
        "basket.Line", models.CASCADE, null=True, blank=True, related_name="wrapping", verbose_name=_("bag line")
    )
    order_line = models.OneToOneField(
        "order.Line", models.PROTECT, null=True, blank=True, related_name="wrapping", verbose_name=_("order line")
    )
    box = models.ForeignKey(PackingOption, models.PROTECT, related_name="+", verbose_name=_("box"))
    ribbon = models.ForeignKey(PackingOption, models.PROTECT, related_name="+", verbose_name=_("ribbon"))
    card_text = models.TextField(_("card"), blank=True)

    class Meta:
        verbose_name = _("gift packing")
        verbose_name_plural = _("gift packing")
        constraints = [
            models.CheckConstraint(condition=models.Q(bag_line=None) ^ models.Q(order_line=None), name="packs_bag_or_order")
        ]

    def __str__(self) -> str:
        return f"{self.box}, {self.ribbon}"

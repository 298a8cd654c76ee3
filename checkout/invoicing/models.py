"""Invoices and credit notes. A document is written once, with its number, and never changed; a credit note corrects it.

The database itself refuses changes, gaps in a series, and a document that is not the sum of its lines (see the second migration).
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit note", _("Credit note")


class Series(models.Model):
    """One row of numbers: of one region's seller, one kind and one year. ``last`` is the number given last."""

    region_code = models.CharField(_("region"), max_length=8)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [models.UniqueConstraint(fields=["region_code", "kind", "year"], name="one_series_a_year")]

    def __str__(self) -> str:
        return f"{self.region_code} {self.kind} {self.year}: {self.last}"


class Document(models.Model):
    """An invoice or a credit note, in words and amounts as it was issued; of a credit note the amounts are what is given back."""

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="documents", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind)
    series = models.ForeignKey(Series, models.PROTECT, related_name="documents", verbose_name=_("series"))
    number = models.PositiveIntegerField(_("number in its series"))
    name = models.CharField(_("number"), max_length=40, unique=True)
    key = models.CharField(_("key"), max_length=120, unique=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credit_notes", verbose_name=_("corrects")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10)
    currency = models.CharField(_("currency"), max_length=3)
    net = models.DecimalField(_("net"), max_digits=15, decimal_places=3)
    tax = models.DecimalField(_("tax"), max_digits=15, decimal_places=3)
    gross = models.DecimalField(_("total"), max_digits=15, decimal_places=3)
    seller = models.TextField(_("seller"))
    buyer = models.TextField(_("buyer"))
    supplied_on = models.DateField(_("day of supply"), null=True, blank=True)
    issued_on = models.DateField(_("date"))
    issued_at = models.DateTimeField(_("issued"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )

    class Meta:
        verbose_name = _("invoice or credit note")
        verbose_name_plural = _("invoices and credit notes")
        ordering = ["-issued_at", "-id"]
        permissions = [("send_document", "Can send invoices and credit notes again")]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="a_number_is_given_once"),
            models.UniqueConstraint(fields=["order"], condition=models.Q(kind=DocumentKind.INVOICE), name="one_invoice_an_order"),
            models.CheckConstraint(condition=models.Q(gross=models.F("net") + models.F("tax")), name="document_adds_up"),
            models.CheckConstraint(condition=models.Q(net__gte=0, tax__gte=0), name="document_is_not_negative"),
            models.CheckConstraint(
                condition=models.Q(kind=DocumentKind.INVOICE, corrects=None)
                | models.Q(kind=DocumentKind.CREDIT_NOTE, corrects__isnull=False),
                name="a_credit_note_corrects",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DocumentLine(models.Model):
    """One line with its tax: a piece, or the delivery (then without an order line). ``of``: the invoice's line it gives back."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="lines", verbose_name=_("document"))
    of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="given_back", verbose_name=_("gives back"))
    order_line = models.ForeignKey(
        "order.Line", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order line")
    )
    parcel = models.ForeignKey("order.Order", models.PROTECT, related_name="+", verbose_name=_("order or parcel"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=255)
    details = models.CharField(_("details"), max_length=255, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    net = models.DecimalField(_("net"), max_digits=15, decimal_places=3)
    tax = models.DecimalField(_("tax"), max_digits=15, decimal_places=3)
    gross = models.DecimalField(_("total"), max_digits=15, decimal_places=3)
    rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=5, default=Decimal(0))
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("line of a document")
        verbose_name_plural = _("lines of documents")
        ordering = ["document", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="one_line_a_position"),
            models.CheckConstraint(condition=models.Q(gross=models.F("net") + models.F("tax")), name="document_line_adds_up"),
            models.CheckConstraint(condition=models.Q(net__gte=0, tax__gte=0), name="document_line_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.gross}"


class FapiaoKind(models.TextChoices):
    NONE = "none", _("No fapiao")
    PERSONAL = "personal", _("Personal")
    COMPANY = "company", _("Company")


class Fapiao(models.Model):
    """For whom a client wants a fapiao. It is issued in the tax authority's system; its number is then kept here.

    The client changes what he wrote until it is issued; ``version`` counts, so that nobody issues what was changed meanwhile.
    """

    order = models.OneToOneField("order.Order", models.PROTECT, related_name="fapiao", verbose_name=_("order"))
    kind = models.CharField(_("fapiao"), max_length=10, choices=FapiaoKind)
    title = models.CharField(_("title of the fapiao"), max_length=100, blank=True)
    tax_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("last changed"))
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    issued_number = models.CharField(_("fapiao number"), max_length=20, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )

    class Meta:
        verbose_name = _("fapiao")
        verbose_name_plural = _("fapiao details")
        ordering = ["-changed_at"]
        permissions = [("issue_fapiao", "Can note that a fapiao was issued")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind=FapiaoKind.COMPANY)
                | models.Q(tax_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$") & ~models.Q(title=""),
                name="a_company_has_its_code",
            ),
            models.CheckConstraint(
                condition=models.Q(issued_at=None, issued_number="")
                | models.Q(issued_at__isnull=False) & ~models.Q(issued_number=""),
                name="an_issued_fapiao_has_its_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}".strip()

"""The book: double-entry, append-only, per order in its currency. Balances are sums; nobody edits a row, corrections are rows.

The database itself refuses updates, deletes and entries that do not sum to zero (see the second migration).
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Account(models.TextChoices):
    """Accounts of the book. Assets are positive when we have or are owed money."""

    RECEIVABLE = "receivable", _("Receivable from the client")
    AUTHORISED = "authorised", _("Authorised by the client's bank")
    AUTHORISATION_CONTRA = "authorisation contra", _("Authorisations, contra")
    CAPTURED = "captured", _("Captured, due from the provider")
    REFUNDED = "refunded", _("Refunded to the client")
    TRANSFERS = "transfers", _("Received by bank transfer")
    OVERPAID = "overpaid", _("Paid too much, to be paid back")
    DEPOSITS = "deposits", _("Deposits held until the balance")
    FORFEITED = "forfeited", _("Deposits kept by the house")
    COMPENSATION = "compensation", _("Paid to the client when the house failed")
    FINANCING = "financing", _("Paid for paying in instalments")
    FEES = "fees", _("Provider's fees")
    WITHHELD = "withheld", _("Kept back by the provider for its fees")
    SALES = "sales", _("Sales, net of tax")
    TAX = "tax", _("Tax collected")
    SHIPPING = "shipping", _("Delivery, net of tax")


class Entry(models.Model):
    """One event in money, with at least two postings that sum to zero."""

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="book_entries", verbose_name=_("order"))
    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=120, unique=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("book entry")
        verbose_name_plural = _("the book")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Posting(models.Model):
    """One line of an entry; debit positive, credit negative, in the order's currency."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", verbose_name=_("entry"))
    account = models.CharField(_("account"), max_length=30, choices=Account)
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="posting_is_not_zero")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"

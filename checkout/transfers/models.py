"""Money by bank: the house's accounts, what is awaited on them, the bank's statements, and to which order each line belongs.

Statement lines and assignments are written once; the database itself refuses changes, and that more of a line is assigned than
came in (see the second migration). What is wrong is put right by another row.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from stdnum import bic, iban

from . import tables


class CsvLayout(models.Model):
    """How one bank writes its statements as a table."""

    name = models.CharField(_("bank"), max_length=80, unique=True)
    columns = models.JSONField(
        _("columns"),
        help_text=_(
            'The head of each column by what it means, for example {"day": "Booked", "amount": "Amount", "text": "Purpose"}. '
            "Meanings: day, amount (or credit and debit), currency, payer, payer_account, text, reference, bank_reference."
        ),
    )
    delimiter = models.CharField(_("between columns"), max_length=1, default=",")
    encoding = models.CharField(
        _("encoding"), max_length=20, default=tables.ENCODINGS[0], choices=[(name, name) for name in tables.ENCODINGS]
    )
    skip = models.PositiveSmallIntegerField(_("lines before the heads"), default=0)
    day_format = models.CharField(_("how days are written"), max_length=20, default="%Y-%m-%d", help_text="%Y-%m-%d, %d/%m/%Y")
    decimal_comma = models.BooleanField(_("decimal comma"), default=False)

    class Meta:
        verbose_name = _("bank's table")
        verbose_name_plural = _("banks' tables")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        columns = self.columns if isinstance(self.columns, dict) else {}
        strangers = set(columns) - set(tables.MEANINGS)
        plain = all(isinstance(head, str) and head for head in columns.values())
        has_amount = "amount" in columns or {"credit", "debit"} <= set(columns)
        if strangers or not plain or "day" not in columns or not has_amount:
            words = _("Please name the columns for the day and for the amount, and no other meanings.")
            raise ValidationError({"columns": words})

    @property
    def layout(self) -> tables.Layout:
        return tables.Layout(self.columns, self.delimiter, self.encoding, self.skip, self.day_format, self.decimal_comma)


class BankAccount(models.Model):
    """An account of the house to which clients of a region transfer, with an IBAN or as Chinese banks number theirs."""

    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    is_offered = models.BooleanField(_("offered"), default=False)
    holder = models.CharField(_("account holder"), max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    number = models.CharField(_("account number"), max_length=34, blank=True)
    branch = models.CharField(_("branch"), max_length=120, blank=True)
    bank_code = models.CharField(_("code of the branch (CNAPS)"), max_length=12, blank=True)
    least = models.DecimalField(_("from (in the region's currency)"), max_digits=12, decimal_places=2, default=0)
    most = models.DecimalField(_("up to"), max_digits=12, decimal_places=2)
    hold_days = models.PositiveSmallIntegerField(
        _("days to pay"), default=7, help_text=_("So long the pieces are kept. Then the order lapses, and they are free again.")
    )
    remind_days = models.PositiveSmallIntegerField(_("reminder, days before the end"), default=2)
    for_launches = models.BooleanField(_("also for pieces of a launch"), default=False)
    csv_layout = models.ForeignKey(CsvLayout, models.PROTECT, null=True, blank=True, verbose_name=_("bank's table"))

    #: What clients are told of it, and `Transfer` keeps.
    TOLD = ("holder", "bank", "iban", "bic", "number", "branch", "bank_code")

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["region", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["region"], condition=models.Q(is_offered=True), name="one_account_a_region"),
            models.CheckConstraint(condition=models.Q(least__lte=models.F("most")), name="account_least_below_most"),
            models.CheckConstraint(condition=models.Q(hold_days__gte=1, hold_days__lte=60), name="account_holds_for_days"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} · {self.iban or self.number}"

    @property
    def account(self) -> str:
        """What names the account in a statement: without spaces."""
        return self.iban or self.number

    @property
    def holds_for(self) -> timedelta:
        return timedelta(days=self.hold_days)

    def clean(self) -> None:
        self.iban, self.bic = self.iban.replace(" ", "").upper(), self.bic.replace(" ", "").upper()
        self.number, wrong = self.number.replace(" ", ""), {}
        if bool(self.iban) == bool(self.number):
            wrong["iban"] = _("Please give either an IBAN or an account number.")
        elif self.iban and not iban.is_valid(self.iban):
            wrong["iban"] = _("The check digits of this IBAN do not fit.")
        if self.bic and not bic.is_valid(self.bic):
            wrong["bic"] = _("This is not a BIC.")
        if self.number and not self.number.isalnum():
            wrong["number"] = _("Please write letters and digits only.")
        if self.least is not None and self.most is not None and self.least > self.most:
            wrong["most"] = _("The least amount is above the most.")
        if not 1 <= (self.hold_days or 0) <= 60:
            wrong["hold_days"] = _("Please choose 1 to 60 days.")
        if wrong:
            raise ValidationError(wrong)


class Transfer(models.Model):
    """What is awaited by bank for an order. What has come in stands in the book; until when it is awaited, on the order.

    The account as it was told to the client stands here too: it may be changed, or closed, while he pays.
    """

    order = models.OneToOneField("order.Order", models.PROTECT, related_name="transfer", verbose_name=_("order"))
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+", verbose_name=_("account"))
    reference = models.CharField(_("reference"), max_length=25, unique=True)
    holder = models.CharField(_("account holder"), max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    number = models.CharField(_("account number"), max_length=34, blank=True)
    branch = models.CharField(_("branch"), max_length=120, blank=True)
    bank_code = models.CharField(_("code of the branch (CNAPS)"), max_length=12, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    class Meta:
        verbose_name = _("awaited transfer")
        verbose_name_plural = _("awaited transfers")

    def __str__(self) -> str:
        return self.reference


class Statement(models.Model):
    """One file of the bank. The same file again is known by its hash."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements", verbose_name=_("account"))
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(_("hash"), max_length=64, unique=True)
    lines_read = models.PositiveIntegerField(_("lines in the file"), default=0)
    at = models.DateTimeField(_("read"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-at", "-pk"]
        permissions = [("import_statement", "Can read bank statements in")]

    def __str__(self) -> str:
        return self.name


class LineState(models.TextChoices):
    OPEN = "open", _("To be decided")
    ASSIGNED = "assigned", _("Assigned")
    PUT_ASIDE = "put aside", _("Put aside")


class StatementLine(models.Model):
    """A booked line of a statement, stored once however many files hold it. Only its state changes, with who and why."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines", verbose_name=_("account"))
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines", verbose_name=_("statement"))
    identity = models.CharField(_("identity"), max_length=80)
    booked_on = models.DateField(_("booked"))
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    currency = models.CharField(_("currency"), max_length=3)
    payer = models.CharField(_("payer"), max_length=140, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=60, blank=True)
    text = models.CharField(_("purpose"), max_length=500, blank=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    bank_reference = models.CharField(_("bank's reference"), max_length=160, blank=True)
    is_reversal = models.BooleanField(_("taken back by the bank"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=LineState, default=LineState.OPEN)
    aside_because = models.CharField(_("put aside because"), max_length=200, blank=True)
    aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("put aside by")
    )
    aside_at = models.DateTimeField(_("put aside"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ["booked_on", "pk"]
        permissions = [("assign_statementline", "Can assign transfers to orders")]
        constraints = [
            models.UniqueConstraint(fields=["account", "identity"], name="a_line_is_stored_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="statement_line_is_not_zero"),
        ]
        indexes = [models.Index(fields=["booked_on", "id"], name="line_to_decide", condition=models.Q(state=LineState.OPEN))]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount} {self.currency} {self.payer}"


class Assignment(models.Model):
    """So much of a line is an order's. ``by`` is None where its reference said so; an undoing is a negative row."""

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="assignments", verbose_name=_("line"))
    order = models.ForeignKey("order.Order", models.PROTECT, related_name="assignments", verbose_name=_("order"))
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undone_by", verbose_name=_("takes back")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"))
    written_at = models.DateTimeField(_("written"), db_default=Now())

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undoes=None, amount__gt=0) | models.Q(undoes__isnull=False, amount__lt=0),
                name="an_undoing_is_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} → {self.order_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("an assignment is written once: undo it by another")
        super().save(*args, **kwargs)


class OverState(models.TextChoices):
    TO_SEND = "to send", _("To be sent back")
    SENT = "sent", _("Sent back")
    KEPT = "kept", _("Kept for the client")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OVER_MOVES: dict[str, frozenset[str]] = {
    OverState.TO_SEND: frozenset({OverState.SENT, OverState.WITHDRAWN}),
    OverState.KEPT: frozenset({OverState.WITHDRAWN}),
    OverState.SENT: frozenset(),
    OverState.WITHDRAWN: frozenset(),
}


class Overpayment(models.Model):
    """What staff decided about money that an order does not need: kept, or sent back, by another person than who decided."""

    order = models.ForeignKey("order.Order", models.PROTECT, related_name="overpayments", verbose_name=_("order"))
    amount = models.DecimalField(_("amount"), max_digits=15, decimal_places=3)
    state = models.CharField(_("state"), max_length=12, choices=OverState)
    payee = models.CharField(_("to"), max_length=140, blank=True)
    payee_account = models.CharField(_("to account"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent or withdrawn by")
    )
    ended_at = models.DateTimeField(_("sent or withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("overpayment")
        verbose_name_plural = _("overpayments")
        ordering = ["-decided_at", "-pk"]
        permissions = [
            ("decide_overpayment", "Can decide what becomes of overpayments"),
            ("send_overpayment", "Can say that an overpayment was sent back"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="overpayment_is_positive")]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

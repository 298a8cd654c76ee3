"""Orders: Oscar's, with region, language, promise, tax per line, consents and rights, and a log that knows persons."""

import secrets
from datetime import date
from typing import Any

from babel import Locale
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.abstract_models import AbstractShippingAddress
from oscar.apps.order.abstract_models import AbstractLine, AbstractOrder, AbstractOrderStatusChange

from services.delivery.addresses import FIELDS
from services.engraving import surfaces
from services.foundation import codes
from services.foundation.formats import day_words

from .states import CANCELLABLE, CHANGEABLE, MOVES, STANDING, WHOLE_MOVES, OrderState, SizerState


def new_number() -> str:
    """An order number that does not count: 26^10 possibilities, in two groups."""
    return codes.new(5, 5)


def of_order(path: str, order_id: int) -> models.Q:
    """What belongs to an order or to one of its parcels; ``path`` leads to the order."""
    return models.Q(**{path: order_id}) | models.Q(**{f"{path}__whole": order_id})


class Order(AbstractOrder):
    """Replaces Oscar's order. `status` holds an OrderState; amounts are in `currency` and stand from placement on.

    An order with several recipients is one row with the money (`has_parcels`) and one for each parcel, whose `whole` it is.
    """

    number = models.CharField(_("order number"), max_length=128, unique=True, default=new_number)
    status = models.CharField(_("state"), max_length=100, choices=OrderState, default=OrderState.AWAITING_PAYMENT, db_index=True)
    region_code = models.CharField(_("region"), max_length=8)
    language = models.CharField(_("language"), max_length=10)
    contact_mobile = models.CharField(_("mobile (E.164)"), max_length=16, blank=True)
    access_key = models.CharField(_("key of the signed link"), max_length=43, default=secrets.token_urlsafe)
    placement_key = models.UUIDField(_("placement"), unique=True, null=True)
    whole = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parcels", verbose_name=_("parcel of order")
    )
    has_parcels = models.BooleanField(_("several recipients"), default=False)
    payment_method = models.CharField(_("way to pay"), max_length=30, default="full")
    #: As shown at placement, or when the size was confirmed for which it waited; never changed.
    promised_on = models.DateField(_("promised on"), null=True, blank=True)
    promised_anew_on = models.DateField(_("promised anew for"), null=True, blank=True)
    requested_on = models.DateField(_("not before"), null=True, blank=True)
    bench_done_on = models.DateField(_("bench done by"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    pay_until = models.DateTimeField(_("pay until"), null=True, blank=True, db_index=True)
    terms_version = models.CharField(_("terms"), max_length=40, blank=True)

    class Meta(AbstractOrder.Meta):
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [
            ("pack_order", "Can pack orders"),
            ("dispatch_order", "Can dispatch orders (captures the payment)"),
            ("review_order", "Can hold orders for review"),
            ("cancel_order", "Can cancel orders"),
            ("promise_order", "Can promise orders anew"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def email(self) -> str:
        """Where letters go; empty when the client gave only a mobile number, or was erased since."""
        known = self.user.email if self.user and not self.user.erased_at else None
        return self.guest_email or known or ""

    @property
    def can_be_cancelled(self) -> bool:
        return self.status in CANCELLABLE

    @property
    def can_be_changed(self) -> bool:
        return self.status in CHANGEABLE and not self.has_parcels

    @property
    def is_parcel(self) -> bool:
        """Whether it is one parcel of an order with several recipients."""
        return self.whole_id is not None

    @property
    def payer(self) -> "Order":
        """The order that its payer knows and that the money belongs to: itself, or for a parcel its whole."""
        return self.whole if self.whole_id else self

    @property
    def moves(self) -> frozenset[str]:
        """Where it may go from where it stands."""
        return (WHOLE_MOVES if self.has_parcels else MOVES)[self.status]

    @property
    def promise(self) -> date | None:
        """The promise that holds: the first, or the one the client agreed to when a change moved it."""
        return self.promised_anew_on or self.promised_on

    @property
    def due_on(self) -> date | None:
        """The day the client expects it: the promise, or the later day he asked for."""
        return max((day for day in (self.promise, self.requested_on) if day), default=None)

    @property
    def stands(self) -> bool:
        return self.status in STANDING


class Line(surfaces.Lines, AbstractLine):
    """Replaces Oscar's line to keep tax as it was quoted, the variant's words as they were sold, and the line's rights."""

    tax_rate = models.DecimalField(_("tax rate"), max_digits=6, decimal_places=5, default=0)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10, blank=True)
    variant_words = models.CharField(_("variant"), max_length=160, blank=True)
    #: What of its price is for the words on the lid of its box. It stands when they are left out, as every price does.
    lid_incl_tax = models.DecimalField(_("words on the lid, with tax"), max_digits=12, decimal_places=2, default=0)
    lid_excl_tax = models.DecimalField(_("words on the lid, before tax"), max_digits=12, decimal_places=2, default=0)
    returnable = models.BooleanField(_("can be returned"), default=True)
    right_code = models.CharField(_("right to return"), max_length=40, default="withdrawal")

    class Meta(AbstractLine.Meta):
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")

    @property
    def piece_incl_tax(self):
        """The price of its pieces without the words on the lid: a box with words does not come back with its piece."""
        return self.line_price_incl_tax - self.lid_incl_tax

    @property
    def piece_excl_tax(self):
        """The same before tax."""
        return self.line_price_excl_tax - self.lid_excl_tax

    @property
    def line_tax(self):
        """Tax of the whole line in the order's currency."""
        return self.line_price_incl_tax - self.line_price_excl_tax


class OrderStatusChange(AbstractOrderStatusChange):
    """Replaces Oscar's log row to say who moved the order and why."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_words = models.CharField(_("by"), max_length=60, default="house")
    reason = models.CharField(_("reason"), max_length=200, blank=True)


def know_country(code: str) -> None:
    """A country (ISO 3166-1) to which staff let parcels go after the house was opened, under its English name."""
    name = Locale("en").territories[code]
    row = {"printable_name": name, "name": name, "iso_3166_1_a3": "", "iso_3166_1_numeric": ""}
    apps.get_model("address", "Country").objects.get_or_create(iso_3166_1_a2=code, defaults=row)


class ShippingAddress(AbstractShippingAddress):
    """Replaces Oscar's address: one name field, E.164 telephone, province/city/district as China writes them.

    ``line1`` street, ``line2`` second line or district (CN), ``line4`` city, ``state`` province or subdivision code.
    """

    name = models.CharField(_("name"), max_length=120, blank=True)
    district = models.CharField(_("district"), max_length=80, blank=True)
    mobile = models.CharField(_("mobile (E.164)"), max_length=16, blank=True)

    #: Where Oscar keeps the fields that are called otherwise in `services.delivery.addresses.FIELDS`.
    COLUMNS = {"country": "country_id", "subdivision": "state", "city": "line4"}

    @property
    def fields(self) -> dict[str, str]:
        """The address in the fields in which it was typed."""
        return {field: getattr(self, self.COLUMNS.get(field, field)) or "" for field in FIELDS}

    def write(self, fields: dict[str, str]) -> None:
        """Put such fields into the columns, and into those that Oscar reads beside them. The caller saves."""
        for field in FIELDS:
            setattr(self, self.COLUMNS.get(field, field), fields[field])
        self.last_name, self.phone_number = fields["name"], fields["mobile"]
        know_country(fields["country"])


class Consent(models.Model):
    """What a client agreed to, word for word, when and in which language. Rows are never changed."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="consents", verbose_name=_("order"))
    line = models.ForeignKey(Line, models.CASCADE, null=True, related_name="consents", verbose_name=_("line"))
    kind = models.CharField(_("kind"), max_length=40)
    text = models.TextField(_("words shown"))
    language = models.CharField(_("language"), max_length=10)
    terms_version = models.CharField(_("terms"), max_length=40, blank=True)
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.given_at:%Y-%m-%d %H:%M}"


class ChangeKind(models.TextChoices):
    ADDRESS = "address", _("Recipient and address")
    DAY = "day", _("Day")
    GIFT = "gift", _("Card and packing")
    ENGRAVING = "engraving", _("Engraving")
    PROMISE = "promise", _("Promised day")
    SIZE = "size", _("Size")


#: What the fields of a change are called; days stand in it as ISO dates. A proof's hash is kept beside them and read by nobody.
CHANGED_FIELDS = {
    "name": _("Recipient"),
    "mobile": _("Mobile"),
    "subdivision": _("Province or state"),
    "city": _("Town"),
    "district": _("District"),
    "line1": _("Street and number"),
    "line2": _("Floor, door (if any)"),
    "postcode": _("Postcode"),
    "size": _("Size"),
    "promise": _("Promised for"),
    "requested_on": _("Not before"),
    "box": _("Box"),
    "ribbon": _("Ribbon"),
    "card": _("Card"),
    "engraving": _("Engraving"),
    "lid": _("Words on the lid"),
    "face": _("Typeface"),
    "zone": _("Place"),
    "paper": _("Wrapping paper"),
    "carrier": _("Carrier bag"),
    "card_face": _("Face of the card"),
    "sender": _("Signed"),
}
_DAYS = ("promise", "requested_on")


class OrderChange(models.Model):
    """What a client changed until the parcel was packed, and a promise that the house moved. Rows are written once.

    ``before`` and ``after`` hold the changed fields only, as the client reads them in the order's language; days are ISO dates.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="changes", verbose_name=_("order"))
    line = models.ForeignKey(Line, models.CASCADE, null=True, blank=True, related_name="changes", verbose_name=_("line"))
    kind = models.CharField(_("kind"), max_length=20, choices=ChangeKind)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_words = models.CharField(_("by"), max_length=60, default="client")
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change by the client")
        verbose_name_plural = _("changes by the client")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Field, before and after, in words of the active language."""

        def said(field: str, value: str) -> str:
            return day_words(date.fromisoformat(value)) if field in _DAYS and value else value

        return [
            (str(CHANGED_FIELDS[field]), said(field, self.before[field]), said(field, self.after[field]))
            for field in CHANGED_FIELDS
            if field in self.after
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("a change is written once: write another")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("what was changed is kept")


def new_sizer_code() -> str:
    """The code on the label of a sizer."""
    return codes.new(*SIZER_GROUPS)


#: How the code on a sizer's label is grouped.
SIZER_GROUPS = (4, 4)


class Sizer(models.Model):
    """A sizer that travels before its piece: the line is engraved once the client has confirmed the size."""

    line = models.OneToOneField(Line, models.PROTECT, related_name="sizer", verbose_name=_("order line"))
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_sizer_code)
    state = models.CharField(_("state"), max_length=20, choices=SizerState, default=SizerState.TO_SEND, db_index=True)
    wanted_at = models.DateTimeField(_("asked for"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    adviser_told_at = models.DateTimeField(_("adviser told"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("size confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("sizer")
        verbose_name_plural = _("sizers")
        ordering = ["wanted_at", "id"]
        permissions = [("send_sizer", "Can send sizers")]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_state_display()})"


from oscar.apps.order.models import *  # noqa: E402, F403 - Oscar's models that we do not replace come last

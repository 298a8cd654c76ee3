"""Boxes, ribbons, paper, bags, cards: what the house offers and has, and what a line asked for."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .card import FACE_NAMES, Card


class OptionKind(models.TextChoices):
    BOX = "box", _("Box")
    RIBBON = "ribbon", _("Ribbon")
    PAPER = "paper", _("Wrapping paper")
    BAG = "bag", _("Carrier bag")


class PackingOption(models.Model):
    """One article of the packing bench: a box, a ribbon, a paper or a bag. ``stock`` None: the house does not count it.

    ``fits`` are the kinds of pieces it takes, none meaning all; ``holds`` is how many pieces a box takes together. Measures
    are its inside, in millimetres.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=OptionKind)
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=60)
    colour = models.CharField(_("colour"), max_length=7, validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")])
    is_offered = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    barcode = models.CharField(
        _("barcode"), max_length=40, null=True, blank=True, unique=True, validators=[RegexValidator(r"^[0-9A-Z-]+$")]
    )
    fits = models.ManyToManyField(
        "catalogue.ProductClass", blank=True, related_name="+", verbose_name=_("takes"), help_text=_("None: every kind.")
    )
    holds = models.PositiveSmallIntegerField(_("pieces it takes"), default=1)
    length_mm = models.PositiveSmallIntegerField(_("length inside (mm)"), null=True, blank=True)
    width_mm = models.PositiveSmallIntegerField(_("width inside (mm)"), null=True, blank=True)
    height_mm = models.PositiveSmallIntegerField(_("height inside (mm)"), null=True, blank=True)
    stock = models.IntegerField(_("in stock"), null=True, blank=True, editable=False)
    low_at = models.PositiveIntegerField(_("low from"), default=20)

    class Meta:
        verbose_name = _("packing option")
        verbose_name_plural = _("packing articles")
        ordering = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="one_option_a_code"),
            models.CheckConstraint(condition=models.Q(stock=None) | models.Q(stock__gte=0), name="packing_stock_is_real"),
            models.CheckConstraint(condition=models.Q(holds__gte=1), name="a_box_takes_a_piece"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_out(self) -> bool:
        return self.stock == 0

    @property
    def measures(self) -> str:
        """Its inside: 90 × 90 × 40 mm; empty where nobody measured it."""
        sides = (self.length_mm, self.width_mm, self.height_mm)
        return " × ".join(map(str, sides)) + " mm" if all(sides) else ""


class MoveReason(models.TextChoices):
    DELIVERED = "delivered", _("Delivered")
    COUNTED = "counted", _("Counted")
    SPOILT = "spoilt", _("Spoilt at the bench")
    ORDERED = "ordered", _("Taken by an order")
    GIVEN_BACK = "given back", _("Given back by an order")


class StockMove(models.Model):
    """What came to an article's stock, or went: who, when, why. Rows are never changed."""

    article = models.ForeignKey(PackingOption, models.PROTECT, related_name="moves", verbose_name=_("article"))
    number = models.IntegerField(_("number"))
    reason = models.CharField(_("reason"), max_length=12, choices=MoveReason)
    order_line = models.ForeignKey(
        "order.Line", models.PROTECT, null=True, blank=True, related_name="packing_moves", verbose_name=_("order line")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(number=0), name="stock_move_is_not_zero")]

    def __str__(self) -> str:
        return f"{self.article} {self.number:+d}"


class Wrapping(models.Model):
    """How one line is packed. Nothing in the parcel ever shows a price.

    With ``in_box_of`` the piece lies in another line's box: that one has ribbon, paper, bag and card, and is counted.
    """

    bag_line = models.OneToOneField(
        "basket.Line", models.CASCADE, null=True, blank=True, related_name="wrapping", verbose_name=_("bag line")
    )
    order_line = models.OneToOneField(
        "order.Line", models.PROTECT, null=True, blank=True, related_name="wrapping", verbose_name=_("order line")
    )
    box = models.ForeignKey(PackingOption, models.PROTECT, related_name="+", verbose_name=_("box"))
    ribbon = models.ForeignKey(PackingOption, models.PROTECT, related_name="+", verbose_name=_("ribbon"))
    paper = models.ForeignKey(
        PackingOption, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("wrapping paper")
    )
    carrier = models.ForeignKey(
        PackingOption, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carrier bag")
    )
    in_box_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="guests", verbose_name=_("in the box of")
    )
    card_text = models.TextField(_("card"), blank=True)
    card_face = models.CharField(_("card's face"), max_length=10, choices=list(FACE_NAMES.items()), default="roman")
    card_from = models.CharField(_("signed"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("gift packing")
        verbose_name_plural = _("gift packing")
        constraints = [
            models.CheckConstraint(condition=models.Q(bag_line=None) ^ models.Q(order_line=None), name="packs_bag_or_order")
        ]

    def __str__(self) -> str:
        return f"{self.box}, {self.ribbon}"

    @property
    def articles(self) -> list[PackingOption]:
        """What the bench takes from its shelves for it: nothing for a piece that lies in another's box."""
        if self.in_box_of_id:
            return []
        return [each for each in (self.box, self.ribbon, self.paper, self.carrier) if each]

    @property
    def card(self) -> Card:
        return Card(self.card_text, self.card_face, self.card_from)


class GiftState(models.TextChoices):
    PREPARED = "prepared", _("Not paid yet")
    WAITING = "waiting", _("Waiting for the recipient")
    OPENED = "opened", _("Opened by the recipient")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined by the recipient")
    LAPSED = "lapsed", _("Not accepted in time")
    WITHDRAWN = "withdrawn", _("Withdrawn")


G = GiftState
#: Each state of a gift and where it may go. What was accepted is only ever withdrawn by the house, with its order.
GIFT_MOVES: dict[str, frozenset[str]] = {
    G.PREPARED: frozenset({G.WAITING, G.WITHDRAWN}),
    G.WAITING: frozenset({G.OPENED, G.LAPSED, G.WITHDRAWN}),
    G.OPENED: frozenset({G.ACCEPTED, G.DECLINED, G.LAPSED, G.WITHDRAWN}),
    G.ACCEPTED: frozenset({G.WITHDRAWN}),
    G.DECLINED: frozenset(),
    G.LAPSED: frozenset(),
    G.WITHDRAWN: frozenset(),
}
#: The link can be answered.
OPEN_GIFTS = (G.WAITING, G.OPENED)
#: Nothing comes of it any more.
ENDED_GIFTS = (G.DECLINED, G.LAPSED, G.WITHDRAWN)


class GiftLink(models.Model):
    """An order whose recipient says himself where it goes, behind a link that only he can open (see `links`).

    The link's secret is kept nowhere: it follows from the seed and the house's secret key; ``secret_sha256`` finds its row.
    ``contact`` (e-mail or E.164) is what the giver named and the recipient proves; it is forgotten once the gift has ended.
    """

    order = models.OneToOneField("order.Order", models.PROTECT, related_name="gift_link", verbose_name=_("order"))
    state = models.CharField(_("state"), max_length=10, choices=GiftState, default=GiftState.PREPARED)
    seed = models.CharField(max_length=64)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    country = models.CharField(_("country (ISO 3166-1)"), max_length=2)
    recipient = models.CharField(_("recipient"), max_length=60)
    contact = models.CharField(_("contact"), max_length=254, blank=True)
    giver = models.CharField(_("signed"), max_length=40, blank=True)
    message = models.TextField(_("message"), blank=True)
    is_surprise = models.BooleanField(_("only the closed box is shown"), default=False)
    house_writes = models.BooleanField(_("the house sends the link"), default=False)
    language = models.CharField(_("language of the recipient"), max_length=10)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True, db_index=True)
    reminded = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    thanks = models.TextField(_("thanks"), blank=True)
    thanked_at = models.DateTimeField(_("thanked"), null=True, blank=True)

    class Meta:
        verbose_name = _("gift by link")
        verbose_name_plural = _("gifts by link")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=GiftState.PREPARED)
                | models.Q(state=GiftState.WITHDRAWN)
                | models.Q(expires_at__isnull=False),
                name="an_open_gift_has_an_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_GIFTS

    @property
    def is_unanswered(self) -> bool:
        """Paid or not, its recipient has neither accepted nor declined it, and nobody has taken it back."""
        return self.is_open or self.state == GiftState.PREPARED

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED_GIFTS

    @property
    def is_accepted(self) -> bool:
        return self.state == GiftState.ACCEPTED


class GiftMove(models.Model):
    """One step of a gift: from where to where, when, by whom. Rows are never changed."""

    gift = models.ForeignKey(GiftLink, models.CASCADE, related_name="moves", verbose_name=_("gift by link"))
    old_state = models.CharField(_("before"), max_length=10, choices=GiftState)
    new_state = models.CharField(_("after"), max_length=10, choices=GiftState)
    by_words = models.CharField(_("by"), max_length=60)
    words = models.CharField(_("what was chosen"), max_length=400, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("step of a gift")
        verbose_name_plural = _("steps of a gift")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.old_state} → {self.new_state}"


class ExchangeRequest(models.Model):
    """The recipient of a gift asks for another size, once for each piece. An adviser answers; money is never part of it."""

    order_line = models.OneToOneField("order.Line", models.PROTECT, related_name="exchange_request", verbose_name=_("order line"))
    gift = models.ForeignKey(GiftLink, models.PROTECT, related_name="exchange_requests", verbose_name=_("gift by link"))
    wanted = models.ForeignKey("catalogue.Product", models.PROTECT, related_name="+", verbose_name=_("size asked for"))
    words = models.TextField(_("note"), blank=True)
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    class Meta:
        verbose_name = _("exchange asked for")
        verbose_name_plural = _("exchanges asked for")
        permissions = [("answer_exchangerequest", "Can answer exchange requests")]

    def __str__(self) -> str:
        return f"{self.order_line_id} {self.asked_at:%Y-%m-%d}"

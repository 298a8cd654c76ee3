"""An order as client and letters read it, in a constant number of queries."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from catalog.models import Picture
from checkout.basket.contents import picture_of
from checkout.invoicing.models import Document, Fapiao
from checkout.packing.bench import Passport, passport
from checkout.transfers import showing
from services.deferred.models import Part, Plan
from services.deferred.states import PlanState
from services.delivery import addresses
from services.engraving import second_looks, surfaces
from services.engraving.models import NOT_BEGUN, BenchSlot, Inscription, Job, JobState
from services.engraving.surfaces import LID, PIECE
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.provider.methods import CARD, METHODS
from services.foundation.provider.models import OPEN_STATES, Attempt, AttemptState
from services.foundation.regions.models import TaxMode
from services.foundation.regions.roster import all_regions
from services.gifting.models import GiftLink, Wrapping

from .models import Line, Order, ShippingAddress, Sizer, of_order
from .states import OVER, OrderState


@dataclass(frozen=True)
class Engraved:
    """What a surface of a line carries, how far the bench is with it, and what a second pair of eyes said."""

    inscription: Inscription
    job: Job | None
    #: The day on which its first piece has a place at the bench.
    bench_on: date | None
    second_look: dict[str, str] | None

    @property
    def can_be_looked_at(self) -> bool:
        """Whether somebody else can still be asked to look at it before the bench begins."""
        return self.job is None or self.job.state in NOT_BEGUN


@dataclass
class LineView:
    """One line with its crafts."""

    line: Line
    picture: Picture | None
    #: What its piece and the lid of its box carry, as far as it was not withdrawn.
    engraved: dict[str, Engraved]
    wrapping: Wrapping | None
    tax_is_added: bool = False
    sizer: Sizer | None = None

    @property
    def inscription(self) -> Inscription | None:
        """On the piece itself."""
        return self.engraved[PIECE].inscription if PIECE in self.engraved else None

    @property
    def job(self) -> Job | None:
        """The bench's job with the piece itself."""
        return self.engraved[PIECE].job if PIECE in self.engraved else None

    @property
    def lid(self) -> Inscription | None:
        """On the lid of its box."""
        return self.engraved[LID].inscription if LID in self.engraved else None

    @property
    def surfaces(self) -> list[Engraved]:
        """Both, piece first."""
        return list(self.engraved.values())

    @property
    def waits_for_size(self) -> bool:
        """Whether its engraving waits until the client has confirmed the size."""
        return self.inscription is not None and self.inscription.waits_for_size

    @property
    def amount(self) -> Decimal:
        """What stands beside the piece: with its tax, or before it where the region adds tax below."""
        whole = self.line.line_price_excl_tax if self.tax_is_added else self.line.line_price_incl_tax
        return whole - self.lid_amount

    @property
    def lid_amount(self) -> Decimal:
        """What stands beside the words on the lid of its box, in the same way."""
        return self.line.lid_excl_tax if self.tax_is_added else self.line.lid_incl_tax


@dataclass
class OrderView:
    """Everything the order page and the letters show.

    Of an order with several recipients ``lines`` are those of all its parcels, and ``parcels`` each of them by itself; of one
    parcel ``plan`` and ``attempts`` are those of its whole.
    """

    order: Order
    lines: list[LineView]
    plan: Plan | None
    attempts: list[Attempt]
    address: ShippingAddress | None
    #: Whether the order's region shows prices before tax and adds it below them.
    tax_is_added: bool
    #: Seal and photographs, once it is packed.
    passport: Passport | None = None
    #: A gift by link. Where it goes is known to the house and the recipient alone: then ``address`` is None.
    gift: GiftLink | None = None
    parcels: list["OrderView"] = field(default_factory=list)
    #: Its invoice and credit notes, in the order in which they were issued.
    documents: list[Document] = field(default_factory=list)
    #: What is awaited, and what has come, by bank; None for an order that is paid otherwise.
    transfer: showing.Awaited | None = None
    fapiao: Fapiao | None = None
    #: Whether its client can still say for whom the fapiao is.
    asks_fapiao: bool = False

    @property
    def goods(self) -> Decimal:
        """The pieces together, as they stand beside their lines."""
        return sum((item.amount + item.lid_amount for item in self.lines), Decimal(0))

    @property
    def delivery(self) -> Decimal:
        """The delivery, with its tax or before it, like the pieces."""
        return self.order.shipping_excl_tax if self.tax_is_added else self.order.shipping_incl_tax

    @property
    def tax(self) -> Decimal:
        return self.order.total_incl_tax - self.order.total_excl_tax

    @property
    def tax_rate(self) -> Decimal | None:
        """The rate of all lines (a fraction), None where they have several or none."""
        rates = {item.line.tax_rate for item in self.lines}
        return next(iter(rates)) if len(rates) == 1 and any(rates) else None

    @property
    def address_lines(self) -> list[str]:
        """Where it goes, below the name, as the country there writes it."""
        return addresses.written(self.address.fields) if self.address else []

    @property
    def was_charged(self) -> bool:
        """Whether money has ever moved for it."""
        return any(a.captured_amount for a in self.attempts)

    @property
    def has_transferred(self) -> bool:
        """Whether money for it has come by bank."""
        return self.transfer is not None and self.transfer.received > 0

    @property
    def was_authorised(self) -> bool:
        """Whether a bank keeps, or kept, an amount ready for it."""
        return any(a.state in (AttemptState.AUTHORISED, AttemptState.VOIDED) for a in self.attempts)

    @property
    def is_standing(self) -> bool:
        """Whether it is on its way to the client, or waits for his payment: there is a day and an address to name."""
        return self.order.stands or self.order.can_be_changed

    @property
    def is_expected(self) -> bool:
        """Whether the client waits for it on a day."""
        if self.gift:  # somebody else does
            return False
        return self.is_standing and self.order.due_on is not None and self.order.status != OrderState.HANDED_OVER

    @property
    def has_receipt(self) -> bool:
        """Whether there is something to receipt: money that moved, or that the bank keeps ready. A parcel's is its whole's."""
        return not self.order.is_parcel and (self.was_charged or self.is_authorised or self.has_transferred)

    @property
    def decline(self) -> bool:
        """Whether the last card was declined and nothing has been paid since."""
        if self.order.status != OrderState.AWAITING_PAYMENT:
            return False
        return any(a.decline_code for a in self.attempts)

    @property
    def is_authorised(self) -> bool:
        return any(a.state == AttemptState.AUTHORISED for a in self.attempts)

    @property
    def waits_for_size(self) -> bool:
        """Whether a piece of it waits for its size, so that no day is promised yet."""
        return any(item.waits_for_size for item in self.lines)

    @property
    def can_pay_by_card(self) -> bool:
        """Whether it waits to be paid by another method than a card."""
        return any(a.state in OPEN_STATES and a.page_method != CARD for a in self.attempts)

    @property
    def paid_with(self) -> str:
        """The name of the provider's method that paid it, where that was no card."""
        paid = [a for a in self.attempts if a.captured_amount and a.page_method in METHODS]
        return METHODS[paid[0].page_method].name if paid else ""

    @property
    def payable(self) -> Part | None:
        """The part of its plan that the client can pay on its page now."""
        return self.plan.payable(timezone.now()) if self.plan else None

    @property
    def deposit_binds(self) -> bool:
        """Whether its deposit is no longer given back for a change of mind."""
        return self.plan is not None and self.plan.binds(timezone.now())

    @property
    def keeps_deposit(self) -> bool:
        """Whether it ended with the deposit kept by the house."""
        return self.plan is not None and self.plan.state == PlanState.MISSED and self.plan.deposit_is_binding

    @property
    def compensation(self) -> Decimal:
        """What the house owes besides what was paid, for having failed."""
        failed = self.plan is not None and self.plan.deposit_is_binding and self.order.status == OrderState.CANCELLED
        return writing.balance(self.order.pk, Account.COMPENSATION) if failed else Decimal(0)

    @property
    def can_be_cancelled(self) -> bool:
        if self.deposit_binds:
            return False
        if self.gift and self.gift.is_accepted:
            return False
        if self.order.is_parcel and (self.order.payer.status != OrderState.CONFIRMED or self.plan):
            return False
        jobs = [each.job for item in self.lines for each in item.surfaces if each.job]
        taken_up = any(job.state not in (*NOT_BEGUN, JobState.CANCELLED) for job in jobs)
        orders = [self.order, *(each.order for each in self.parcels if each.order.status != OrderState.CANCELLED)]
        return all(each.can_be_cancelled for each in orders) and not taken_up


def _bench_day(surface: str) -> Subquery:
    places = BenchSlot.objects.filter(order_line=OuterRef("pk"), surface=surface)
    return Subquery(places.order_by("day").values("day")[:1])


def _engraved(line: Any) -> dict[str, Engraved]:
    """Of a line with its inscriptions and what `read` annotates."""
    found = {
        PIECE: (line.inscription, line.bench_on, line.second_look),
        LID: (line.lid_inscription, line.lid_bench_on, line.lid_second_look),
    }
    return {
        surface: Engraved(kept, getattr(kept, "job", None), bench_on, said)
        for surface, (kept, bench_on, said) in found.items()
        if kept and not kept.withdrawn_at
    }


def read(order: Order, *, for_house: bool = False) -> OrderView:
    """Read an order with lines, crafts, plan and payments.

    What its client reads; ``for_house``: what is read behind the shop and on the parcel, which is also where a gift by link goes.
    """
    own = Line.objects.filter(of_order("order", order.pk)) if order.has_parcels else order.lines
    lines = (
        own.select_related(
            "product__metal",
            "product__parent",
            "sizer",
            "wrapping__box",
            "wrapping__ribbon",
            "wrapping__paper",
            "wrapping__carrier",
        )
        .prefetch_related(surfaces.kept(), "product__pictures", "product__parent__pictures")
        .annotate(
            bench_on=_bench_day(PIECE),
            lid_bench_on=_bench_day(LID),
            second_look=second_looks.said_of("order_line"),
            lid_second_look=second_looks.said_of("order_line", LID),
        )
        .order_by("pk")
    )
    views = []
    region = all_regions().get(order.region_code)
    tax_is_added = region is not None and region.tax_mode == TaxMode.ADDED
    for line in lines:
        views.append(
            LineView(
                line=line,
                picture=picture_of(line.product.piece, line.product.metal_id) if line.product else None,
                engraved=_engraved(line),
                wrapping=getattr(line, "wrapping", None),
                tax_is_added=tax_is_added,
                sizer=getattr(line, "sizer", None),
            )
        )
    plan = Plan.objects.filter(order_id=order.whole_id or order.pk).prefetch_related("parts").first()
    if plan and not order.whole_id:
        plan.order = order
    gift = GiftLink.objects.filter(order=order).first()
    address = None
    if for_house or gift is None:
        address = ShippingAddress.objects.filter(pk=order.shipping_address_id).select_related("country").first()
    documents = list(Document.objects.filter(order_id=order.whole_id or order.pk).order_by("pk"))
    attempts = list(Attempt.objects.filter(order_id=order.whole_id or order.pk).order_by("pk"))
    view = OrderView(order, views, plan, attempts, address, tax_is_added, passport(order), gift, documents=documents)
    view.transfer = showing.of(order.payer)
    if region and region.asks_fapiao and not order.is_parcel:
        view.fapiao = Fapiao.objects.filter(order_id=order.pk).first()
        view.asks_fapiao = order.status not in OVER and not (view.fapiao and view.fapiao.issued_at)
    return _with_parcels(view) if order.has_parcels else view


def _with_parcels(view: OrderView) -> OrderView:
    """An order with several recipients, and each of its parcels."""
    rows = view.order.parcels.select_related("shipping_address__country").order_by("pk")
    for parcel in rows:
        parcel.whole = view.order
        lines = [item for item in view.lines if item.line.order_id == parcel.pk]
        own = replace(view, order=parcel, lines=lines, address=parcel.shipping_address, passport=passport(parcel), parcels=[])
        view.parcels.append(own)
    return view

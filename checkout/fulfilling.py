"""What staff do with a confirmed order: bench, packing, dispatch (which captures the payment), hand-over."""

from datetime import datetime

from django.db import transaction

from services.deferred import agreeing
from services.deferred.models import Plan
from services.engraving.models import Job, JobState
from services.foundation.outbox import posting
from services.foundation.provider import port
from services.foundation.refusal import Refusal
from services.gifting import links

from . import capturing, parcels
from .order import moving
from .order.models import Line, Order
from .order.moving import CannotMove, move
from .order.states import OrderState
from .packing import bench
from .refusals import ChangedMeanwhile
from .transfers import offering, reckoning


class BenchNotDone(Refusal):
    """Facts: number."""

    code = "bench-not-done"

    def sentence(self) -> str:
        from django.utils.translation import gettext as _

        return _("Order %(number)s still waits for the atelier.") % self.facts


class CaptureRefused(Refusal):
    """Facts: number, reason (the provider's code)."""

    code = "capture-refused"

    def sentence(self) -> str:
        from django.utils.translation import gettext as _

        return _("The payment of order %(number)s could not be captured (%(reason)s). It was not sent.") % self.facts


class UnderReview(Refusal):
    """Facts: number."""

    code = "under-review"

    def sentence(self) -> str:
        from django.utils.translation import gettext as _

        return _("Order %(number)s is held back for review; please leave it until it is released.") % self.facts


class NotPaid(Refusal):
    """Facts: number."""

    code = "not-paid"

    def sentence(self) -> str:
        from django.utils.translation import gettext as _

        return (
            _("Order %(number)s is not covered by a payment and stays in the house. Please ask the payments desk.") % self.facts
        )


def hear_job(sender: type[Job], job: Job, by_id: int | None, **_more: object) -> None:
    """The bench says that a job moved (engraving's signal)."""
    if job.state != JobState.CANCELLED:
        follow_job(job, by_id=by_id)


def follow_job(job: Job, *, by_id: int | None) -> None:
    """The bench moved a job: the order goes into the atelier with the first, and on to packing after the last."""
    order = moving.lock(Line.objects.values_list("order_id", flat=True).get(inscription=job.inscription_id))
    if order.status == OrderState.UNDER_REVIEW:
        raise UnderReview(number=order.number)  # takes the bench's move back with it
    follow_bench(order, by_id=by_id)


def follow_bench(order: Order, *, by_id: int | None) -> None:
    """The order, locked, follows the jobs it has left."""
    states = set(
        Job.objects.filter(inscription__order_line__order=order).exclude(state=JobState.CANCELLED).values_list("state", flat=True)
    )
    if order.status == OrderState.CONFIRMED and states & {JobState.TAKEN_UP, JobState.DONE, JobState.INSPECTED}:
        move(order, OrderState.IN_ATELIER, by_id=by_id, by_words="atelier")
    if order.status == OrderState.IN_ATELIER and states <= {JobState.INSPECTED}:
        move(order, OrderState.READY_TO_PACK, by_id=by_id, by_words="atelier")


def pack(order: Order, *, seal: str, by_id: int, now: datetime, seen: int | None = None) -> None:
    """Close the parcel under its seal. ``seen`` is the client's last change that the packer saw (None: there was none).

    The order's lock is the one `changing` takes: a change is either in the parcel, or refused because it is packed.
    Raises BenchNotDone, ChangedMeanwhile, CannotMove, or what `bench.close` raises; then nothing has changed.
    """
    open_jobs = Job.objects.filter(inscription__order_line__order=order).exclude(
        state__in=(JobState.INSPECTED, JobState.CANCELLED)
    )
    if open_jobs.exists():
        raise BenchNotDone(number=order.number)
    with transaction.atomic():
        locked = moving.lock(order.pk)
        if bench.last_change(locked) != seen:
            raise ChangedMeanwhile(number=order.number)
        if OrderState.PACKED not in locked.moves:
            raise CannotMove(number=order.number, state=locked.status, to=OrderState.PACKED)
        bench.close(locked, seal, by_id=by_id, now=now)
        move(order, OrderState.PACKED, by_id=by_id, by_words="packing bench")


def is_covered(order: Order) -> bool:
    """Whether the order is authorised or captured in full, or its plan lets the goods go (owed, not yet all collected).

    In full means the price that is left: some of it may have been taken off since; of a parcel, what is due when it leaves.
    """
    if order.payer.payment_method == offering.WAY:
        return reckoning.owed(order.payer) <= 0
    plan = Plan.objects.filter(order=order.payer).first()
    if plan:
        return plan.covers_dispatch
    return capturing.covered(order.payer) >= capturing.due(order)


def dispatch(order: Order, *, by_id: int, now: datetime) -> None:
    """Capture what was authorised, then hand over to the courier. Raises CannotMove, NotPaid, CaptureRefused or port.Unknown.

    Repeated after an unknown outcome it never takes the money twice. Each parcel of several takes its own part (`capturing`).
    """
    if order.has_parcels or OrderState.DISPATCHED not in order.moves:
        raise CannotMove(number=order.number, state=order.status, to=OrderState.DISPATCHED)
    if not is_covered(order):
        raise NotPaid(number=order.number)
    if order.payer.payment_method != offering.WAY and not Plan.objects.filter(order=order.payer).exists():
        try:
            capturing.take(order, now=now)
        except port.Declined as no:
            raise CaptureRefused(number=order.number, reason=no.code) from no
    with transaction.atomic():
        parcels.lock_whole(order)
        move(order, OrderState.DISPATCHED, by_id=by_id, by_words="dispatch")
        posting.post("letter.dispatched", key=f"letter:dispatched:{order.pk}", order_id=order.pk)
        posting.post("invoice.issue", key=f"invoice:dispatched:{order.pk}", order_id=order.pk)
        gift = links.of_order(order.pk)
        if gift:
            posting.post("gift.on_its_way", key=f"gift:on-its-way:{gift.pk}", gift_id=gift.pk)
        parcels.follow(order, by_id=by_id)


def hand_over(order: Order, *, by_id: int, now: datetime) -> None:
    """The client has it. Raises CannotMove."""
    with transaction.atomic():
        parcels.lock_whole(order)
        move(order, OrderState.HANDED_OVER, by_id=by_id, by_words="dispatch")
        Order.objects.filter(pk=order.pk).update(handed_over_at=now)
        plan = Plan.objects.filter(order=order).first()
        for part_id in agreeing.handed_over(plan, now=now) if plan else ():
            posting.post("letter.payment_due", key=f"letter:payment-due:{part_id}:1", part_id=part_id, number=1)
        parcels.follow(order, by_id=by_id)

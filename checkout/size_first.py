"""A client confirms the size of a piece whose sizer travelled first: the same, or another of the same price that is there.

Job before order, as everywhere at the bench. The unit of the new size is claimed before the old one is free again; the engraving
is laid out anew for the new size, and where its proof differs, the client has looked at it and given both consents anew. Then the
bench gets the job and its day, and the day of delivery is promised, stored and told, all in one transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime

from catalog.models import Product
from catalog.partner.pricing import prices_of
from services.engraving import commissioning, reserving, working
from services.engraving.models import Inscription, JobState, Zone
from services.foundation.outbox import posting
from services.foundation.units import availability, claiming
from services.foundation.units.models import Unit

from . import awaiting_size, consenting, engraving_changes, resizing
from .order.models import ChangeKind, Line, Order, OrderChange, Sizer
from .order.states import SizerState
from .refusals import OtherBench, ProofDiffers, SizeGone, SizeKnown, SizeNotOffered
from .totals import WORKING_DAYS_A_WEEK


@dataclass(frozen=True)
class Choice:
    """A size that the client can confirm; ``is_ordered``: the one that is held for him."""

    variant: Product
    is_ordered: bool
    can_be_had: bool


def choices(order: Order, line: Line, *, now: datetime) -> list[Choice]:
    """The size that was ordered, and those of the same metal that cost the same today. Three queries."""
    ordered = line.product
    if ordered is None:
        return []
    sisters = Product.objects.filter(parent_id=ordered.parent_id, metal_id=ordered.metal_id).exclude(size="")
    found = list(sisters.select_related("parent", "metal").order_by("size_position", "position"))
    prices = prices_of([each.pk for each in found], region_code=order.region_code, now=now)
    to_order = frozenset(each.pk for each in found if each.piece.made_to_order_weeks)
    free = availability.of_variants([each.pk for each in found], made_to_order=to_order)
    return [
        Choice(each, each.pk == ordered.pk, each.pk == ordered.pk or free[each.pk].can_be_bought)
        for each in found
        if each.pk == ordered.pk or (each.is_public and ordered.pk in prices and prices.get(each.pk) == prices[ordered.pk])
    ]


def confirm(
    order: Order,
    line_id: int,
    variant_id: int,
    *,
    shown: str,
    language: str,
    by_id: int | None,
    now: datetime,
    wish: commissioning.Wish | None = None,
) -> OrderChange:
    """Confirm a size, once. ``wish``: the engraving as the client confirmed it anew, where the size changes its proof.

    ``shown``: the version of what the page showed. Raises SizeKnown, SizeNotOffered, SizeGone, ProofDiffers, OtherBench,
    BenchFull, TooLate, InReview, SeenBefore, or a refusal of engraving; then nothing has changed.
    """
    with engraving_changes.held(order, line_id, shown=shown, now=now) as (locked, kept, job):
        if job is None or job.state != JobState.SIZE:
            raise SizeKnown()
        line = Line.objects.select_related("product__parent", "product__metal").get(pk=line_id)
        chosen = next((each for each in choices(locked, line, now=now) if each.variant.pk == variant_id), None)
        if chosen is None:
            raise SizeNotOffered()
        new, old_size, old_proof, old_text = chosen.variant, kept.size, kept.proof_sha256, kept.text
        _lay_out(locked, line, kept, new, wish, language=language, now=now)
        weeks = _exchange(line, new)
        if new.pk != line.product_id:
            resizing.rewrite(locked, line, new)
        way = awaiting_size.way_of(locked, now=now)
        first = way.bench_done(bench_days=weeks * WORKING_DAYS_A_WEEK + kept.zone.work_days, now=now)
        day = reserving.reserve(order_line_id=line.pk, method=kept.zone.method, quantity=line.quantity, not_before=first)
        working.void_card(job)
        commissioning.move(job, JobState.WAITING, by_id=by_id, words=new.size, due_on=day)
        Sizer.objects.filter(line=line).update(state=SizerState.CONFIRMED, confirmed_at=now)
        promise = awaiting_size.promise(locked, now=now, weeks=weeks)
        before, after = {"size": old_size}, {"size": new.size}
        if kept.proof_sha256 != old_proof:
            before |= {"engraving": _on_one_line(old_text), "proof": old_proof}
            after |= {"engraving": _on_one_line(kept.text), "proof": kept.proof_sha256}
        return _tell(locked, line, before, after, promise, by_id=by_id, now=now)


def _lay_out(
    order: Order,
    line: Line,
    kept: Inscription,
    new: Product,
    wish: commissioning.Wish | None,
    *,
    language: str,
    now: datetime,
) -> None:
    """The engraving in the size that is confirmed. Raises ProofDiffers, OtherBench, or a refusal of engraving."""
    if wish is None:
        if new.size != kept.size and commissioning.proof_in(kept, new.size) != kept.proof_sha256:
            raise ProofDiffers(size=new.size)
        commissioning.confirm_size(kept, new.size)
        return
    zone = Zone.objects.get(pk=wish.zone_id)
    if zone.piece_id != kept.zone.piece_id:
        raise OtherBench()
    kept.waits_for_size = False
    commissioning.rewrite(kept, wish, language=language, now=now, size=new.size)
    consenting.to_inscription(order, line, kept)


def _exchange(line: Line, new: Product) -> int:
    """The piece in the new size, claimed before the old one is given back; returns the weeks of making where it has none yet.

    Raises SizeGone.
    """
    weeks = new.piece.made_to_order_weeks or 0
    if new.pk == line.product_id:
        missing = line.quantity - Unit.objects.filter(order_line=line).count()
        if missing > 0:  # made to order: one may have come into stock meanwhile
            missing -= claiming.claim_instead(order_line_id=line.pk, variant_id=new.pk, quantity=missing)
    else:
        missing = line.quantity - claiming.exchange(order_line_id=line.pk, variant_id=new.pk, quantity=line.quantity)
    if missing > 0 and not weeks:
        raise SizeGone(size=new.size)
    return weeks if missing > 0 else 0


def _tell(
    order: Order, line: Line, before: dict, after: dict, promise: date | None, *, by_id: int | None, now: datetime
) -> OrderChange:
    if promise:
        before["promise"], after["promise"] = "", promise.isoformat()
    change = OrderChange.objects.create(
        order=order, line=line, kind=ChangeKind.SIZE, before=before, after=after, by_id=by_id, by_words="client", at=now
    )
    posting.post("letter.sized", key=f"letter:sized:{change.pk}", change_id=change.pk)
    return change


def _on_one_line(text: str) -> str:
    return " / ".join(text.split("\n"))

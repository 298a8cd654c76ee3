"""An order as client and letters read it, in a constant number of queries."""

from dataclasses import dataclass

from catalog.models import Picture
from checkout.basket.contents import picture_of
from services.deferred.models import Plan
from services.engraving.models import Inscription, Job, JobState
from services.foundation.provider.models import Attempt, AttemptState
from services.gifting.models import Wrapping

from .models import Line, Order, ShippingAddress
from .states import OrderState


@dataclass
class LineView:
    """One line with its crafts."""

    line: Line
    picture: Picture | None
    inscription: Inscription | None
    wrapping: Wrapping | None
    job: Job | None


@dataclass
class OrderView:
    """Everything the order page and the letters show."""

    order: Order
    lines: list[LineView]
    plan: Plan | None
    attempts: list[Attempt]
    address: ShippingAddress | None

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
    def can_be_cancelled(self) -> bool:
        taken_up = any(x.job and x.job.state not in (JobState.WAITING, JobState.CANCELLED) for x in self.lines)
        return self.order.can_be_cancelled and not taken_up


def read(order: Order) -> OrderView:
    """Read an order with lines, crafts, plan and payments."""
    lines = (
        order.lines.select_related(
            "product__metal",
            "product__parent",
            "inscription__zone",
            "inscription__job",
            "wrapping__box",
            "wrapping__ribbon",
        )
        .prefetch_related("product__pictures", "product__parent__pictures")
        .order_by("pk")
    )
    views = []
    for line in lines:
        inscription = getattr(line, "inscription", None)
        views.append(
            LineView(
                line=line,
                picture=picture_of(line.product.piece, line.product.metal_id) if line.product else None,
                inscription=inscription,
                wrapping=getattr(line, "wrapping", None),
                job=getattr(inscription, "job", None) if inscription else None,
            )
        )
    plan = Plan.objects.filter(order=order).prefetch_related("parts").first()
    address = ShippingAddress.objects.filter(pk=order.shipping_address_id).select_related("country").first()
    return OrderView(order, views, plan, list(order.attempts.all()), address)

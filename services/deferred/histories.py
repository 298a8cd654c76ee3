"""What a client has ordered here before, as far as a way to pay asks for it."""

from datetime import date

from django.db.models import Q

from services.foundation.provider.models import Attempt

from .eligibility import History
from .models import Part
from .states import OWED, PartState, PlanState


def of_client(client_id: int | None, *, today: date) -> History:
    """His paid orders and missed parts; two queries. A guest has no history.

    Paid: handed over, nothing went back, and its plan, if there was one, is done. Missed: a part that failed and is still owed,
    one that is overdue and his to pay, or a balance whose window has closed.
    """
    if client_id is None:
        return History()
    his = Attempt.objects.filter(order__user_id=client_id, order__handed_over_at__isnull=False, captured_amount__gt=0)
    paid = his.filter(Q(order__plan=None) | Q(order__plan__state=PlanState.DONE)).exclude(order__attempts__refunded_amount__gt=0)
    overdue = Q(state=PartState.DUE, due_on__lt=today, next_try_at=None, plan__state=PlanState.RUNNING)
    missed = Part.objects.filter(plan__order__user_id=client_id)
    return History(
        is_known=True,
        paid_orders=paid.values("order").distinct().count(),
        missed=missed.filter(overdue | Q(failures__gt=0, state__in=OWED) | Q(plan__state=PlanState.MISSED)).count(),
    )

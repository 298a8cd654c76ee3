"""The links that lead a client to what he owes, without signing in: they show no more than that, and run out.

The link of a letter is signed with its time; the way back from the provider's page is signed for one payment.
"""

from datetime import datetime, timedelta

from django.core import signing

from services.deferred.models import Plan
from services.foundation.house import house
from services.foundation.provider.models import Attempt
from services.foundation.regions.links import absolute

#: How long after its page was opened a payment is told of to whoever comes back from it.
TOLD_FOR = timedelta(days=1)


def _links() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="what is owed", sep=".")


def _ways() -> signing.Signer:
    return signing.Signer(salt="paid a part", sep=".")


def link(plan: Plan) -> str:
    """The address for a letter, valid for the house's days."""
    order = plan.order
    token = _links().sign(str(plan.pk))
    return absolute("owed-link", region=order.region_code, language=order.language, args=(token,))


def find(token: str) -> Plan | None:
    """The plan of a link that has not run out and whose client was not erased."""
    try:
        pk = _links().unsign(token, max_age=timedelta(days=house().dunning.link_days))
    except signing.BadSignature:  # forged, cut off by a mail programme, or too old
        return None
    return standing(int(pk))


def standing(plan_id: int) -> Plan | None:
    """A plan that can be told of to the holder of its link."""
    plan = Plan.objects.select_related("order__user").filter(pk=plan_id).first()
    erased = plan is not None and plan.order.user is not None and plan.order.user.erased_at
    return None if erased else plan


def way_back(attempt: Attempt) -> str:
    """Where the client comes back to from the provider's page of a part: the same address however often it is asked for."""
    order = attempt.order
    return absolute("part-return", region=order.region_code, language=order.language, args=(_ways().sign(str(attempt.pk)),))


def came_back(token: str, *, now: datetime) -> Attempt | None:
    """The payment from whose page somebody comes back; None for a forged address, or one of long ago."""
    try:
        pk = _ways().unsign(token)
    except signing.BadSignature:
        return None
    recent = Attempt.objects.filter(page_expires_at__gt=now - TOLD_FOR)
    return recent.select_related("order__user").filter(pk=int(pk), order__user__erased_at=None).first()

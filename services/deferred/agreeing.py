"""Whether an order may be paid in instalments, and writing down what the client agreed to."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from services.foundation.formats import money
from services.foundation.provider.models import Attempt
from services.foundation.refusal import Refusal
from services.foundation.regions.models import Region
from services.foundation.regions.roster import all_regions

from .instalments import Instalment, schedule
from .models import EligibilityRule, Part, Plan, Share
from .states import PartState, PlanKind, PlanState

#: What this way of paying is called among a region's.
WAY = PlanKind.INSTALMENTS
#: When parts are collected on their day, in the client's zone: awake, so that a question can be asked.
COLLECT_AT = time(9)


class NotEligible(Refusal):
    """Facts: why ("region" | "amount"), least, most (amounts), currency."""

    code = "not-eligible"

    def sentence(self) -> str:
        if self.facts["why"] == "amount":
            currency = self.facts["currency"]
            return _("Instalments are offered for orders from %(least)s to %(most)s.") % {
                "least": money(self.facts["least"], currency),
                "most": money(self.facts["most"], currency),
            }
        return _("Instalments are not offered in your region.")


def refusal_of(region: Region) -> NotEligible | None:
    """Why nobody in this region pays in instalments. None where they are offered, or where the house offers them nowhere."""
    if WAY in region.payment_methods or not any(WAY in other.payment_methods for other in all_regions().values()):
        return None
    return NotEligible(why="region")


def offer(*, region_code: str, total: Decimal, currency: str, first: date) -> list[Instalment]:
    """The schedule an order of this total may have. Raises NotEligible with the reason the client is told."""
    rules = list(EligibilityRule.objects.filter(region_id=region_code, is_offered=True).order_by("least"))
    for rule in rules:
        if rule.least <= total <= rule.most:
            return schedule(total, parts=rule.parts, currency=currency, first=first)
    if rules:
        raise NotEligible(why="amount", least=rules[0].least, most=rules[-1].most, currency=currency)
    raise NotEligible(why="region")


@transaction.atomic
def agree(
    *, order_id: int, parts: list[Instalment], currency: str, agreement: str, language: str, zone: ZoneInfo, now: datetime
) -> Plan:
    """Store the instalments agreed to: the first paid on the provider's page, the others collected at nine on their days.

    Runs inside the placement's transaction.
    """
    total = sum((part.amount for part in parts), Decimal(0))
    plan = Plan.objects.create(
        order_id=order_id,
        kind=PlanKind.INSTALMENTS,
        total=total,
        currency=currency,
        agreement=agreement,
        language=language,
        zone_name=zone.key,
        agreed_at=now,
    )
    Part.objects.bulk_create(
        Part(
            plan=plan,
            number=part.number,
            due_on=part.due_on,
            amount=part.amount,
            next_try_at=datetime.combine(part.due_on, COLLECT_AT, zone) if part.number > 1 else None,
        )
        for part in parts
    )
    return plan


def begin(plan: Plan, *, attempt: Attempt, customer: str, method: str, now: datetime) -> None:
    """The first part is paid: keep the method for the others. Safe to call again."""
    first = plan.parts.get(number=1)
    Part.objects.filter(pk=first.pk).exclude(state=PartState.PAID).update(state=PartState.PAID, paid_at=now)
    Share.objects.get_or_create(attempt=attempt, part=first, defaults={"amount": first.amount})
    Plan.objects.filter(pk=plan.pk, state=PlanState.AGREED).update(state=PlanState.RUNNING, customer=customer, method=method)


def cancel(plan: Plan) -> None:
    """Nothing more is collected. A charge already under way keeps its part until its outcome is known: see `collecting`."""
    Part.objects.filter(plan=plan, state__in=(PartState.DUE, PartState.DECLINED)).update(state=PartState.CANCELLED)
    Plan.objects.filter(pk=plan.pk).exclude(state=PlanState.DONE).update(state=PlanState.CANCELLED)

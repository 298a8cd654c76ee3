"""Letters about a plan that does not run as agreed: kind, each once, with a link to pay that needs no sign-in.

What has changed since a letter was due is not told any more.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from services.deferred.models import CardChange, Part, Plan, PlanAct
from services.deferred.states import ActKind, PartState
from services.foundation.contacts.senders import sender
from services.foundation.formats import money
from services.foundation.house import house
from services.foundation.regions.links import storefront

from . import letters, recovering
from .letters import gettext_noop


def _failed(part_id: int, tries: int) -> Part | None:
    """The part, if it still stands where it stood when the letter was due."""
    part = Part.objects.select_related("plan__order__user").get(pk=part_id)
    stands = part.failures and part.tries == tries and part.state in (PartState.DUE, PartState.DECLINED)
    return part if stands else None


def _send(plan: Plan, name: str, subject: str, **facts: Any) -> None:
    order, link = plan.order, recovering.link(plan)
    with storefront(order.region_code, order.language):
        said = _(subject) % {"number": order.number}
        if not order.email:  # a message has no room for more than the link that helps
            sender().send(order.contact_mobile, f"{house().name} {said} {link}")
            return
        letters.send(order, name, said, plan=plan, pay_link=link, **facts)


def part_declined(part_id: int, tries: int) -> None:
    """A part was declined: when it is tried again, or until when it waits for the client; and how to pay it now."""
    part = _failed(part_id, tries)
    if part:
        _send(part.plan, "part_declined", gettext_noop("An instalment for order %(number)s was declined"), part=part)


def part_overdue(part_id: int) -> None:
    """What was to be paid after delivery was not: called to mind, with the way to pay it."""
    part = _failed(part_id, 0)
    if part:
        _send(part.plan, "part_overdue", gettext_noop("The payment of your order %(number)s is still open"), part=part)


def with_desk(part_id: int, tries: int) -> None:
    """Its grace is over: a person of the house will be in touch."""
    part = _failed(part_id, tries)
    if part:
        _send(part.plan, "part_with_desk", gettext_noop("May we help? A payment for order %(number)s"), part=part)


def desk_told(part_id: int, tries: int) -> None:
    """To the advisers, in the house's first language: a client has not answered, and a person is asked for."""
    part = _failed(part_id, tries)
    if part is None:
        return
    with translation.override(house().first_language):
        facts = {
            "number": part.plan.order.number,
            "part": part.number,
            "amount": money(part.amount, part.plan.currency),
        }
        subject = _("A part of order %(number)s was not paid") % facts
        words = _(
            "Part %(part)s of order %(number)s (%(amount)s) was declined, and its days of grace are over. "
            "Please speak with the client, and write down what was agreed. Goods that are not sent yet wait."
        )
        link = settings.SITE_URL + reverse("arrears-plan", "flagship.urls", args=[part.plan_id])
        send_mail(subject, f"{words % facts}\n\n{link}\n", house().mail_from, [house().adviser_email])


def plan_act(act_id: int) -> None:
    """A person of the house paused the plan, agreed new days, or handed it over."""
    act = PlanAct.objects.select_related("plan__order__user").get(pk=act_id)
    subjects = {
        ActKind.PAUSE: gettext_noop("Your payments for order %(number)s are paused"),
        ActKind.NEW_DATES: gettext_noop("New days for your payments: order %(number)s"),
        ActKind.HAND_OVER: gettext_noop("Your payments for order %(number)s"),
    }
    days = [(int(number), date.fromisoformat(day)) for number, day in sorted(act.after.items(), key=lambda row: int(row[0]))]
    amounts = dict(act.plan.parts.values_list("number", "amount"))
    rows = [(number, day, amounts[number]) for number, day in days]
    _send(act.plan, "plan_act", subjects[ActKind(act.kind)], act=act, rows=rows, move=f"act.{act.pk}")


def card_kept(change_id: int) -> None:
    """Another card is kept for a plan: said to the client, in case it was somebody else."""
    change = CardChange.objects.select_related("plan__order__user").get(pk=change_id)
    _send(change.plan, "card_kept", gettext_noop("Another card is kept for order %(number)s"), move=f"card.{change.pk}")

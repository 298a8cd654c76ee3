"""The ways to pay later in words, in the active language: on pieces, in checkout, and as they are agreed to.

The law's word for a deposit is chosen here, and nowhere else: 定金, arrhes for one that binds; 订金, acompte for an advance.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from services.foundation.formats import date_words, listed, money, percent, zone_words

from .models import Part, Plan
from .offers import Offer
from .states import PlanKind, Way


@dataclass(frozen=True)
class Said:
    """An offer as pages show it; ``refusal`` says why it cannot be had, and then there is nothing but its name."""

    code: str
    name: str
    refusal: str = ""
    terms: str = ""
    #: Each part's day, and its amount in the offer's currency.
    schedule: tuple[tuple[str, Decimal], ...] = ()
    agreement: str = ""


def said(offer: Offer) -> Said:
    """An offer in words."""
    if offer.refusal:
        return Said(offer.code, name(offer), refusal=offer.refusal.sentence())
    return Said(offer.code, name(offer), terms=terms(offer), schedule=tuple(_schedule(offer)), agreement=agreement(offer))


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """A day with its year and the hour, in a client's zone."""
    local = moment.astimezone(zone)
    return _("%(day)s, %(hour)s") % {"day": date_words(local), "hour": f"{local:%H:%M}"}


def deposit_word(*, is_binding: bool) -> str:
    """What a deposit is called: by its effect in law."""
    return pgettext("binding deposit", "Deposit") if is_binding else pgettext("advance, given back", "Advance payment")


def name(offer: Offer) -> str:
    """What a way is called, also where it cannot be had, so without amounts."""
    if offer.kind == Way.DEPOSIT:
        if offer.rule.deposit_is_binding:
            return pgettext("binding deposit", "Deposit and balance")
        return pgettext("advance, given back", "Advance payment and balance")
    if offer.kind == Way.AFTER_DELIVERY:
        return _("After delivery")
    if offer.kind == Way.PROVIDER:
        return offer.method.name
    return ngettext("%(n)s monthly instalment", "%(n)s monthly instalments", offer.rule.parts) % {"n": offer.rule.parts}


def terms(offer: Offer) -> str:
    """Its terms in a line: what is paid when, and what it costs in all."""
    if offer.kind == Way.AFTER_DELIVERY:
        return ngettext(
            "Nothing now; all of it within %(n)s day of delivery.",
            "Nothing now; all of it within %(n)s days of delivery.",
            offer.rule.due_days or 0,
        ) % {"n": offer.rule.due_days}
    if offer.kind == Way.PROVIDER:
        facts = {"name": offer.method.name}
        if offer.method.is_later:
            return _("Later or in parts, as you agree with %(name)s on its page; the house is paid at once.") % facts
        return _("Charged now, on the page of %(name)s.") % facts
    first = money(offer.now, offer.currency)
    if offer.kind == Way.DEPOSIT:
        return _("%(deposit)s now, %(balance)s from %(opens)s to %(closes)s.") % {
            "deposit": first,
            "balance": money(offer.parts[-1].amount, offer.currency),
            "opens": date_words(_opens(offer)),
            "closes": date_words(offer.parts[-1].due_on),
        }
    if not offer.cost:
        return _("%(amount)s a month, without interest; the first now.") % {"amount": first}
    return _("%(amount)s a month, the first now. It costs %(cost)s: %(total)s in all, %(rate)s a year.") % {
        "amount": first,
        **_costs(offer),
    }


def summary(offers: Collection[Offer]) -> str:
    """The one line on a piece's page: the best of what this client can have, or that there is nothing for this piece."""
    can = [offer for offer in offers if offer.refusal is None and (offer.has_plan or offer.method.is_later)]
    free = [offer for offer in can if offer.kind == Way.INSTALMENTS and not offer.cost]
    if free:
        best = max(free, key=lambda offer: offer.rule.parts)
        facts = {"n": best.rule.parts, "amount": money(best.now, best.currency)}
        return _("Or up to %(n)s monthly instalments without interest, from %(amount)s a month") % facts
    if can:
        return _("Or pay later")
    return _("Payment at a later date: not for this piece at the moment")


def agreement(offer: Offer) -> str:
    """What a client agrees to, part by part, with what becomes of it when he or the house fails."""
    if offer.kind == Way.PROVIDER:
        return ""  # the client agrees with the method's owner alone
    if offer.kind == Way.AFTER_DELIVERY:
        facts = {"amount": money(offer.total, offer.currency), "n": offer.rule.due_days}
        return _("I agree to pay %(amount)s within %(n)s days of delivery, on the page of my order.") % facts
    if offer.kind == Way.DEPOSIT:
        return _deposit_agreement(offer)
    facts = {"count": len(offer.parts), "parts": _parts(offer)}
    if not offer.cost:
        return (
            _(
                "I agree to pay in %(count)s monthly instalments without interest: %(parts)s. "
                "The first is paid now; the others are collected from the same card on these days."
            )
            % facts
        )
    return _(
        "I agree to pay in %(count)s monthly instalments: %(parts)s. Paying in instalments costs %(cost)s, so that I pay "
        "%(total)s in all; that is %(rate)s a year. The first is paid now; the others are collected from the same card on "
        "these days."
    ) % (facts | _costs(offer))


def _deposit_agreement(offer: Offer) -> str:
    zone = offer.zone
    opens, closes = _opens(offer), offer.parts[-1].closes_at
    facts = {
        "deposit": money(offer.now, offer.currency),
        "balance": money(offer.parts[-1].amount, offer.currency),
        "opens": moment_words(opens, zone),
        "closes": moment_words(closes or opens, zone),
        "zone": zone_words(zone),
    }
    if offer.rule.deposit_is_binding:
        return (
            _(
                "I agree to pay a deposit of %(deposit)s now and the balance of %(balance)s from %(opens)s to %(closes)s "
                "(%(zone)s). Until the balance can be paid I may cancel and have the deposit back. If I do not pay the balance "
                "in time, the order ends and the house keeps the deposit; if the house does not deliver, it returns the deposit "
                "double."
            )
            % facts
        )
    return (
        _(
            "I agree to pay an advance of %(deposit)s now and the balance of %(balance)s from %(opens)s to %(closes)s "
            "(%(zone)s). If I do not pay the balance in time, the order ends and I have the advance back."
        )
        % facts
    )


def _costs(offer: Offer) -> dict[str, str]:
    return {
        "cost": money(offer.cost, offer.currency),
        "total": money(offer.total, offer.currency),
        "rate": percent(offer.yearly_rate),
    }


def _opens(offer: Offer) -> datetime:
    last = offer.parts[-1]
    if last.opens_at is None:
        raise ValueError("a balance has a window")
    return last.opens_at


def _parts(offer: Offer) -> str:
    return listed(
        _("%(number)s. %(day)s: %(amount)s")
        % {"number": part.number, "day": date_words(part.due_on), "amount": money(part.amount, offer.currency)}
        for part in offer.parts
    )


def _schedule(offer: Offer) -> list[tuple[str, Decimal]]:
    """Each part's day in words, and its amount."""
    if offer.kind in (Way.AFTER_DELIVERY, Way.PROVIDER):
        return []
    if offer.kind == Way.DEPOSIT:
        deposit, balance = offer.parts
        words = deposit_word(is_binding=offer.rule.deposit_is_binding)
        until = _("Balance, until %(day)s") % {"day": date_words(balance.due_on)}
        return [(f"{words} · {date_words(deposit.due_on)}", deposit.amount), (until, balance.amount)]
    return [(date_words(part.due_on), part.amount) for part in offer.parts]


def plan_words(plan: Plan) -> str:
    """What a plan is called above its parts."""
    if plan.kind == PlanKind.DEPOSIT:
        if plan.deposit_is_binding:
            return pgettext("binding deposit", "Deposit and balance")
        return pgettext("advance, given back", "Advance payment and balance")
    return str(PlanKind(plan.kind).label)


def part_words(part: Part, plan: Plan) -> str:
    """What a part of a plan is called, with when it is to be paid."""
    if plan.kind == PlanKind.AFTER_DELIVERY:
        if plan.order.handed_over_at is None:
            return ngettext("Within %(n)s day of delivery", "Within %(n)s days of delivery", plan.due_days or 0) % {
                "n": plan.due_days
            }
        return _("Until %(day)s") % {"day": date_words(part.due_on)}
    if plan.kind == PlanKind.DEPOSIT:
        if part.opens_at is None or part.closes_at is None:
            return deposit_word(is_binding=plan.deposit_is_binding)
        return _("Balance, from %(opens)s to %(closes)s") % {
            "opens": moment_words(part.opens_at, plan.zone),
            "closes": moment_words(part.closes_at, plan.zone),
        }
    return date_words(part.due_on)

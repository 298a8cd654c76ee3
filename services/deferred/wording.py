"""The ways to pay later in words, in the active language: on pieces, in checkout, and as they are agreed to."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.foundation.formats import date_words, listed, money, percent

from .offers import Offer


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
    schedule = tuple((date_words(part.due_on), part.amount) for part in offer.parts)
    return Said(offer.code, name(offer), terms=terms(offer), schedule=schedule, agreement=agreement(offer))


def name(offer: Offer) -> str:
    """What a way is called, with its months: also where it cannot be had, so without amounts."""
    return ngettext("%(n)s monthly instalment", "%(n)s monthly instalments", offer.rule.parts) % {"n": offer.rule.parts}


def terms(offer: Offer) -> str:
    """Its terms in a line: what is paid when, and what it costs in all."""
    each = money(offer.now, offer.currency)
    if not offer.cost:
        return _("%(amount)s a month, without interest; the first now.") % {"amount": each}
    return _("%(amount)s a month, the first now. It costs %(cost)s: %(total)s in all, %(rate)s a year.") % {
        "amount": each,
        "cost": money(offer.cost, offer.currency),
        "total": money(offer.total, offer.currency),
        "rate": percent(offer.yearly_rate),
    }


def summary(offers: Collection[Offer]) -> str:
    """The one line on a piece's page: the best of what this client can have, or that there is nothing for this piece."""
    can = [offer for offer in offers if offer.refusal is None]
    free = [offer for offer in can if not offer.cost]
    if free:
        best = max(free, key=lambda offer: offer.rule.parts)
        facts = {"n": best.rule.parts, "amount": money(best.now, best.currency)}
        return _("Or up to %(n)s monthly instalments without interest, from %(amount)s a month") % facts
    if can:
        return _("Or pay later")
    return _("Payment at a later date: not for this piece at the moment")


def agreement(offer: Offer) -> str:
    """What a client agrees to, part by part."""
    facts = {"count": len(offer.parts), "parts": _parts(offer)}
    if not offer.cost:
        return (
            _(
                "I agree to pay in %(count)s monthly instalments without interest: %(parts)s. "
                "The first is paid now; the others are collected from the same card on these days."
            )
            % facts
        )
    facts |= {
        "cost": money(offer.cost, offer.currency),
        "total": money(offer.total, offer.currency),
        "rate": percent(offer.yearly_rate),
    }
    return (
        _(
            "I agree to pay in %(count)s monthly instalments: %(parts)s. Paying in instalments costs %(cost)s, so that I pay "
            "%(total)s in all; that is %(rate)s a year. The first is paid now; the others are collected from the same card on "
            "these days."
        )
        % facts
    )


def _parts(offer: Offer) -> str:
    return listed(
        _("%(number)s. %(day)s: %(amount)s")
        % {"number": part.number, "day": date_words(part.due_on), "amount": money(part.amount, offer.currency)}
        for part in offer.parts
    )

"""What a client can have: the region's rules, each with its schedule or with the reason why not."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from services.foundation.memory import Kept
from services.foundation.provider import capabilities
from services.foundation.provider.methods import CARD, METHODS, Method
from services.foundation.regions.models import Region
from services.foundation.regions.roster import all_regions

from . import deposits, eligibility, histories, instalments
from .eligibility import History, Reason, Want
from .instalments import Instalment
from .models import EligibilityRule
from .refusals import NotEligible, NotHere, WayGone
from .states import Way


def _read() -> dict[str, list[EligibilityRule]]:
    found: dict[str, list[EligibilityRule]] = defaultdict(list)
    order = {way: position for position, way in enumerate(Way.values)}
    rules = EligibilityRule.objects.filter(is_offered=True)
    for rule in sorted(rules, key=lambda rule: (order[rule.kind], rule.parts, rule.method, rule.least, rule.pk)):
        found[rule.region_id].append(rule)
    return dict(found)


#: The rules that are offered, by region; changed by staff, they hold everywhere within seconds.
all_rules: Kept[dict[str, list[EligibilityRule]]] = Kept(_read)


@dataclass(frozen=True)
class Offer:
    """One way to pay later: its parts and what it costs, in ``currency`` and the region's zone; or ``refusal`` and no parts."""

    rule: EligibilityRule
    currency: str
    zone: ZoneInfo
    parts: tuple[Instalment, ...] = ()
    cost: Decimal = Decimal(0)
    refusal: NotEligible | None = None

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def kind(self) -> str:
        return self.rule.kind

    @property
    def has_plan(self) -> bool:
        """Whether the house has a plan with the client; the provider's methods are one charge to us."""
        return self.kind != Way.PROVIDER

    @property
    def page_method(self) -> str:
        """What the provider's page takes, as the provider calls it."""
        return self.rule.method if self.kind == Way.PROVIDER else CARD

    @property
    def method(self) -> Method:
        """The provider's method, of an offer that is one."""
        return METHODS[self.rule.method]

    @property
    def total(self) -> Decimal:
        """All that is paid in the end."""
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def now(self) -> Decimal:
        """What is paid at once: nothing where all is paid after delivery."""
        return Decimal(0) if self.kind == Way.AFTER_DELIVERY else self.parts[0].amount

    @property
    def paid_by(self) -> datetime | None:
        """For a deposit: the last moment to pay the balance. Nothing is engraved or sent before."""
        return self.parts[-1].closes_at if self.parts else None

    @property
    def yearly_rate(self) -> Decimal:
        """The effective yearly rate, a fraction."""
        return instalments.yearly_rate(self.total - self.cost, [part.amount for part in self.parts])


def rules_of(region: Region) -> list[EligibilityRule]:
    """The rules of a region's ways to pay, in their order; of the provider's methods those that our account may use."""
    return [
        rule
        for rule in all_rules().get(region.code, [])
        if rule.kind in region.payment_methods
        and (rule.kind != Way.PROVIDER or capabilities.offered(rule.method, currency=region.currency))
    ]


def ask_history(rules: Iterable[EligibilityRule]) -> bool:
    """Whether any rule asks what a client has ordered before."""
    return any(rule.paid_orders or rule.none_missed for rule in rules)


def of(want: Want, *, region: Region, client_id: int | None, now: datetime) -> list[Offer]:
    """Every way of the region with what this client gets, one for each code; at most two queries, and for guests none."""
    rules, today = rules_of(region), now.astimezone(region.time_zone).date()
    history = History()
    if client_id is not None:
        history = histories.of_client(client_id, today=today) if ask_history(rules) else History(is_known=True)
    found: dict[str, Offer] = {}
    for rule in rules:
        known = found.get(rule.code)
        if known is None or known.refusal:
            offer = _offer(rule, want, history, region=region, now=now)
            if known is None or not offer.refusal or known.refusal and _nearer(offer.refusal, known.refusal, want):
                found[rule.code] = offer
    return list(found.values())


def _nearer(one: NotEligible, other: NotEligible, want: Want) -> bool:
    """Of two reasons for one code: what the client could change sooner, or of two amounts the one less far away."""
    if one.facts["why"] != Reason.AMOUNT or other.facts["why"] != Reason.AMOUNT:
        return one.facts["why"] != Reason.AMOUNT

    def distance(no: NotEligible) -> Decimal:
        return max(no.facts["least"] - want.amount, want.amount - no.facts["most"])

    return distance(one) < distance(other)


def _offer(rule: EligibilityRule, want: Want, history: History, *, region: Region, now: datetime) -> Offer:
    why = eligibility.why_not(rule, want, history)
    if why:
        facts = {"least": rule.least, "most": rule.most, "currency": region.currency, "orders": rule.paid_orders}
        return Offer(rule, region.currency, region.time_zone, refusal=NotEligible(why=why, **facts))
    parts, cost = _parts(rule, want.amount, region=region, first=now.astimezone(region.time_zone).date())
    return Offer(rule, region.currency, region.time_zone, parts, cost)


def _parts(rule: EligibilityRule, total: Decimal, *, region: Region, first: date) -> tuple[tuple[Instalment, ...], Decimal]:
    """The parts of a total, and what they cost besides. What is due after delivery has its day at the hand-over only."""
    if rule.kind == Way.PROVIDER:  # one charge to us, whatever its owner agrees with the client
        return (Instalment(1, first, total),), Decimal(0)
    if rule.kind == Way.AFTER_DELIVERY:
        return (Instalment(1, first + timedelta(days=rule.due_days or 0), total),), Decimal(0)
    if rule.kind == Way.DEPOSIT:
        deposit, balance = deposits.split(total, percent=rule.deposit_percent or Decimal(0), currency=region.currency)
        opens, closes = deposits.window(
            first, opens_after=rule.opens_after or 0, open_for=rule.open_for or 1, zone=region.time_zone
        )
        return (Instalment(1, first, deposit), Instalment(2, closes.date(), balance, opens, closes)), Decimal(0)
    cost = instalments.cost_of(total, parts=rule.parts, cost=rule.cost, rate=rule.rate, currency=region.currency)
    parts = instalments.schedule(total + cost, parts=rule.parts, currency=region.currency, first=first)
    return tuple(parts), cost


def chosen(offers: Collection[Offer], code: str) -> Offer:
    """The offer a client chose by its code; a bare kind means its first. Raises WayGone with the reason."""
    named = [offer for offer in offers if code in (offer.code, offer.kind)]
    for offer in named:
        if offer.refusal is None:
            return offer
    raise WayGone(why=named[0].refusal.sentence() if named and named[0].refusal else "")


def not_here(region: Region) -> NotHere | None:
    """Why nobody in this region pays later. None where somebody does, or where the house offers it nowhere."""
    if rules_of(region) or not any(rules_of(other) for other in all_regions().values()):
        return None
    return NotHere()

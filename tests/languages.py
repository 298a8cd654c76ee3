"""Whether a text that a client reads still holds English words of the interface, and orders in each language to read of."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from django.core import mail
from django.utils import timezone

from checkout import arrears_letters, ending, holding, letters, plan_letters
from checkout.basket import bags
from checkout.order.models import Order, OrderChange
from checkout.refunds import letters as refund_letters
from checkout.refunds.models import Refund, RefundLine
from checkout.refunds.states import RefundKind, RefundState
from services.deferred import desk
from services.deferred.models import CardChange, Part, Plan
from services.engraving.models import Job
from services.foundation.provider.models import Attempt, AttemptState
from services.gifting import wrapping
from tests.makers import User, engraving, fill, pay, place, variant, work_off

#: Words that every English sentence of a shop has one of, and no French one.
_ENGLISH = re.compile(
    r"\b(the|your|please|you|our|with|and|for|of|is|was|not|bag|pieces|previous|order|orders|delivery|tax|card|receipt|paid)\b",
    re.IGNORECASE,
)
#: Where clients of each region live.
HOMES = {
    "cn": {
        **{"country": "CN", "subdivision": "四川省", "city": "成都市", "district": "锦江区", "line1": "红星路三段 1 号"},
        **{"postcode": "", "mobile": "+8613812345678", "name": "林安娜"},
    },
    "eu": {},
    "us": {
        **{"country": "US", "subdivision": "NY", "city": "New York", "line1": "740 Fifth Avenue"},
        **{"postcode": "10019", "mobile": "+12125550142"},
    },
}
CARD = "愿你岁岁平安。\nÀ toi, toujours."
TEXT = "岁岁 A&P"


def words_of(page: str) -> str:
    """What is read of a page or letter: its text, labels and alternatives, without code and names of languages."""
    said = re.findall(r'\b(?:alt|aria-label|title|placeholder)="([^"]*)"', page)
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page)
    text = html.unescape(" ".join([re.sub(r"<[^>]+>", " ", page), *said]))
    text = re.sub(r"\S+@\S+|https?://\S+", "", text)
    return text.replace("English", "")


def english_in(text: str) -> str:
    """The first English word with what stands around it, or nothing."""
    found = _ENGLISH.search(text)
    return text[max(0, found.start() - 60) : found.end() + 60] if found else ""


def order_with_everything(region: str, language: str, standin, *, payment: str = "full", user=None) -> Order:
    """A paid order of a region in a language: two pieces, an engraving, a gift with its card."""
    buyer = bags.Buyer(user, bags.digest("client", "anna"), bags.digest("network", "anna")) if user else None
    bag = fill(variant(), who=buyer, region=region)
    arc = variant("arc-bangle")
    with_card = wrapping.Wish("garnet", "champagne", CARD)
    bags.add(
        bag,
        arc,
        quantity=1,
        engraving=engraving(arc, TEXT, "kai"),
        gift=with_card,
        buyer=buyer or bags.Buyer(None, bags.digest("client", "anna"), bags.digest("network", "anna")),
        language=language,
        now=timezone.now(),
    )
    return pay(place(bag, who=buyer, language=language, payment=payment, **HOMES[region]), standin)


def _arrears(plan: Plan, part: Part) -> Iterator[tuple[str, Callable[[], None]]]:
    """The letters about a plan that does not run as agreed, each once things stand as it says."""
    now, by = timezone.now(), User.objects.create_user(f"desk-{plan.pk}@house.example", is_staff=True)
    Part.objects.filter(pk=part.pk).update(
        state="declined", tries=4, failures=4, failed_at=now, next_try_at=None, grace_until=now
    )
    yield "part_declined for good", lambda: arrears_letters.part_declined(part.pk, 4)
    yield "part_with_desk", lambda: arrears_letters.with_desk(part.pk, 4)
    Part.objects.filter(pk=part.pk).update(next_try_at=now)
    yield "part_declined", lambda: arrears_letters.part_declined(part.pk, 4)
    pause = desk.pause(plan.pk, reason="x", by_id=by.pk, now=now)
    yield "plan_paused", lambda: arrears_letters.plan_act(pause.pk)
    handed = desk.hand_over(plan.pk, reason="x", by_id=by.pk, now=now)
    yield "plan_handed_over", lambda: arrears_letters.plan_act(handed.pk)
    opened = plan.parts.filter(state__in=("due", "declined")).order_by("number")
    days = {each.number: now.date() + timedelta(days=9 * each.number) for each in opened}
    agreed = desk.agree_days(plan.pk, days, reason="x", by_id=by.pk, now=now)
    yield "plan_new_days", lambda: arrears_letters.plan_act(agreed.pk)
    card = CardChange.objects.create(plan=plan, key=f"card:{plan.pk}:9", state="kept", page_expires_at=now)
    yield "card_kept", lambda: arrears_letters.card_kept(card.pk)


def _money_back(order: Order) -> Iterator[tuple[str, Callable[[], None]]]:
    """The letters about money that goes back, by every way at once, and about an amount that a bank no longer keeps ready."""
    ways = {"amount": Decimal(600), "less_owed": Decimal(300), "not_taken": Decimal(100), "delivery": Decimal(20)}
    left = [{"number": n, "due_on": f"2027-0{n}-28", "amount": "150.50"} for n in (2, 3)]
    refund = Refund.objects.create(
        order=order, kind=RefundKind.LINES, state=RefundState.DONE, currency=order.currency, schedule=left, **ways
    )
    for line in order.lines.all():
        RefundLine.objects.create(refund=refund, line=line, quantity=2, amount=Decimal(290), tax=Decimal(0))
    yield "money_back", lambda: refund_letters.money_back(refund.pk)
    Refund.objects.filter(pk=refund.pk).update(schedule=[])
    yield "money_back of all that was owed", lambda: refund_letters.money_back(refund.pk)
    RefundLine.objects.filter(refund=refund).delete()
    refund.delete()
    hold = Attempt.objects.create(
        order=order,
        purpose=holding.PURPOSE,
        state=AttemptState.DECLINED,
        amount=Decimal(900),
        currency=order.currency,
        idempotency_key=f"hold:{order.pk}",
    )
    yield "hold_refused", lambda: holding.write_refused(hold.pk)


def letters_about(order: Order, standin) -> dict[str, mail.EmailMultiAlternatives]:
    """Every letter there is about an order in its language, by name; the order is cancelled at the end."""
    found = {}

    def keep(name: str) -> None:
        found[name] = mail.outbox[-1]

    mail.outbox.clear()
    work_off()
    keep("confirmed")
    change = OrderChange.objects.create(
        order=order, kind="address", before={"name": "林安"}, after={"name": "Zoé"}, at=timezone.now()
    )
    for name, pk in (("changed", change.pk), ("dispatched", order.pk), ("lapsed", order.pk)):
        getattr(letters, name)(pk)
        keep(name)
    job = Job.objects.filter(inscription__order_line__order=order)[0]
    for name, before, waits in (("remade", "2026-12-01", False), ("remade waiting", "", True)):
        letters.remade(order.pk, job.pk, 1 if waits else 2, before, waits)
        keep(name)
    moved = OrderChange.objects.create(
        order=order, kind="promise", before={"promise": "2026-12-01"}, after={"promise": "2026-12-09"}, at=timezone.now()
    )
    letters.promised_anew(moved.pk)
    keep("promised_anew")
    if order.payment_method == "instalments":
        first, second, *_rest = order.plan.parts.all()
        plan_letters.part_paid(first.pk)
        keep("part_paid")
        for name, rest in _arrears(order.plan, second):
            rest()
            keep(name)
    for name, writes in _money_back(order):
        writes()
        keep(name)
    ending.cancel(order, by_id=None, by_words="client")
    work_off()
    keep("cancelled")
    return found

"""Whatever fails on the way, provider and book agree, and nobody pays twice.

Every run is a part that real workers collect from the real stand-in over a bad road, twice in a row, each time with another
fault; then the road is good again and beat does what it does. `make faults` makes all of them, the suite every eleventh.
"""

import itertools
import os
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from services.deferred import collecting, offers
from services.deferred.models import EligibilityRule, Part, Plan
from services.deferred.states import PartState
from services.foundation.book.models import Account, Entry, Posting
from services.foundation.provider import port
from services.foundation.provider.models import Attempt, AttemptState
from tests.makers import buyer, fill, pay, place, variant
from tests.provider.bad_road import Fault, Road, Workers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_house"), pytest.mark.serial]
pytestmark += [pytest.mark.timeout(3600)]  # all of them are hundreds of processes that live and die
GOOD, DECLINES = "4242424242424242", "4000000000000341"
#: Two faults in a row, whether the provider forgot its keys in between (a day passed), and whether the card is good.
ALL = [
    (first, second, forgets, card)
    for first, second in itertools.product(Fault, Fault)
    for forgets in (False, True)
    for card in (GOOD, DECLINES)
    # A request that is a day late arrives under a key that is no longer known: no provider keeps one on its way so long.
    if not (forgets and Fault.LATE in (first, second))
]
RUNS = ALL if os.environ.get("FAULTS") == "all" else ALL[::11]
MONTHS = 24
NO_PARTS = "each plan has enough parts"


def test_there_are_enough_of_them():
    assert len(ALL) >= 200
    assert {run[0] for run in RUNS} == {run[1] for run in RUNS} == set(Fault)


@pytest.fixture
def road(standin):
    found = Road(standin.url)
    yield found
    found.close()


@pytest.fixture
def workers(road):
    found = Workers(road)
    yield found
    found.close()


class Parts:
    """Parts that are due, as many as the runs need, on plans whose card is good or declines later."""

    def __init__(self, standin):
        self.standin, self.left = standin, {GOOD: [], DECLINES: []}
        rule = EligibilityRule.objects.filter(region_id="eu", kind="instalments").first()
        EligibilityRule.objects.filter(pk=rule.pk).update(parts=MONTHS, least=1, most=10**6, cost="none", rate=0)
        EligibilityRule.objects.exclude(pk=rule.pk).delete()
        offers.all_rules.forget()

    def take(self, card: str) -> Part:
        """One, claimed as beat claims it."""
        if not self.left[card]:
            name = f"{card}-{Plan.objects.count()}"
            piece = fill(variant("halo-band", metal="yellow"), who=buyer(name))
            order = pay(place(piece, who=buyer(name), payment="instalments"), self.standin, card)
            self.left[card] = list(Plan.objects.get(order=order).parts.filter(state=PartState.DUE).order_by("number"))
        part = self.left[card].pop(0)
        assert Part.objects.filter(pk=part.pk, state=PartState.DUE).update(state=PartState.COLLECTING), NO_PARTS
        return part


def agree(part: Part, card: str) -> None:
    """Provider, attempts, part and book say the same."""
    order = part.plan.order
    part.refresh_from_db()
    intents = [each.to_dict() for each in port._client().v1.payment_intents.list({"customer": part.plan.customer, "limit": 100})]
    mine = [each for each in intents if each["metadata"].get("attempt", "").startswith(f"part:{order.number}:{part.number}:")]
    taken = [each for each in mine if each["status"] == "succeeded"]
    assert len(taken) == (card == GOOD), mine
    assert part.state == (PartState.PAID if card == GOOD else PartState.DECLINED)
    attempts = Attempt.objects.filter(order=order, purpose=f"part:{part.number}")
    assert set(attempts.values_list("state", flat=True)) == {AttemptState.CAPTURED if card == GOOD else AttemptState.DECLINED}
    keys = [f"captured:{each['id']}" for each in taken]
    assert Entry.objects.filter(order=order, key__in=keys).count() == len(taken)
    received = sum(Decimal(each["amount_received"]) / 100 for each in intents if each["metadata"].get("order") == order.number)
    captured = Posting.objects.filter(entry__order=order, account=Account.CAPTURED).aggregate(sum=Sum("amount"))["sum"]
    assert captured == received
    shares = attempts.filter(state=AttemptState.CAPTURED).aggregate(sum=Sum("shares__amount"))["sum"] or 0
    assert shares == (part.amount if card == GOOD else 0)


def test_provider_and_book_agree_whatever_fails(standin, road, workers):
    parts, now = Parts(standin), timezone.now() + timedelta(days=32)
    ended = []
    for first, second, forgets, card in RUNS:
        part = parts.take(card)
        for fault in (first, second):
            if fault is Fault.NEVER or Part.objects.get(pk=part.pk).state != PartState.COLLECTING:
                continue
            road.faults.append(fault)
            ended.append(workers.collect(part.pk, now))
            road.faults.clear()
        if forgets:
            standin.call("DELETE", "/_standin/keys")
        # The road is good again: beat asks about what nobody knows.
        for _round in range(2):
            if part.pk in collecting.unsettled():
                assert workers.collect(part.pk, now) == 0
        road.deliver_late()
        collecting.collect(part.pk, now=now)
        agree(part, card)
    # The faults were real: workers died, and did not know.
    assert {0, 3, -9} == set(ended)
    assert sum(posting.amount for posting in Posting.objects.all()) == 0

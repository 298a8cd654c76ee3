"""Who may pay later, what it costs and how it is split: for every amount, in currencies with none, two and three decimals."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.deferred import deposits
from services.deferred.eligibility import History, Reason, Want, why_not
from services.deferred.instalments import cost_of, schedule, yearly_rate
from services.deferred.models import MONTHS, EligibilityRule
from services.deferred.states import Cost, Launches, Way
from services.foundation.money import quantum, rounded

CURRENCIES = ["CNY", "EUR", "JPY", "KWD"]
currencies = st.sampled_from(CURRENCIES)
months = st.sampled_from(MONTHS)
days = st.dates(date(2024, 1, 1), date(2036, 12, 31))


@st.composite
def amounts(draw, currency: str, least: int = 1000):
    return Decimal(draw(st.integers(least, 10**10))) * quantum(currency)


rates = st.integers(1, 36_000).map(lambda n: Decimal(n).scaleb(-3))


class TestParts:
    @given(data=st.data(), currency=currencies, parts=months, first=days)
    def test_sum_exactly_in_whole_units_of_the_currency_and_the_last_takes_the_rounding(self, data, currency, parts, first):
        total = data.draw(amounts(currency))
        plan = schedule(total, parts=parts, currency=currency, first=first)
        assert sum(part.amount for part in plan) == total
        assert all(part.amount == rounded(part.amount, currency) > 0 for part in plan)
        assert len({part.amount for part in plan[:-1]}) == 1
        assert 0 <= plan[-1].amount - plan[0].amount < parts * quantum(currency)

    @given(parts=months, first=days)
    def test_fall_on_the_same_day_of_every_month_or_on_its_last(self, parts, first):
        due = [part.due_on for part in schedule(Decimal(1000), parts=parts, currency="EUR", first=first)]
        assert due[0] == first
        for n, day in enumerate(due):
            assert (day.year * 12 + day.month) - (first.year * 12 + first.month) == n
            assert day.day == min(first.day, monthrange(day.year, day.month)[1])

    def test_leave_something_for_each(self):
        with pytest.raises(ValueError):
            schedule(Decimal("0.02"), parts=3, currency="EUR", first=date(2026, 1, 31))


class TestCost:
    @given(data=st.data(), currency=currencies, parts=months, rate=rates, cost=st.sampled_from([Cost.SHARE, Cost.YEARLY]))
    def test_is_in_whole_units_and_grows_with_the_rate(self, data, currency, parts, rate, cost):
        total = data.draw(amounts(currency))
        found = cost_of(total, parts=parts, cost=cost, rate=rate, currency=currency)
        more = cost_of(total, parts=parts, cost=cost, rate=rate + 1, currency=currency)
        assert 0 <= found <= more and found == rounded(found, currency)

    @given(data=st.data(), currency=currencies, parts=months)
    def test_is_nothing_without_interest(self, data, currency, parts):
        total = data.draw(amounts(currency))
        assert cost_of(total, parts=parts, cost=Cost.NONE, rate=Decimal(9), currency=currency) == 0
        parted = schedule(total, parts=parts, currency=currency, first=date(2026, 1, 31))
        assert yearly_rate(total, [part.amount for part in parted]) == 0

    @given(data=st.data(), parts=months, rate=rates)
    def test_of_a_yearly_rate_is_found_again_from_the_parts(self, data, parts, rate):
        total = data.draw(amounts("EUR", least=100_000))
        cost = cost_of(total, parts=parts, cost=Cost.YEARLY, rate=rate, currency="EUR")
        parted = schedule(total + cost, parts=parts, currency="EUR", first=date(2026, 1, 31))
        effective = (1 + rate / 1200) ** 12 - 1  # the nominal rate, compounded each month
        assert yearly_rate(total, [part.amount for part in parted]) == pytest.approx(effective, abs=Decimal("0.002"))

    def test_a_share_is_a_share(self):
        assert cost_of(Decimal(24_000), parts=24, cost=Cost.SHARE, rate=Decimal(6), currency="CNY") == 1440
        assert cost_of(Decimal(101), parts=12, cost=Cost.SHARE, rate=Decimal("0.5"), currency="JPY") == 1

    def test_a_known_annuity(self):
        """1 000 at 12 % a year in 3 parts, the first at once: each is 336.66 (1 % a month)."""
        assert cost_of(Decimal(1000), parts=3, cost=Cost.YEARLY, rate=Decimal(12), currency="EUR") == Decimal("9.97")


ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Paris", "America/New_York", "Pacific/Apia", "Asia/Kathmandu")]


class TestDeposit:
    @given(data=st.data(), currency=currencies, percent=st.integers(1, 9999).map(lambda n: Decimal(n).scaleb(-2)))
    def test_and_balance_are_exact_and_the_deposit_is_never_above_its_share(self, data, currency, percent):
        total = data.draw(amounts(currency, least=10_000))
        deposit, balance = deposits.split(total, percent=percent, currency=currency)
        assert deposit + balance == total and deposit == rounded(deposit, currency) and balance > 0
        assert 0 <= total * percent / 100 - deposit < quantum(currency)

    @given(data=st.data(), currency=currencies)
    def test_never_passes_the_cap_of_the_law(self, data, currency):
        total = data.draw(amounts(currency))
        most = deposits.cap(["CN"], is_binding=True)
        deposit, _balance = deposits.split(total, percent=most, currency=currency)
        assert most == 20 and deposit * 5 <= total

    def test_the_cap_is_for_what_binds_and_where_the_law_says_so(self):
        assert deposits.cap(["CN"], is_binding=False) is None
        assert deposits.cap(["FR", "DE"], is_binding=True) is None
        assert deposits.cap(["FR", "CN"], is_binding=True) == 20

    def test_leaves_something_for_both(self):
        with pytest.raises(ValueError):
            deposits.split(Decimal("0.01"), percent=Decimal(20), currency="EUR")

    @given(day=days, after=st.integers(0, 60), length=st.integers(1, 30), zone=st.sampled_from(ZONES))
    def test_its_window_opens_and_closes_while_the_client_is_awake(self, day, after, length, zone):
        opens, closes = deposits.window(day, opens_after=after, open_for=length, zone=zone)
        assert (opens.hour, closes.hour) == (10, 20) and opens.tzinfo == closes.tzinfo == zone
        assert (opens.date() - day).days == after and (closes.date() - opens.date()).days == length

    @given(day=days, length=st.integers(1, 30), zone=st.sampled_from(ZONES), minutes=st.integers(-2000, 60_000))
    def test_reminders_come_in_their_order_and_only_in_the_window(self, day, length, zone, minutes):
        opens, closes = (each.astimezone(UTC) for each in deposits.window(day, opens_after=0, open_for=length, zone=zone))
        now = opens + timedelta(minutes=minutes)
        number, later = (deposits.reminder(opens, closes, now=each) for each in (now, now + timedelta(minutes=1)))
        assert (number > 0) == (opens <= now < closes)
        assert later >= number or later == 0
        if number:
            assert number == 1 + (now >= closes - timedelta(hours=24)) + (now >= closes - timedelta(hours=2))


def rule(**changed) -> EligibilityRule:
    facts = {"kind": Way.INSTALMENTS, "least": Decimal(500), "most": Decimal(20_000), "parts": 3}
    return EligibilityRule(region_id="eu", **facts | changed)


WANT = Want(Decimal(1500), kinds=frozenset({"rings"}))
NEW, KNOWN = History(), History(is_known=True, paid_orders=2)
kinds = st.frozensets(st.sampled_from(["rings", "bracelets", "bags"]), max_size=3)
rules = st.builds(
    rule,
    kind=st.sampled_from(Way.values),
    least=st.integers(0, 5000).map(Decimal),
    most=st.integers(5000, 9000).map(Decimal),
    kinds=kinds.map(sorted),
    launches=st.sampled_from(Launches.values),
    paid_orders=st.integers(0, 3),
    none_missed=st.booleans(),
)
wants = st.builds(
    Want,
    amount=st.integers(1, 10_000).map(Decimal),
    kinds=kinds,
    has_launch=st.booleans(),
    has_others=st.booleans(),
    by_link=st.booleans(),
    several=st.booleans(),
    waits_for_size=st.booleans(),
)
histories = st.builds(History, is_known=st.just(True), paid_orders=st.integers(0, 4), missed=st.integers(0, 2))


class TestEligibility:
    @given(asked=rules, want=wants, history=histories)
    def test_a_yes_keeps_every_condition_and_a_no_breaks_one(self, asked, want, history):
        keeps = [
            asked.least <= want.amount <= asked.most,
            not asked.kinds or want.kinds <= set(asked.kinds),
            not (asked.launches == Launches.NONE and want.has_launch),
            not (asked.launches == Launches.ONLY and want.has_others),
            history.paid_orders >= asked.paid_orders,
            not (asked.none_missed and history.missed),
            not (asked.needs_known_goods and (want.by_link or want.several or want.waits_for_size)),
        ]
        assert (why_not(asked, want, history) is None) == all(keeps)

    @given(asked=rules, want=wants, history=histories)
    def test_more_paid_orders_and_fewer_missed_parts_never_take_a_way_away(self, asked, want, history):
        if why_not(asked, want, history) is None:
            better = replace(history, paid_orders=history.paid_orders + 1, missed=max(0, history.missed - 1))
            assert why_not(asked, want, better) is None

    @given(asked=rules, want=wants)
    def test_whoever_is_asked_nothing_is_told_the_same_as_a_client(self, asked, want):
        asked.paid_orders, asked.none_missed = 0, False
        assert why_not(asked, want, NEW) == why_not(asked, want, KNOWN)

    @given(asked=rules, want=wants, history=histories)
    def test_the_reason_told_is_true(self, asked, want, history):
        why = why_not(asked, want, history)
        if why == Reason.AMOUNT:
            assert not asked.least <= want.amount <= asked.most
        if why == Reason.ORDERS:
            assert history.paid_orders < asked.paid_orders
        if why == Reason.KIND:
            assert want.kinds - set(asked.kinds)

    def test_a_guest_is_asked_to_sign_in_rather_than_refused(self):
        assert why_not(rule(paid_orders=1), WANT, NEW) == Reason.SIGN_IN
        assert why_not(rule(paid_orders=1), WANT, KNOWN) is None
        assert why_not(rule(none_missed=True), WANT, replace(KNOWN, missed=1)) == Reason.MISSED

    def test_its_edges_belong_to_it(self):
        for amount, why in (("499.99", Reason.AMOUNT), ("500", None), ("20000", None), ("20000.01", Reason.AMOUNT)):
            assert why_not(rule(), replace(WANT, amount=Decimal(amount)), NEW) == why

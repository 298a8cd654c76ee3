"""Provider and book side by side: what agrees is no difference, and no difference is lost."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from checkout.reconciling.comparing import Held, Ours, fees, holds, money
from services.foundation.provider.statements import Hold, Movement

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def ours(thing: str, amount: str, currency: str = "EUR") -> Ours:
    return Ours(1, thing, Decimal(amount), currency)


def theirs(thing: str, amount: str, currency: str = "EUR", *, kind: str = "", intent: str = "", fee: str = "0") -> Movement:
    value = Decimal(amount)
    kind = kind or ("charge" if value > 0 else "refund")
    id_, net = f"txn_{thing}", value - Decimal(fee)
    intent = thing if kind == "charge" else intent
    return Movement(id_, kind, value, currency, Decimal(fee), net, currency, None, AT, thing, intent)


def said(found) -> list:
    return [(each.kind, each.thing, each.ours, each.theirs) for each in found]


def test_what_agrees_is_no_difference():
    book = [ours("pi_1", "60"), ours("pi_1", "40"), ours("re_1", "-40"), ours("re_2", "-9"), ours("re_2", "9")]
    provider = [
        theirs("pi_1", "30"),
        theirs("pi_1", "70"),
        theirs("re_1", "-40", intent="pi_1"),
        theirs("po_1", "-60", kind="payout"),
    ]
    provider += [theirs("re_2", "-9"), theirs("re_2", "9", kind="refund_failure")]
    assert money(book, provider, {}) == []


def test_each_kind_of_difference_is_told():
    book = [ours("pi_1", "100"), ours("pi_3", "7"), ours("re_4", "-5")]
    provider = [theirs("pi_1", "99.99"), theirs("pi_2", "20"), theirs("dp_1", "-20", kind="adjustment")]
    found = said(money(book, provider, {"pi_2": 2}))
    assert found == [
        ("amount", "pi_1", Decimal("100"), Decimal("99.99")),
        ("missing here", "pi_2", None, Decimal("20")),
        ("missing here", "txn_dp_1", None, Decimal("-20")),
        ("missing there", "pi_3", Decimal("7"), None),
        ("missing there", "re_4", Decimal("-5"), None),
    ]


def test_the_same_number_in_another_currency_is_another_amount():
    (found,) = money([ours("pi_1", "100")], [theirs("pi_1", "100", "USD")], {})
    assert found.kind == "amount" and found.facts == "EUR / USD"


def test_a_fee_that_does_not_add_up_is_told():
    good = theirs("pi_1", "100", fee="2.90")
    bad = Movement(**{**good.__dict__, "net": Decimal("97")})
    assert fees(good) == [] and said(fees(bad)) == [("fee", "txn_pi_1", Decimal("3"), Decimal("2.90"))]


def test_holds_are_compared_both_ways():
    mine = [Held(1, "pi_1", Decimal(10), "EUR"), Held(1, "pi_2", Decimal(20), "EUR"), Held(1, "pi_3", Decimal(5), "EUR")]
    there = [Hold("ch", "pi_1", Decimal(10), "EUR", AT), Hold("ch", "pi_3", Decimal(6), "EUR", AT)]
    there += [Hold("ch", "pi_4", Decimal(9), "EUR", AT)]
    found = said(holds(mine, there, {}))
    assert found == [
        ("state", "pi_2", Decimal(20), None),
        ("amount", "pi_3", Decimal(5), Decimal(6)),
        ("state", "pi_4", None, Decimal(9)),
    ]


amounts = st.dictionaries(st.integers(0, 30), st.integers(1, 10_000), max_size=12)


@given(amounts, amounts)
def test_no_difference_is_lost_and_none_is_invented(book, provider):
    mine = [ours(f"pi_{n}", str(Decimal(amount) / 100)) for n, amount in book.items()]
    there = [theirs(f"pi_{n}", str(Decimal(amount) / 100)) for n, amount in provider.items()]
    found = {each.thing for each in money(mine, there, {})}
    assert found == {f"pi_{n}" for n in book.keys() | provider.keys() if book.get(n) != provider.get(n)}

"""The payments desk: what waits, for whom; an order's money; what is expected; and how little of it asks the database."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from checkout.desk import acting, order_money, queues
from checkout.invoicing import crediting, issuing
from checkout.order.models import Order
from checkout.reconciling.models import Difference
from checkout.refunds.models import Refund
from services.deferred.models import Part, Plan
from services.foundation.book import writing
from services.foundation.book.models import Account, Posting
from services.foundation.provider.models import Attempt
from tests import makers
from tests import parcels as several
from tests.makers import fill, pay, place, variant
from tests.orders.test_transfers import awaited
from tests.orders.test_transfers import pay as pay_by_bank
from tests.pages.test_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
DESK, EXPECTED, CSV = "/staff/payments/", "/staff/payments/expected/", "/staff/payments/expected.csv"


def with_plan(name: str = "anna", *, due: int = 0, state: str = "due") -> Order:
    """An order in instalments of which the second part is due in so many days."""
    who = makers.buyer(name)
    order = place(fill(variant(), who=who), who=who, payment="instalments")
    Plan.objects.filter(order=order).update(state="running")
    Order.objects.filter(pk=order.pk).update(status="confirmed")
    order.plan.parts.filter(number=1).update(state="paid")
    day = timezone.now().date() + timedelta(days=due)
    order.plan.parts.filter(number=2).update(due_on=day, state=state)
    return order


def held(name: str = "held", *, days: int = 6) -> Order:
    who = makers.buyer(name)
    order = place(fill(variant(), who=who), who=who)
    Order.objects.filter(pk=order.pk).update(status="confirmed")
    begun = timezone.now() - timedelta(days=days)
    Attempt.objects.filter(order=order).update(state="authorised", intent=f"pi_{name}", created_at=begun)
    return order


def refund_of(order: Order, state: str = "waiting") -> Refund:
    return Refund.objects.create(order=order, kind="amount", state=state, amount=Decimal(10), currency="EUR", reason="A scratch")


def difference_of(order: Order | None, thing: str = "pi_x") -> Difference:
    return Difference.objects.create(
        key=f"missing here:{thing}",
        kind="missing here",
        day=timezone.now().date(),
        order=order,
        thing=thing,
        theirs=Decimal(5),
        currency="EUR",
    )


def counts(client) -> dict[str, int]:
    return {each.code: each.count for each in client.get(DESK).context["queues"]}


def test_every_list_says_how_many_wait_and_leads_to_where_it_is_dealt_with(staff):
    due, failed, late = with_plan("a"), with_plan("b", due=-3, state="declined"), held("c")
    with_plan("d", due=9)
    waiting, refused = refund_of(due), refund_of(failed, "failed")
    found = difference_of(late)
    desk = staff("Payments desk")
    assert counts(desk) == {
        "due": 1,
        "failed": 1,
        "holds": 1,
        "stuck": 0,
        "transfer": 0,
        "to-approve": 1,
        "refused": 1,
        "differences": 1,
        "fapiao": 0,
    }
    page = desk.get(DESK).content.decode()
    for order in (due, failed, late):
        assert reverse("order-money", args=[order.number]) in page
    for row in (waiting, refused):
        assert reverse("admin:refunds_refund_change", args=[row.pk]) in page
    assert reverse("admin:reconciling_difference_change", args=[found.pk]) in page


def test_a_part_that_the_provider_does_not_answer_for_is_at_risk(staff):
    order = with_plan("a", state="collecting")
    part = order.plan.parts.get(number=2)
    attempt = Attempt.objects.create(
        order=order, purpose="part:2", amount=part.amount, currency="EUR", idempotency_key="x", created_at=timezone.now()
    )
    part.shares.create(attempt=attempt, amount=part.amount)
    assert counts(staff("Payments desk"))["stuck"] == 0
    Attempt.objects.filter(pk=attempt.pk).update(created_at=timezone.now() - timedelta(hours=2))
    assert counts(staff("Payments desk"))["stuck"] == 1


def test_what_a_transfer_has_not_brought_is_waited_for(staff):
    order = awaited()
    pay_by_bank(order, 100)
    (row,) = next(each for each in staff("Payments desk").get(DESK).context["queues"] if each.code == "transfer").rows
    assert (row.number, row.amount, row.currency) == (order.number, order.total_incl_tax - 100, "EUR")


def test_more_rows_ask_no_more_queries(staff):
    def fill_lists(names):
        for name in names:
            order = with_plan(f"d{name}")
            refund_of(order)
            difference_of(order, f"pi_{name}")
            with_plan(f"f{name}", state="declined")
            held(f"h{name}")

    desk = staff("Payments desk")
    fill_lists("a")
    few = {page: queries(lambda page=page: desk.get(page)) for page in (DESK, EXPECTED, CSV)}
    fill_lists("bcd")
    assert {page: queries(lambda page=page: desk.get(page)) for page in few} == few
    assert few[DESK] <= 24 and few[EXPECTED] <= 6, few


def test_a_long_list_is_cut_and_says_so(staff, monkeypatch):
    monkeypatch.setattr(queues, "SHOWN", 1)
    for name in "abc":
        difference_of(None, f"pi_{name}")
    page = staff("Payments desk").get(DESK).content.decode()
    assert page.count("pi_") == 1 and "And 2 more." in page


@pytest.mark.parametrize("role", ["Packing bench", "Dispatch", "Engraver", "Merchandiser"])
def test_who_works_without_prices_sees_nothing_of_it(staff, role):
    order, client = with_plan(), staff(role)
    for address in (DESK, EXPECTED, CSV, reverse("order-money", args=[order.number])):
        assert client.get(address).status_code == 403, address
    assert DESK not in client.get("/staff/").content.decode()


def test_an_adviser_sees_the_lists_that_are_his(staff):
    order = with_plan()
    refund_of(order)
    difference_of(None)
    adviser = staff("Client adviser")
    seen = counts(adviser)
    assert seen["to-approve"] == 1 and not {"differences", "holds", "fapiao"} & set(seen)
    assert reverse("order-money", args=[order.number]) not in adviser.get(DESK).content.decode()
    assert adviser.get(EXPECTED).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(DESK).status_code == 302


def test_an_orders_money_tells_what_happened_what_stands_and_what_is_next(staff, standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    first = order.plan.parts.first().amount
    Order.objects.filter(pk=order.pk).update(status="dispatched")
    invoice = issuing.issue(order.pk, now=timezone.now())
    note = crediting.credit(order.pk, key="x", reason="A scratch.", amount=Decimal(10), now=timezone.now())
    writing.fee(order_id=order.pk, key="txn_1", currency="EUR", amount=Decimal("3.10"))
    refund, found = refund_of(order), difference_of(order)
    money = order_money.read(order)
    assert money.owed == order.total_incl_tax - first and money.due_from_provider == first - Decimal("3.10")
    said = [event.words for event in money.events]
    for words in ("Order placed: the price is owed", "Payment begun", "Charged", "Invoice", "Credit note", "Fee of the provider"):
        assert words in said, said
    assert "Money back decided" in said and "Differs from the provider" in said and "Confirmed" in said
    assert [event.at for event in money.events] == sorted(event.at for event in money.events)
    assert any("Part 2 of the plan" in step for step in money.next_steps)
    assert any("second person" in step for step in money.next_steps) and any("difference" in step for step in money.next_steps)
    assert sum(amount for _account, amount in money.balances) == 0
    page = staff("Payments desk").get(reverse("order-money", args=[order.number])).content.decode()
    for name in (invoice.name, note.name, reverse("admin:refunds_refund_change", args=[refund.pk]), found.get_kind_display()):
        assert str(name) in page
    assert reverse("admin:refund_ask", args=[order.pk]) in page


def test_the_balances_are_the_books(standin):
    order = pay(place(fill(variant())), standin)
    money = order_money.read(order)
    for account in Account:
        stands = dict(money.balances).get(str(account.label), Decimal(0))
        assert stands == writing.balance(order.pk, account)
    assert Posting.objects.filter(entry__order=order).count() == sum(len(event.postings) for event in money.events)
    assert "What is authorised is charged when the order leaves the house." in money.next_steps


def test_of_a_parcel_it_is_the_money_of_its_whole(staff, standin):
    order = several.paid(standin)
    parcel = several.parcels_of(order)[0]
    page = staff("Payments desk").get(reverse("order-money", args=[parcel.number])).content.decode()
    assert order.number in page and order_money.read(parcel).order == order


def test_more_events_ask_no_more_queries(staff, standin):
    order = pay(place(fill(variant()), payment="instalments"), standin)
    desk, address = staff("Payments desk"), reverse("order-money", args=[order.number])
    writing.fee(order_id=order.pk, key="txn_0", currency="EUR", amount=Decimal(1))
    refund_of(order)
    difference_of(order)
    few = queries(lambda: desk.get(address))
    for n in range(1, 6):
        writing.fee(order_id=order.pk, key=f"txn_{n}", currency="EUR", amount=Decimal(1))
        refund_of(order, "done")
        difference_of(order, f"pi_{n}")
    assert queries(lambda: desk.get(address)) <= few <= 24


def test_others_hang_their_actions_on_the_screen(staff, monkeypatch):
    monkeypatch.setattr(acting, "_offers", list(acting._offers))

    @acting.offers
    def call(request, order):
        yield acting.Action("Ring the client", f"/staff/ring/{order.number}")

    order = with_plan()
    page = staff("Payments desk").get(reverse("order-money", args=[order.number])).content.decode()
    assert f'href="/staff/ring/{order.number}"' in page and "Ring the client" in page


def test_an_unknown_number_is_not_found(staff):
    assert staff("Payments desk").get("/staff/payments/orders/NOBODY/").status_code == 404


def test_what_is_expected_stands_in_chart_table_and_export(staff):
    order, hold = with_plan("a", due=-10, state="declined"), held("b")
    overdue = order.plan.parts.get(number=2).amount
    desk = staff("Payments desk")
    page = desk.get(EXPECTED).content.decode()
    assert '<svg class="desk-chart"' in page and 'role="img"' in page and 'class="parts"' in page and 'class="held"' in page
    assert "8 to 30 days overdue" in page
    rows = [line.split(",") for line in desk.get(CSV).content.decode("utf-8-sig").splitlines()]
    assert ["EUR", "Owed by age", "8 to 30 days overdue", "1", str(overdue)] in rows
    amounts = [Decimal(row[4]) for row in rows if row[1] == "Authorised"]
    assert len(amounts) == 13 and sum(amounts) == hold.total_incl_tax
    assert Part.objects.filter(plan__order=order, state="due").exists()


def test_without_anything_owed_it_says_so(staff):
    assert "Nothing is owed, and nothing is held." in staff("Payments desk").get(EXPECTED).content.decode()

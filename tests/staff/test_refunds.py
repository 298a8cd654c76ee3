"""Money back as staff give it: typed, shown, done; above the limit by two of them."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from checkout import fulfilling
from checkout.order.models import Order
from checkout.refunds.models import Refund, RefundLimit
from checkout.refunds.states import RefundState
from services.foundation.book import writing
from services.foundation.book.models import Account
from tests import makers
from tests.makers import attempt_of, fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def order(standin) -> Order:
    found = pay(place(fill(variant(), quantity=2)), standin)
    makers.pack(found)
    fulfilling.dispatch(found, by_id=makers.packer(), now=timezone.now())
    found.refresh_from_db()
    return found


def form(order: Order) -> str:
    return reverse("admin:refund_ask", args=[order.pk])


def give(client, order: Order, **typed):
    """Both steps of the form: what is typed, then what was shown."""
    shown = client.post(form(order), typed)
    assert shown.status_code == 200, shown.content.decode()
    return client.post(form(order), {**typed, "shown": shown.context["outlook"].version}, follow=True)


def test_a_piece_is_given_back_in_two_steps(staff, order):
    line = order.lines.get()
    client = staff("Client adviser")
    page = client.get(reverse("admin:order_order_change", args=[order.pk])).content.decode()
    assert form(order) in page
    assert "2" in client.get(form(order)).content.decode()
    RefundLimit.objects.update(amount=Decimal(10**9))
    done = give(client, order, kind="lines", reason="Too small", **{f"line-{line.pk}": "1"})
    assert "on its way" in done.content.decode()
    work_off()
    assert attempt_of(order).refunded_amount == line.line_price_incl_tax / 2
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0


def test_above_the_limit_a_colleague_decides_and_never_the_same_person(staff, order):
    RefundLimit.objects.update(amount=Decimal(1))
    client = staff("Client adviser")
    done = give(client, order, kind="amount", amount="120.50", reason="The clasp")
    assert "second person" in done.content.decode()
    refund = Refund.objects.get()
    approve = reverse("admin:refund_act", args=[refund.pk, "approve"])
    assert client.post(approve).status_code == 403  # an adviser agrees to nothing
    desk = staff("Payments desk")
    assert "refunds/refund" in desk.get("/staff/").content.decode()
    waiting = desk.get(reverse("admin:refunds_refund_changelist"), {"state__exact": "waiting"})
    assert order.number in waiting.content.decode()
    assert desk.get(approve).status_code == 302
    assert Refund.objects.get().state == RefundState.WAITING  # asked for by POST only
    desk.post(approve)
    work_off()
    assert Refund.objects.get().state == RefundState.DONE
    # The desk itself asks, and cannot agree to it.
    give(desk, order, kind="amount", amount="99", reason="The box")
    own = Refund.objects.get(amount=99)
    said = desk.post(reverse("admin:refund_act", args=[own.pk, "approve"]), follow=True)
    assert "yourself" in said.content.decode()
    assert Refund.objects.get(pk=own.pk).state == RefundState.WAITING
    desk.post(reverse("admin:refund_act", args=[own.pk, "take-back"]))
    assert Refund.objects.get(pk=own.pk).state == RefundState.TAKEN_BACK


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({}, "kind"),
        ({"kind": "amount", "amount": "12,x", "reason": "The clasp"}, "amount"),
        ({"kind": "amount", "amount": "NaN", "reason": "The clasp"}, "amount"),
        ({"kind": "amount", "amount": "1e99", "reason": "The clasp"}, "amount"),
        ({"kind": "amount", "amount": "1.005", "reason": "The clasp"}, "amount"),
        ({"kind": "amount", "amount": "-3", "reason": "The clasp"}, "amount"),
        ({"kind": "amount", "amount": "12"}, "reason"),
        ({"kind": "amount", "amount": "999999", "reason": "The clasp"}, "refusal"),
        ({"kind": "lines", "reason": "The clasp"}, "kind"),
        ({"kind": "lines", "reason": "The clasp", "line": "3"}, "line"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(staff, order, typed, beside):
    line = f"line-{order.lines.get().pk}"
    typed = {line if name == "line" else name: value for name, value in typed.items()}
    answer = staff("Payments desk").post(form(order), typed)
    assert answer.status_code == 422
    assert (line if beside == "line" else beside) in answer.context["typed"].errors
    page = answer.content.decode()
    for name, value in typed.items():
        assert f'value="{value}"' in page, name
    assert not Refund.objects.exists()


@pytest.mark.parametrize("role", ["Packing bench", "Dispatch", "Merchandiser", "Engraver"])
def test_others_have_no_key_to_it(staff, order, role):
    client = staff(role)
    assert client.get(form(order)).status_code == 403
    assert client.get(reverse("admin:refunds_refund_changelist")).status_code == 403


def test_the_list_asks_no_more_with_more_rows(staff, order, django_assert_max_num_queries):
    RefundLimit.objects.update(amount=Decimal(10**9))
    client = staff("Payments desk")
    for n in range(1, 6):
        give(client, order, kind="amount", amount=str(n), reason="The clasp")
    with django_assert_max_num_queries(16):
        client.get(reverse("admin:refunds_refund_changelist"))

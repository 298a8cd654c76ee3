"""One order, several recipients: one payment, several parcels, and everything to the cent."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from checkout import changing, ending, fulfilling, parcels, refusals
from checkout.basket import recipients
from checkout.order import moving
from checkout.order.models import Order
from checkout.order.states import OrderState
from services.delivery import promising
from services.delivery.models import Transit
from services.engraving.models import BenchSlot, Job
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.provider import port
from services.foundation.provider.models import AttemptState
from services.foundation.units.models import Unit
from services.gifting.models import PackingOption
from tests import makers
from tests.parcels import BERLIN, PARIS, bag_of_two, paid, parcels_of, people, place, split_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_bag_becomes_one_order_with_a_parcel_for_each_recipient_exact_to_the_cent():
    Transit.objects.filter(region="eu", country="DE").update(charge=Decimal("25.01"))
    bag = bag_of_two(engraved="A & P", gift=makers.GIFT)
    seen = split_of(bag)
    order = place(bag)
    first, second = parcels_of(order)
    assert (order.has_parcels, order.shipping_address, order.promised_on, order.lines.count()) == (True, None, None, 0)
    assert [each.shipping_address.name for each in (first, second)] == ["Berthe Ami", "Clara Freund"]
    assert [each.lines.get().tax_rate for each in (first, second)] == [Decimal("0.20"), Decimal("0.19")]
    assert seen.totals.total == order.total_incl_tax == first.total_incl_tax + second.total_incl_tax
    assert order.total_excl_tax == first.total_excl_tax + second.total_excl_tax
    assert (order.shipping_incl_tax, second.shipping_incl_tax) == (Decimal("25.01"), Decimal("25.01"))
    for each in (first, second):
        line = each.lines.get()
        assert line.line_price_incl_tax + each.shipping_incl_tax == each.total_incl_tax
        assert Unit.objects.filter(order_line=line).count() == 1
        assert line.wrapping.card_text == "For you,\nalways."
    assert order.attempts.get().amount == order.total_incl_tax
    assert {each.kind for each in order.consents.all()} == {"spelling", "final sale", "terms"}
    assert not first.consents.exists()
    assert not first.attempts.exists()
    assert writing.balance(order.pk, Account.RECEIVABLE) == order.total_incl_tax
    assert not first.book_entries.exists()
    assert not bag.recipients.exists()
    assert len({order.number, first.number, second.number}) == 3


def test_each_parcel_has_its_own_promise_and_the_later_day_that_was_asked_for():
    bag = bag_of_two(engraved="A & P")
    seen = split_of(bag)
    days = [each.totals.promise.on for each in seen.parcels]
    asked = promising.working_days_after(days[1], 5, seen.parcels[1].totals.way.holidays)
    recipients.keep(bag, BERLIN, requested_on=asked, pk=bag.recipients.order_by("pk")[1].pk)
    first, second = parcels_of(place(bag))
    assert first.promised_on == days[0] > second.promised_on == days[1]
    assert (first.requested_on, second.requested_on, second.due_on) == (None, asked, asked)
    assert BenchSlot.objects.filter(order_line__order=first).count() == 1


def test_a_wish_before_the_promise_is_none_and_a_day_of_rest_is_refused():
    bag = bag_of_two()
    other = bag.recipients.order_by("pk")[1]
    recipients.keep(bag, BERLIN, requested_on=timezone.now().date(), pk=other.pk)
    seen = split_of(bag)
    saturday = seen.parcels[1].totals.promise.on + timedelta(days=7)
    saturday += timedelta(days=5 - saturday.weekday())
    recipients.keep(bag, BERLIN, requested_on=saturday, pk=other.pk)
    with pytest.raises(refusals.DayNotPossible):
        place(bag)
    recipients.keep(bag, BERLIN, requested_on=timezone.now().date(), pk=other.pk)
    assert [each.requested_on for each in parcels_of(place(bag))] == [None, None]


def test_the_pieces_of_one_line_go_to_several_people_and_come_together_again():
    bag = makers.fill(makers.variant("arc-bangle"), quantity=3)
    first, second = people(bag, PARIS, BERLIN)
    line = bag.lines.get()
    assert line.recipient_id == first.pk
    total = makers.total_of(bag)
    recipients.assign(bag, {line.line_reference: [first.pk, second.pk, first.pk]})
    assert sorted(bag.lines.values_list("recipient", "quantity")) == [(first.pk, 2), (second.pk, 1)]
    order = place(bag)
    assert order.total_incl_tax == total
    assert sorted(each.lines.get().quantity for each in parcels_of(order)) == [1, 2]
    assert Unit.objects.filter(order_line__order__whole=order).count() == 3

    bag = makers.fill(makers.variant("arc-bangle"), quantity=2)
    first, second = people(bag, PARIS, BERLIN)
    recipients.assign(bag, {bag.lines.get().line_reference: [first.pk, second.pk]})
    recipients.assign(bag, {each.line_reference: [first.pk] for each in bag.lines.all()})
    assert bag.lines.get().quantity == 2


def test_what_lies_in_one_box_goes_to_one_person():
    bag = makers.fill(makers.variant(size="52"), gift=makers.GIFT)
    guest = makers.add(bag, makers.variant("halo-band", size="56"))
    PackingOption.objects.filter(kind="box").update(holds=3)
    makers.bags.share_box(bag, guest.line_reference, bag.lines.order_by("pk")[0].line_reference)
    first, second = people(bag, PARIS, BERLIN)
    host = bag.lines.order_by("pk")[0]
    recipients.assign(bag, {host.line_reference: [second.pk], guest.line_reference: [first.pk]})
    assert set(bag.lines.values_list("recipient", flat=True)) == {second.pk}


@pytest.mark.parametrize(
    ("change", "no"),
    [
        (lambda bag: bag.lines.filter(pk=bag.lines.last().pk).update(recipient=None), refusals.PiecesWithoutRecipient),
        (lambda bag: bag.lines.update(recipient=bag.recipients.first()), refusals.OneRecipient),
        (
            lambda bag: recipients.keep(
                bag, BERLIN | {"line1": "Linienstraße 2"}, requested_on=None, pk=bag.recipients.last().pk
            ),
            None,
        ),
    ],
)
def test_what_the_page_did_not_show_is_not_ordered(change, no):
    bag = bag_of_two()
    seen = split_of(bag)
    change(bag)
    with pytest.raises(no or refusals.SeenBefore) as refused:
        place(bag, seen=seen)
    assert refused.value.sentence()
    assert not Order.objects.exists()
    assert not Unit.objects.exclude(order_line=None).exists()


def test_a_recipient_beyond_the_border_is_offered_only_where_customs_papers_go_to_the_broker_alone():
    oslo = BERLIN | {"country": "NO", "city": "Oslo", "postcode": "0150", "mobile": "+4722334455"}
    bag = bag_of_two(fields=(PARIS, oslo))
    with pytest.raises(refusals.NotSentThere) as no:
        place(bag)
    assert "Norway" in no.value.sentence()
    way = Transit.objects.create(region_id="eu", country="NO", days=4, charge=60)
    with pytest.raises(refusals.NotSentThere):
        place(bag)
    Transit.objects.filter(pk=way.pk).update(customs_to_broker=True)
    _first, second = parcels_of(place(bag))
    assert (second.shipping_address.country_id, second.shipping_incl_tax) == ("NO", Decimal(60))


def test_payment_confirms_every_parcel_and_sends_one_letter(standin):
    order = paid(standin, bag_of_two(engraved="A & P"))
    assert order.status == OrderState.CONFIRMED
    assert [each.status for each in parcels_of(order)] == [OrderState.CONFIRMED] * 2
    assert Job.objects.get().inscription.order_line.order == parcels_of(order)[0]
    assert order.attempts.get().state == AttemptState.AUTHORISED
    assert OutboxJob.objects.filter(name="letter.confirmed").count() == 1


def test_each_parcel_takes_its_money_and_the_whole_follows_the_last(standin):
    order = paid(standin)
    first, second = parcels_of(order)
    by = makers.packer()
    makers.pack(first)
    fulfilling.dispatch(first, by_id=by, now=timezone.now())
    attempt = order.attempts.get()
    assert (attempt.state, attempt.captured_amount) == (AttemptState.AUTHORISED, first.total_incl_tax)
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    makers.pack(second)
    fulfilling.dispatch(second, by_id=by, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED
    assert writing.balance(order.pk, Account.CAPTURED) == order.total_incl_tax
    fulfilling.hand_over(first, by_id=by, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED
    fulfilling.hand_over(second, by_id=by, now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.HANDED_OVER
    assert order.handed_over_at


def test_the_whole_itself_is_never_packed_or_sent(standin):
    order = paid(standin)
    with pytest.raises(moving.CannotMove):
        fulfilling.dispatch(order, by_id=makers.packer(), now=timezone.now())


def test_cancelling_the_whole_frees_every_parcel(standin):
    order = paid(standin, bag_of_two(engraved="A & P", gift=makers.GIFT))
    ending.cancel(order, by_id=None, by_words="client")
    makers.work_off()
    order.refresh_from_db()
    assert {order.status, *(each.status for each in parcels_of(order))} == {OrderState.CANCELLED}
    assert not Unit.objects.exclude(order_line=None).exists()
    assert not BenchSlot.objects.exclude(order_line=None).exists()
    assert order.attempts.get().state == AttemptState.VOIDED
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0


def test_nothing_of_an_order_is_cancelled_once_a_parcel_of_it_is_packed(standin):
    order = paid(standin)
    makers.pack(parcels_of(order)[0])
    with pytest.raises(refusals.CannotCancel):
        ending.cancel(order, by_id=None, by_words="client")
    assert {each.status for each in parcels_of(order)} == {OrderState.PACKED, OrderState.CONFIRMED}


def test_a_parcel_cancelled_before_anything_is_sent_is_never_captured(standin):
    order = paid(standin)
    first, second = parcels_of(order)
    ending.cancel(second, by_id=None, by_words="client")
    makers.pack(first)
    fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    makers.work_off()
    attempt = order.attempts.get()
    assert attempt.captured_amount == first.total_incl_tax == order.total_incl_tax - second.total_incl_tax
    assert attempt.refunded_amount == 0
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    assert writing.balance(order.pk, Account.AUTHORISED) == 0


def test_of_a_parcel_cancelled_after_the_other_left_nothing_is_taken(standin):
    order = paid(standin)
    first, second = parcels_of(order)
    makers.pack(first)
    fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    ending.cancel(second, by_id=None, by_words="client")
    makers.work_off()
    attempt = order.attempts.get()
    assert (attempt.state, attempt.captured_amount, attempt.refunded_amount) == (AttemptState.CAPTURED, first.total_incl_tax, 0)
    assert writing.balance(order.pk, Account.RECEIVABLE) == writing.balance(order.pk, Account.AUTHORISED) == 0
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED


def test_a_parcel_cancelled_after_all_was_charged_is_paid_back_to_the_payer_once(standin):
    order = paid(standin)
    first, second = parcels_of(order)
    attempt = order.attempts.get()
    port.capture(key="all at once", intent=attempt.intent, amount=attempt.amount, currency=order.currency)
    makers.pack(first)
    fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    ending.cancel(second, by_id=None, by_words="client")
    makers.work_off()
    parcels.give_back_excess(order, because="again")
    makers.work_off()
    attempt = order.attempts.get()
    assert (attempt.captured_amount, attempt.refunded_amount) == (order.total_incl_tax, second.total_incl_tax)
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0
    assert writing.balance(order.pk, Account.REFUNDED) == -second.total_incl_tax


def test_the_last_parcel_ends_the_whole(standin):
    order = paid(standin)
    for parcel in parcels_of(order):
        ending.cancel(parcel, by_id=None, by_words="client")
    makers.work_off()
    order.refresh_from_db()
    assert order.status == OrderState.CANCELLED
    assert order.attempts.get().state == AttemptState.VOIDED
    assert writing.balance(order.pk, Account.RECEIVABLE) == 0


def test_an_order_paid_in_parts_goes_on_without_a_parcel_that_is_cancelled(standin):
    order = paid(standin, payment="instalments")
    first, second = parcels_of(order)
    ending.cancel(second, by_id=None, by_words="client")
    makers.work_off()
    makers.pack(first)
    fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED
    attempt, plan = order.attempts.get(), order.plan
    owed = sum(plan.parts.filter(state="due").values_list("amount", flat=True))
    assert attempt.captured_amount - attempt.refunded_amount + owed == first.total_incl_tax
    assert writing.balance(order.pk, Account.RECEIVABLE) == owed


def test_an_unpaid_order_lapses_with_its_parcels(standin):
    order = place(bag_of_two())
    ending.lapse_unpaid(now=timezone.now() + timedelta(hours=2))
    order.refresh_from_db()
    assert {order.status, *(each.status for each in parcels_of(order))} == {OrderState.LAPSED}
    assert not Unit.objects.exclude(order_line=None).exists()


def test_a_parcel_changes_inside_its_own_window_and_the_other_stays(standin):
    order = paid(standin)
    first, second = parcels_of(order)
    was = changing.recipient_of(second.shipping_address)
    to = changing.Recipient(**{**second.shipping_address.fields, "line1": "Linienstraße 2"})
    shown = changing.address_version(second, was)
    changing.address(second, to, shown=shown, agreed_day=None, by_id=None, now=timezone.now())
    makers.pack(first)
    first.refresh_from_db()
    assert (first.shipping_address.line1, first.status) == ("7 quai du Lac", OrderState.PACKED)
    letter = OutboxJob.objects.get(name="letter.changed")
    assert letter.facts["change_id"] == second.changes.get().pk


def test_the_whole_under_review_holds_every_parcel_back(standin):
    order = paid(standin)
    parcels.review(order, OrderState.UNDER_REVIEW, by_id=None)
    assert {each.status for each in parcels_of(order)} == {OrderState.UNDER_REVIEW}
    parcels.review(Order.objects.get(pk=order.pk), OrderState.CONFIRMED, by_id=None)
    assert {each.status for each in parcels_of(order)} == {OrderState.CONFIRMED}

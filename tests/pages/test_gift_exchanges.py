"""After a gift has arrived its recipient asks for another size: without a price, once, and no money moves by it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product
from checkout import gift_exchanges, giving
from checkout.order.models import Order
from checkout.order.states import OrderState
from flagship.clients.models import User
from services.foundation.book.models import Entry
from services.foundation.outbox.models import Job as OutboxJob
from services.gifting.models import ExchangeRequest, GiftLink
from services.gifting.refusals import ExchangeAskedAlready, NoExchange
from tests.makers import RECIPIENT, attempt_of, given, variant
from tests.pages.test_gift_links import address, money_in, open_gift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def arrived(client, standin, *, days_ago: float = 1, **more) -> GiftLink:
    """A gift that its recipient has opened in this browser, and received."""
    gift = given(standin, **more)
    open_gift(client, gift)
    gift.refresh_from_db()
    giving.accept(gift, RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now())
    at = timezone.now() - timedelta(days=days_ago)
    Order.objects.filter(pk=gift.order_id).update(status=OrderState.HANDED_OVER, handed_over_at=at)
    gift.refresh_from_db()
    return gift


def wanted(size: str = "54"):
    return variant(size=size)


def test_it_is_asked_for_on_the_page_and_stands_there_without_a_price(client, standin):
    gift = arrived(client, standin)
    line = gift.order.lines.get()
    page = client.get(address(gift)).content.decode()
    assert "Another size?" in page and not money_in(page, gift.order)
    form = {"act": "exchange", "line": line.pk, "wanted": wanted().pk, "words": "A little wider, please."}
    done = client.post(address(gift), form, follow=True).content.decode()
    assert "you have asked for size 54" in done and "An adviser writes to you" in done and not money_in(done, gift.order)
    kept = ExchangeRequest.objects.get()
    assert (kept.order_line, kept.wanted, kept.words) == (line, wanted(), "A little wider, please.")


def test_no_money_moves_by_it_and_a_refund_knows_the_payer_alone(client, standin):
    gift = arrived(client, standin)
    entries, jobs, attempt = Entry.objects.count(), OutboxJob.objects.count(), attempt_of(gift.order)
    gift_exchanges.ask(gift, gift.order.lines.get().pk, wanted().pk, "", now=timezone.now())
    assert (Entry.objects.count(), OutboxJob.objects.count()) == (entries, jobs)
    attempt.refresh_from_db()
    assert attempt.refunded_amount == 0 and [each.pk for each in gift.order.attempts.all()] == [attempt.pk]


def test_it_is_asked_for_once(client, standin):
    gift = arrived(client, standin)
    line = gift.order.lines.get().pk
    gift_exchanges.ask(gift, line, wanted().pk, "", now=timezone.now())
    with pytest.raises(ExchangeAskedAlready):
        gift_exchanges.ask(gift, line, wanted("56").pk, "", now=timezone.now())


@pytest.mark.parametrize("days_ago", [15, None])
def test_not_before_it_has_arrived_nor_after_its_days(client, standin, days_ago):
    gift = arrived(client, standin, days_ago=days_ago or 1)
    if days_ago is None:
        Order.objects.filter(pk=gift.order_id).update(handed_over_at=None)
    assert "Another size?" not in client.get(address(gift)).content.decode()
    with pytest.raises(NoExchange):
        gift_exchanges.ask(gift, gift.order.lines.get().pk, wanted().pk, "", now=timezone.now())


def test_what_was_engraved_and_what_is_no_size_of_it_cannot_be_asked_for(client, standin):
    engraved = arrived(client, standin, engraved="A & P")
    assert "Another size?" not in client.get(address(engraved)).content.decode()
    with pytest.raises(NoExchange):
        gift_exchanges.ask(engraved, engraved.order.lines.get().pk, wanted().pk, "", now=timezone.now())


def test_another_piece_or_anothers_line_is_refused(client, standin):
    gift, other = arrived(client, standin), given(standin)
    line, white = gift.order.lines.get().pk, Product.objects.filter(parent__slug="halo-band").exclude(metal_id="yellow")[0]
    for each, variant_id in ((line, variant("arc-bangle").pk), (line, white.pk), (other.order.lines.get().pk, 1)):
        with pytest.raises(NoExchange):
            gift_exchanges.ask(gift, each, variant_id, "", now=timezone.now())
    for form in ({"line": "x", "wanted": "1"}, {}):
        answer = client.post(address(gift), {"act": "exchange", **form}, follow=True)
        assert "cannot note this exchange" in answer.content.decode()


def test_advisers_answer_it_and_others_do_not(client, standin):
    gift = arrived(client, standin)
    gift_exchanges.ask(gift, gift.order.lines.get().pk, wanted().pk, "", now=timezone.now())
    row = ExchangeRequest.objects.get()
    rooms = reverse("admin:gifting_exchangerequest_changelist", "flagship.urls")
    form = {"action": "answered", "_selected_action": [row.pk]}
    reader = User.objects.create_user("reader@house.example", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_exchangerequest"))
    client.force_login(reader)
    client.post(rooms, form)
    row.refresh_from_db()
    assert row.answered_at is None
    reader.user_permissions.add(Permission.objects.get(codename="answer_exchangerequest"))
    client.force_login(User.objects.get(pk=reader.pk))
    client.post(rooms, form)
    row.refresh_from_db()
    assert row.answered_at and row.answered_by == reader

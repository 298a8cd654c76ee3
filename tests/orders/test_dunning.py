"""When a part fails: tried again by the house's days, told kindly, paid by the client himself, or given to a person."""

import re
import secrets
import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from django.core import mail
from django.utils import timezone

from checkout import part_payments, payment_cards, recovering, settling
from checkout.order.models import Order
from services.deferred import arrears, collecting
from services.deferred.models import CardChange, Part, Plan
from services.deferred.states import CardState, PartState, PlanKind, PlanState
from services.foundation.book import writing
from services.foundation.book.models import Account
from services.foundation.outbox.models import Job
from services.foundation.provider import port
from services.foundation.provider.models import Attempt
from services.foundation.regions.links import absolute
from tests.makers import fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
MONTH = timedelta(days=32)
LATER_DECLINED = "4000000000000341"


def fails(monkeypatch, code: str) -> None:
    """Every charge of a saved card is declined with this code."""

    def no(**_how):
        raise port.Declined(code, "pi_declined")

    monkeypatch.setattr(port, "charge_saved", no)


@pytest.fixture
def plan(standin) -> Plan:
    pay(place(fill(variant()), payment="instalments"), standin, LATER_DECLINED)
    return Plan.objects.get()


def collect_second(plan: Plan, now=None) -> Part:
    now = now or timezone.now() + MONTH
    for pk in collecting.claim_due(now=now):
        collecting.collect(pk, now=now)
    return plan.parts.get(number=2)


def test_a_soft_decline_is_tried_again_on_the_days_of_the_ladder_then_given_grace(plan):
    first = timezone.now() + MONTH
    part = collect_second(plan, first)
    days = []
    while part.next_try_at:
        assert part.state == PartState.DECLINED and part.next_try_at.astimezone(ZoneInfo(plan.zone_name)).hour == 9
        days.append((part.next_try_at.date() - first.date()).days)
        assert collecting.claim_due(now=part.next_try_at - timedelta(minutes=1)) == []
        part = collect_second(plan, part.next_try_at)
    assert days == [1, 3, 7]
    assert part.failures == part.tries == 4
    assert part.grace_until - (first + timedelta(days=7)) >= timedelta(days=6)
    assert not plan.covers_dispatch
    # Every try has its own key, and nothing was taken.
    assert Attempt.objects.filter(purpose="part:2").count() == 4
    assert writing.balance(plan.order_id, Account.CAPTURED) == plan.parts.get(number=1).amount


@pytest.mark.parametrize("code", ["lost_card", "stolen_card", "do_not_try_again", "authentication_required", "expired_card"])
def test_a_hard_decline_is_never_tried_again(plan, monkeypatch, code):
    fails(monkeypatch, code)
    part = collect_second(plan)
    assert part.next_try_at is None and part.grace_until and part.decline_code == code
    assert collecting.claim_due(now=timezone.now() + 5 * MONTH) == [plan.parts.get(number=3).pk]
    work_off()
    [letter] = [m for m in mail.outbox if "declined" in m.subject]
    for said in (letter.body, letter.alternatives[0].content):
        assert code not in said and "stolen" not in said and "lost" not in said  # the client's bank tells him why


def test_letters_are_sent_once_each_and_not_when_they_are_no_longer_true(plan, standin):
    part = collect_second(plan)
    assert work_off().count("letter.part_declined") == 1
    assert len([m for m in mail.outbox if "declined" in m.subject]) == 1
    part = collect_second(plan, part.next_try_at)
    standin.pay(part_payments.open_page(plan, [part.pk], now=timezone.now()))
    settling.settle(Attempt.objects.get(purpose="parts").pk, now=timezone.now())
    work_off()
    assert len([m for m in mail.outbox if "declined" in m.subject]) == 1  # paid before the second was written


def test_after_grace_it_is_given_to_the_desk_once(plan, monkeypatch):
    fails(monkeypatch, "lost_card")
    part = collect_second(plan)
    assert arrears.give_to_desk(now=part.grace_until - timedelta(minutes=1)) == 0
    assert arrears.give_to_desk(now=part.grace_until) == 1
    assert arrears.give_to_desk(now=part.grace_until + MONTH) == 0
    work_off()
    subjects = [m.subject for m in mail.outbox]
    assert len([s for s in subjects if s.startswith("May we help?")]) == 1
    assert len([s for s in subjects if s == f"A part of order {plan.order.number} was not paid"]) == 1
    assert [row.stage for row in arrears.waiting()] == ["desk"]


def test_goods_wait_while_a_failed_part_is_tried_again_or_its_page_is_open(plan):
    part = collect_second(plan)
    part_payments.open_page(plan, [part.pk], now=timezone.now())
    assert plan.parts.get(number=2).state == PartState.PAYING
    assert not plan.covers_dispatch
    port.close_page(Attempt.objects.get(purpose="parts").session)
    settling.settle(Attempt.objects.get(purpose="parts").pk, now=timezone.now())
    assert plan.parts.get(number=2).state == PartState.DECLINED  # as before, not merely due
    collecting.claim_due(now=part.next_try_at)
    assert plan.parts.get(number=2).state == PartState.COLLECTING
    assert not plan.covers_dispatch


def link_of(letter) -> str:
    return re.search(r"https?://\S+/owed/by/\S+", letter.body).group(0)


def follow(client, address: str):
    return client.get(address.split("//", 1)[1].partition("/")[2].join(["/", ""]), follow=True)


def test_the_link_of_the_letter_pays_without_sign_in_and_shows_only_what_is_owed(plan, standin, client):
    part = collect_second(plan)
    work_off()
    address = link_of([m for m in mail.outbox if "declined" in m.subject][0])
    page = follow(client, address)
    assert page.status_code == 200 and page.request["PATH_INFO"].endswith(f"/owed/{plan.pk}/")
    said = page.content.decode()
    assert page["Cache-Control"] == "no-store, private"
    for hidden in ("Anna", "anna@client.example", "Rivoli", "halo-band", plan.order.number, plan.order.access_key):
        assert hidden not in said, hidden
    assert client.get(reverse_of("order", plan)).status_code == 404  # nothing else is opened by it
    answer = client.post(page.request["PATH_INFO"])
    assert answer.status_code == 303
    standin.pay(answer["Location"], "4000002500003155")
    done = requests.post(answer["Location"], data={"challenge": "yes"}, allow_redirects=False, timeout=10)
    back = follow(client, done.headers["Location"])
    assert "Thank you: your payment is received." in back.content.decode()
    assert "There is nothing to pay today" in back.content.decode()
    part.refresh_from_db()
    plan.refresh_from_db()
    assert part.state == PartState.PAID and plan.covers_dispatch


def reverse_of(name: str, plan: Plan) -> str:
    order = plan.order
    address = absolute(name, region=order.region_code, language=order.language, args=(order.number,))
    return "/" + address.split("//", 1)[1].split("/", 1)[1]


def test_who_comes_back_in_another_browser_hears_of_that_payment_only(plan, standin, client, django_user_model):
    part = collect_second(plan)
    standin.pay(part_payments.open_page(plan, [part.pk], now=timezone.now()))
    attempt = Attempt.objects.get(purpose="parts")
    page = follow(client, recovering.way_back(attempt))
    assert "We have received" in page.content.decode() and plan.order.number not in page.content.decode()
    Attempt.objects.update(page_expires_at=timezone.now() - timedelta(days=2))
    assert follow(client, recovering.way_back(attempt)).status_code == 404


@pytest.mark.parametrize("harm", ["forged", "old", "other purpose"])
def test_a_link_that_is_forged_old_or_for_something_else_opens_nothing(plan, client, monkeypatch, harm):
    link = recovering.link(plan)
    if harm == "forged":
        link = link[:-4] + "abc/"
    if harm == "other purpose":
        token = recovering._ways().sign(str(plan.pk))
        link = re.sub(r"by/.*", f"by/{token}/", link)
    if harm == "old":
        month_ago = time.time() - 31 * 86400
        monkeypatch.setattr("django.core.signing.time.time", lambda: month_ago)
        link = recovering.link(plan)
        monkeypatch.undo()
    page = follow(client, link)
    assert page.status_code == 404 and "no longer valid" in page.content.decode()
    assert client.get(f"/eu/en/owed/{plan.pk}/").status_code == 404


def test_links_cannot_be_guessed_in_number(plan, client, monkeypatch):
    from checkout import recovery_views

    monkeypatch.setattr(recovery_views, "OPENED", 3)
    network = f"203.0.113.{secrets.randbelow(250)}"
    for _try in range(3):
        assert client.get("/eu/en/owed/by/1.x.y/", REMOTE_ADDR=network).status_code == 404
    assert client.get("/eu/en/owed/by/1.x.y/", REMOTE_ADDR=network).status_code == 429


def test_another_card_is_left_without_paying_and_what_failed_is_tried_with_it(plan, standin, client):
    part = collect_second(plan)
    page = payment_cards.open_page(plan, now=timezone.now())
    assert payment_cards.open_page(plan, now=timezone.now()) == page
    standin.pay(page, "4000002500003155")
    assert requests.post(page, data={"challenge": "yes"}, allow_redirects=False, timeout=10).status_code == 303
    before, change = plan.method, CardChange.objects.get()
    for _twice in range(2):
        payment_cards.settle(change.pk, now=timezone.now() + MONTH)
    plan.refresh_from_db()
    change.refresh_from_db()
    assert plan.method != before and change.state == CardState.KEPT
    assert not plan.covers_dispatch  # a card is no payment
    part = collect_second(plan)
    assert part.state == PartState.PAID
    plan.refresh_from_db()
    assert plan.covers_dispatch
    assert work_off().count("letter.card_kept") == 1


def test_a_card_page_left_alone_changes_nothing(plan, standin):
    page = payment_cards.open_page(plan, now=timezone.now())
    assert standin.pay(page, "4000000000000002")[0] == 402
    change = CardChange.objects.get()
    payment_cards.settle(change.pk, now=timezone.now())
    port.close_page(change.session)
    payment_cards.settle_open(now=timezone.now())
    change.refresh_from_db()
    assert change.state == CardState.LEFT
    assert payment_cards.open_page(plan, now=timezone.now()) != page


def test_a_webhook_keeps_the_card_too(plan, standin):
    from checkout import jobs
    from services.foundation.provider.models import Event

    page = payment_cards.open_page(plan, now=timezone.now())
    standin.pay(page)
    thing = {"id": CardChange.objects.get().session, "object": "checkout.session"}
    Event.objects.create(id="evt_card", kind="checkout.session.completed", payload={"data": {"object": thing}})
    jobs.provider_event("evt_card")
    assert CardChange.objects.get().state == CardState.KEPT


def test_a_plan_that_is_over_asks_for_nothing(plan, standin, client):
    from checkout import ending

    ending.cancel(plan.order, by_id=None, by_words="client")
    page = follow(client, recovering.link(plan))
    assert "There is nothing to pay today" in page.content.decode()
    assert Plan.objects.get().state == PlanState.CANCELLED
    assert not payment_cards.can_be_changed(Plan.objects.get())
    assert Job.objects.filter(name="letter.part_declined").count() == 0


def test_what_is_due_after_delivery_and_not_paid_is_called_to_mind_and_then_given_to_the_desk(plan, standin, client):
    today = timezone.now()
    Plan.objects.update(kind=PlanKind.AFTER_DELIVERY, due_days=14)
    plan.parts.filter(number__gt=2).delete()
    plan.parts.filter(number=2).update(next_try_at=None, due_on=(today - timedelta(days=1)).date())
    assert arrears.note_overdue(now=today + timedelta(days=1)) == 0  # not with the client yet
    Order.objects.update(handed_over_at=today - timedelta(days=15))
    assert arrears.note_overdue(now=today - timedelta(days=1)) == 0
    assert [arrears.note_overdue(now=today + timedelta(days=1)) for _twice in range(2)] == [1, 0]
    work_off()
    [letter] = [m for m in mail.outbox if "still open" in m.subject]
    page = follow(client, link_of(letter))
    assert "To pay" in page.content.decode()
    part = plan.parts.get(number=2)
    assert part.state == PartState.DUE and arrears.give_to_desk(now=part.grace_until) == 1
    assert [row.stage for row in arrears.waiting()] == ["desk"]
    standin.pay(client.post(page.request["PATH_INFO"])["Location"])
    settling.settle(Attempt.objects.get(purpose="parts").pk, now=timezone.now())
    assert Plan.objects.get().state == PlanState.DONE and arrears.waiting() == []
    assert work_off().count("letter.desk_told") == 1
    assert not [m for m in mail.outbox if m.subject.startswith("A part of order")]  # paid before it was written

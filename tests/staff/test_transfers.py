"""The desk for money by bank: who may do what, and that what is done is done by somebody."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from checkout.order.states import OrderState
from checkout.transfers.models import Assignment, BankAccount, LineState, Overpayment, OverState, StatementLine
from flagship.clients.models import User
from tests.orders.test_transfers import account_of, awaited, came, pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
DESK = "/staff/transfers/"


def somebody(client, role: str, name: str = "one") -> User:
    user = User.objects.create_user(f"{name}@desk.example", password="a password of theirs", is_staff=True, name=name)
    user.groups.add(Group.objects.get(name=role))
    assert client.login(username=user.email, password="a password of theirs")
    return user


def test_a_file_is_read_in_and_settles_its_order(client):
    who, order = somebody(client, "Payments desk"), awaited()
    file = SimpleUploadedFile("bank.xml", came(order, order.total_incl_tax))
    answer = client.post(f"{DESK}read-in/", {"account": account_of(order).pk, "file": file}, follow=True)
    assert answer.status_code == 200 and "1 assigned" in answer.content.decode()
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    assert StatementLine.objects.get().statement.by == who
    file = SimpleUploadedFile("again.xml", came(order, 1))
    assert client.post(f"{DESK}read-in/", {"account": "x", "file": file}, follow=True).status_code == 200
    assert client.post(f"{DESK}read-in/", {"account": account_of(order).pk}, follow=True).status_code == 200


def test_a_hostile_file_is_refused_with_a_sentence(client):
    somebody(client, "Payments desk")
    order = awaited()
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'
    answer = client.post(
        f"{DESK}read-in/", {"account": account_of(order).pk, "file": SimpleUploadedFile("<b>.xml", bomb)}, follow=True
    )
    assert "nothing of it was stored" in answer.content.decode() and not StatementLine.objects.exists()


def test_a_person_assigns_takes_back_and_puts_aside(client):
    who, order = somebody(client, "Payments desk"), awaited()
    line = pay(order, order.total_incl_tax, reference="", text="thank you", payer="Anna Test")
    page = client.get(f"{DESK}{line.pk}/").content.decode()
    assert order.number in page and "exactly what it owes" in page
    client.post(f"{DESK}{line.pk}/assign/", {"number": order.number.lower()})
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED and Assignment.objects.get().by == who
    client.post(f"{DESK}{line.pk}/undo/{Assignment.objects.get().pk}/", {"reason": "a namesake"})
    order.refresh_from_db()
    assert order.status == OrderState.UNDER_REVIEW and Assignment.objects.count() == 2
    assert "a namesake" in client.get(f"{DESK}{line.pk}/").content.decode()
    client.post(f"{DESK}{line.pk}/aside/", {"reason": "rent"})
    line.refresh_from_db()
    assert line.state == LineState.PUT_ASIDE and line.aside_by == who
    client.post(f"{DESK}{line.pk}/aside/", {"act": "take-up"})
    line.refresh_from_db()
    assert line.state == LineState.OPEN


@pytest.mark.parametrize("typed", ["nonsense", "NaN", "Infinity", "-5", "0", "1e99", "0.0001", "9999999"])
def test_an_amount_that_is_none_assigns_nothing(client, typed):
    somebody(client, "Payments desk")
    order = awaited()
    line = pay(order, 100, reference="")
    answer = client.post(f"{DESK}{line.pk}/assign/", {"number": order.number, "amount": typed}, follow=True)
    assert answer.status_code == 200 and not Assignment.objects.exists()


def test_what_is_over_is_sent_back_by_a_second_person(client, django_user_model):
    first, order = somebody(client, "Payments desk"), awaited()
    pay(order, order.total_incl_tax + 50)
    assert order.number in client.get(DESK).content.decode()
    client.post(f"{DESK}over/{order.pk}/", {"act": "back", "reason": "too much", "payee_account": "DE12", "payee": "Anna"})
    made = Overpayment.objects.get()
    assert (made.amount, made.state, made.decided_by) == (50, OverState.TO_SEND, first)
    assert 'value="sent"' not in client.get(DESK).content.decode()
    client.post(f"{DESK}back/{made.pk}/", {"act": "sent"})
    made.refresh_from_db()
    assert made.state == OverState.TO_SEND
    second = somebody(client, "Payments desk", "two")
    client.post(f"{DESK}back/{made.pk}/", {"act": "sent"})
    made.refresh_from_db()
    assert (made.state, made.ended_by) == (OverState.SENT, second)


@pytest.mark.parametrize("role", ["Packing bench", "Engraver", "Merchandiser"])
def test_nobody_else_opens_the_desk(client, role):
    somebody(client, role)
    order = awaited()
    line = pay(order, 100, reference="")
    assert client.get(DESK).status_code == 403 and client.get(f"{DESK}{line.pk}/").status_code == 403
    for path in (f"{line.pk}/assign/", f"{line.pk}/aside/", "read-in/", f"over/{order.pk}/"):
        assert client.post(DESK + path, {"number": order.number}).status_code == 403
    assert client.get("/staff/").status_code == 200 and DESK not in client.get("/staff/").content.decode()


def test_more_rows_ask_no_more_queries(client, django_assert_max_num_queries):
    somebody(client, "Payments desk")

    def count() -> int:
        with django_assert_max_num_queries(60) as found:
            assert client.get(DESK).status_code == 200
        return len(found)

    for _n in range(2):
        pay(awaited(), 100, reference="")
    few = count()
    for _n in range(3):
        pay(awaited(), 100, reference="")
    assert count() <= few


def test_an_account_that_clients_are_told_is_changed_by_two_people(client):
    somebody(client, "Payments desk")
    account = BankAccount.objects.get(region="eu")
    form = {name: getattr(account, name) for name in ("holder", "bank", "bic", "number", "branch", "bank_code")}
    form |= {"region": "eu", "is_offered": "on", "least": account.least, "most": account.most, "hold_days": 7, "remind_days": 2}
    client.post(f"/staff/transfers/bankaccount/{account.pk}/change/", {**form, "iban": "DE89 3704 0044 0532 0130 00"})
    account.refresh_from_db()
    assert account.iban == "FR1420041010050500013M02606"
    answer = client.post(f"/staff/transfers/bankaccount/{account.pk}/change/", {**form, "iban": "DE89 3704 0044 0532 0130 01"})
    assert "check digits" in answer.content.decode()

"""Paid by bank: the pieces are kept, the bank's file tells what came, and the book balances after every act."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from checkout import ending, fulfilling
from checkout.order.models import Order
from checkout.order.states import OrderState
from checkout.transfers import assigning, importing, matching, offering, overpaying, reckoning, references
from checkout.transfers.models import Assignment, BankAccount, LineState, OverState, Statement, StatementLine, Transfer
from checkout.transfers.refusals import (
    DecidedMeanwhile,
    GoneBack,
    NotByTransfer,
    NothingLeft,
    NotOver,
    NotReadable,
    OtherAccount,
    OtherCurrency,
    ReasonMissing,
    SecondPerson,
)
from flagship.clients.models import User
from services.deferred.refusals import WayGone
from services.engraving.models import Job
from services.foundation.book.models import Account, Posting
from services.foundation.units.models import Unit
from tests.makers import BY_LINK, buyer, client_of, fill, open_launch, pack, packer, place, variant, work_off
from tests.rules.test_bank_statements import detail, entry, statement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def awaited(*, region: str = "eu", engraved: str = "", **changed) -> Order:
    if region == "cn":
        changed = {
            "country": "CN",
            "subdivision": "上海市",
            "city": "上海市",
            "district": "静安区",
            "mobile": "+8613800138000",
        } | changed
    return place(fill(variant(), region=region, engraved=engraved), payment="transfer", **changed)


def account_of(order: Order) -> BankAccount:
    return order.transfer.account


def desk(name: str = "desk") -> User:
    return User.objects.get_or_create(email=f"{name}@house.example", defaults={"is_staff": True, "name": name})[0]


def came(
    order: Order, amount, *, reference: str | None = None, text: str = "", payer: str = "Anna Test", name: str = ""
) -> bytes:
    """A bank's file with one transfer."""
    number = StatementLine.objects.count()
    row = entry(
        f"{Decimal(amount):.2f}",
        more=f"<AcctSvcrRef>{name or f'B{number}'}</AcctSvcrRef>",
        details=detail(reference=order.transfer.reference if reference is None else reference, text=text, payer=payer),
    )
    return statement(row)


def read_in(order: Order, data: bytes) -> importing.Read:
    return importing.read_in(account_of(order), "bank.xml", data, by_id=desk().pk, now=timezone.now())


def pay(order: Order, amount, **said) -> StatementLine:
    read_in(order, came(order, amount, **said))
    order.refresh_from_db()
    return StatementLine.objects.latest("pk")


def balances(order: Order) -> tuple[Decimal, Decimal, Decimal]:
    """Received by bank, owed by the client, and paid too much; the whole book sums to nothing."""
    assert sum(Posting.objects.filter(entry__order=order).values_list("amount", flat=True)) == 0
    return reckoning.received(order), reckoning.owed(order), reckoning.over(order)


def letters() -> list[str]:
    work_off()
    return [each.extra_headers["X-Flagship-Letter"] for each in mail.outbox]


def test_an_order_waits_with_its_pieces_a_reference_and_a_day(client):
    order = awaited(engraved="A & P")
    assert order.status == OrderState.AWAITING_PAYMENT and order.payment_method == "transfer"
    assert order.pay_until - order.date_placed == timedelta(days=7)
    assert Unit.objects.filter(order_line__order=order).count() == 1 and not order.attempts.exists()
    assert references.is_whole(order.transfer.reference) and order.transfer.iban == account_of(order).iban
    assert not Job.objects.filter(inscription__order_line__order=order).exists()
    assert order.promised_on > order.pay_until.date()
    assert any(name.startswith("transfer:") for name in letters())
    assert references.spaced(order.transfer.reference) in mail.outbox[-1].body
    page = client.get(f"/eu/en/orders/{order.number}/?key={order.access_key}", follow=True).content.decode()
    assert references.spaced(order.transfer.reference) in page and "Pay now" not in page
    paper = client.get(f"/eu/en/orders/{order.number}/pro-forma.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_the_exact_amount_settles_the_order_and_only_then_the_bench_begins():
    order = awaited(engraved="A & P")
    line = pay(order, order.total_incl_tax)
    assert order.status == OrderState.CONFIRMED and line.state == LineState.ASSIGNED
    assert balances(order) == (order.total_incl_tax, 0, 0)
    assert Job.objects.filter(inscription__order_line__order=order).exists()
    assert fulfilling.is_covered(order)
    assert any(name.startswith("confirmed") for name in letters())


def test_in_china_a_numeric_reference_in_a_table_does_the_same():
    order = awaited(region="cn")
    reference = order.transfer.reference
    assert reference.isdigit() and references.is_whole(reference)
    table = (
        "示范银行 明细\r\n交易日期,收入金额,支出金额,对方户名,对方账号,摘要,流水号\r\n"
        f"20261201,{order.total_incl_tax},,王芳,62220001,货款 {references.spaced(reference)},L1\r\n"
    )
    found = importing.read_in(account_of(order), "明细.csv", table.encode("gb18030"), by_id=None, now=timezone.now())
    order.refresh_from_db()
    assert (found.lines, found.fresh, found.assigned) == (1, 1, 1) and order.status == OrderState.CONFIRMED


def test_a_part_says_what_remains_and_the_rest_settles():
    order = awaited()
    rest = order.total_incl_tax - 100
    pay(order, 100)
    assert order.status == OrderState.AWAITING_PAYMENT and balances(order) == (100, rest, 0)
    assert not fulfilling.is_covered(order)
    assert any(name.startswith("transfer:") for name in letters())
    assert "100" in mail.outbox[-1].subject or "100" in mail.outbox[-1].body
    pay(order, rest)
    assert order.status == OrderState.CONFIRMED and balances(order) == (order.total_incl_tax, 0, 0)


def test_too_much_settles_and_asks_staff_and_two_people_send_it_back():
    order = awaited()
    pay(order, order.total_incl_tax + 50)
    assert order.status == OrderState.CONFIRMED and balances(order) == (order.total_incl_tax + 50, 0, 50)
    assert [(each.pk, each.undecided) for each in overpaying.to_decide()] == [(order.pk, 50)]
    with pytest.raises(ReasonMissing):
        overpaying.decide(order, keep=False, by_id=desk().pk, reason="too much", now=timezone.now())
    made = overpaying.decide(
        order, keep=False, by_id=desk().pk, reason="too much", payee="Anna", payee_account="DE89 3704", now=timezone.now()
    )
    assert overpaying.to_decide() == [] and balances(order)[2] == 50
    with pytest.raises(NotOver):
        overpaying.decide(order, keep=True, by_id=desk().pk, reason="again", now=timezone.now())
    with pytest.raises(SecondPerson):
        overpaying.sent(made.pk, by_id=desk().pk, now=timezone.now())
    overpaying.sent(made.pk, by_id=desk("other").pk, now=timezone.now())
    with pytest.raises(DecidedMeanwhile):
        overpaying.sent(made.pk, by_id=desk("third").pk, now=timezone.now())
    assert balances(order) == (order.total_incl_tax, 0, 0)
    assert any(name.startswith("transfer_back") for name in letters())


def test_what_is_kept_for_the_client_can_be_decided_again():
    order = awaited()
    pay(order, order.total_incl_tax + 5)
    made = overpaying.decide(order, keep=True, by_id=desk().pk, reason="client wishes so", now=timezone.now())
    assert made.state == OverState.KEPT and overpaying.to_decide() == [] and balances(order)[2] == 5
    overpaying.withdraw(made.pk, by_id=desk().pk, now=timezone.now())
    assert overpaying.to_decide()[0].undecided == 5


def test_the_same_file_and_the_same_lines_in_another_change_nothing():
    order = awaited()
    data = came(order, 100, name="ONE")
    assert read_in(order, data).assigned == 1
    assert read_in(order, data).is_known
    both = data.replace(b"</Stmt>", entry("7.00", more="<AcctSvcrRef>TWO</AcctSvcrRef>").encode() + b"</Stmt>")
    assert (read_in(order, both).fresh, StatementLine.objects.count(), Statement.objects.count()) == (1, 2, 2)
    assert balances(order)[0] == 100 and Assignment.objects.count() == 1


@pytest.mark.parametrize("how", ["unknown", "wrong", "none", "paid", "other currency"])
def test_what_is_not_certain_waits_for_staff_with_suggestions(how):
    order = awaited()
    reference, total = order.transfer.reference, order.total_incl_tax
    if how == "paid":
        pay(order, total)
    said = {"reference": reference}
    if how == "unknown":
        said = {"reference": references.creditor_reference("ZZZZZ-ZZZZZ"), "payer": "Somebody"}
        total += 1
    elif how == "wrong":
        said = {"reference": "", "text": reference[:-1] + ("2" if reference[-1] != "2" else "3"), "payer": "Somebody"}
    elif how == "none":
        said = {"reference": "", "text": "merci"}
    data = came(order, total, name="LATER", **said)
    if how == "other currency":
        data = data.replace(b'Ccy="EUR"', b'Ccy="CHF"')
    read_in(order, data)
    line = StatementLine.objects.latest("pk")
    assert line.state == LineState.OPEN and not line.assignments.exists()
    found = matching.suggestions(line)
    assert [each.order.pk for each in found] == ([] if how in ("unknown", "other currency") else [order.pk])
    if how == "none":
        assert len(found[0].reasons) >= 2
    if how == "other currency":
        with pytest.raises(OtherCurrency):
            assigning.assign(line.pk, order.pk, by_id=desk().pk, now=timezone.now())


def test_an_order_nobody_paid_in_time_lapses_kindly_and_what_comes_late_is_for_staff():
    order = awaited()
    Order.objects.filter(pk=order.pk).update(pay_until=timezone.now() - timedelta(minutes=1))
    ending.lapse_unpaid(now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.LAPSED and not Unit.objects.filter(order_line__order=order).exists()
    assert balances(order) == (0, 0, 0)
    line = pay(order, order.total_incl_tax)
    assert order.status == OrderState.LAPSED and line.state == LineState.OPEN
    [found] = matching.suggestions(line)
    assert found.order.pk == order.pk and found.weight > 50
    assigning.assign(line.pk, order.pk, by_id=desk().pk, now=timezone.now())
    assert balances(order) == (order.total_incl_tax, 0, order.total_incl_tax)
    assert overpaying.to_decide()[0].undecided == order.total_incl_tax
    assert any(name.startswith("lapsed") for name in letters())


@pytest.mark.parametrize("act", ["lapse", "cancel"])
def test_a_part_of_an_order_that_ends_is_the_client_s(act):
    order = awaited()
    pay(order, 100)
    if act == "lapse":
        ending.lapse(order, now=timezone.now())
    else:
        ending.cancel(order, by_id=None, by_words="client")
    assert balances(order) == (100, 0, 100)
    assert any("100" in each.body for each in mail.outbox) if letters() else False


def test_a_reminder_goes_out_once_before_the_end():
    order = awaited()
    letters()
    before = len(mail.outbox)
    for at in (timedelta(days=1), timedelta(days=6), timedelta(days=6, hours=1)):
        offering.remind(now=timezone.now() + at)
        letters()
    assert len(mail.outbox) == before + 1 and "reference" in mail.outbox[-1].body
    assert Transfer.objects.get(order=order).reminded_at


def test_an_assignment_is_taken_back_by_another_row_and_the_order_waits_for_review():
    order, other = awaited(), awaited()
    line = pay(order, order.total_incl_tax)
    [made] = Assignment.objects.all()
    with pytest.raises(ReasonMissing):
        assigning.undo(made.pk, by_id=desk().pk, reason=" ", now=timezone.now())
    undone = assigning.undo(made.pk, by_id=desk().pk, reason="another client's", now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.UNDER_REVIEW and balances(order) == (0, order.total_incl_tax, 0)
    assert undone.by == desk() and not fulfilling.is_covered(order)
    with pytest.raises(DecidedMeanwhile):
        assigning.undo(made.pk, by_id=desk().pk, reason="again", now=timezone.now())
    assert importing.assign_certain(account_of(order), now=timezone.now()) == 0  # what a person decided, a person decides again
    assigning.assign(line.pk, other.pk, by_id=desk().pk, now=timezone.now())
    other.refresh_from_db()
    assert other.status == OrderState.CONFIRMED and balances(other) == (other.total_incl_tax, 0, 0)
    with pytest.raises(NothingLeft):
        assigning.assign(line.pk, order.pk, by_id=desk().pk, now=timezone.now())


def test_one_transfer_for_two_orders_is_divided():
    order, other = awaited(), awaited()
    line = pay(order, order.total_incl_tax * 2, reference="")
    assigning.assign(line.pk, order.pk, amount=order.total_incl_tax, by_id=desk().pk, now=timezone.now())
    line.refresh_from_db()
    assert line.state == LineState.OPEN
    assigning.assign(line.pk, other.pk, by_id=desk().pk, now=timezone.now())
    line.refresh_from_db()
    assert line.state == LineState.ASSIGNED
    for each in (order, other):
        each.refresh_from_db()
        assert each.status == OrderState.CONFIRMED and balances(each)[1:] == (0, 0)


def test_what_was_sent_back_cannot_be_taken_from_its_order():
    order = awaited()
    pay(order, order.total_incl_tax + 50)
    made = overpaying.decide(order, keep=False, by_id=desk().pk, reason="x", payee_account="DE1", now=timezone.now())
    with pytest.raises(GoneBack):
        assigning.undo(Assignment.objects.get().pk, by_id=desk().pk, reason="wrong", now=timezone.now())
    assert balances(order) == (order.total_incl_tax + 50, 0, 50)
    overpaying.withdraw(made.pk, by_id=desk().pk, now=timezone.now())
    assigning.undo(Assignment.objects.get().pk, by_id=desk().pk, reason="wrong", now=timezone.now())
    assert balances(order) == (0, order.total_incl_tax, 0)


def test_goods_do_not_leave_while_money_is_owed():
    order = awaited()
    pay(order, order.total_incl_tax)
    pack(order)
    order.refresh_from_db()
    assigning.undo(Assignment.objects.get().pk, by_id=desk().pk, reason="recalled by the bank", now=timezone.now())
    with pytest.raises(fulfilling.NotPaid):
        fulfilling.dispatch(order, by_id=packer(), now=timezone.now())
    assigning.assign(StatementLine.objects.get().pk, order.pk, by_id=desk().pk, now=timezone.now())
    fulfilling.dispatch(order, by_id=packer(), now=timezone.now())
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED


def test_a_line_that_is_no_order_s_is_put_aside_by_somebody_and_taken_up_again():
    order = awaited()
    line = pay(order, 3, reference="", payer="The bank", text="interest")
    assigning.put_aside(line.pk, by_id=desk().pk, reason="interest", now=timezone.now())
    line.refresh_from_db()
    assert (line.state, line.aside_by) == (LineState.PUT_ASIDE, desk())
    with pytest.raises(DecidedMeanwhile):
        assigning.put_aside(line.pk, by_id=desk().pk, reason="interest", now=timezone.now())
    assigning.take_up(line.pk)
    line.refresh_from_db()
    assert line.state == LineState.OPEN


def test_files_of_others_and_orders_of_others_are_refused(standin):
    order = awaited()
    with pytest.raises(OtherAccount):
        read_in(order, statement(entry(), iban="DE89370400440532013000"))
    with pytest.raises(NotReadable):
        read_in(order, b"hello")
    assert not Statement.objects.exists()
    card = place(fill(variant()))
    line = pay(order, 7, reference="")
    with pytest.raises(NotByTransfer):
        assigning.assign(line.pk, card.pk, by_id=desk().pk, now=timezone.now())


def test_launches_gifts_by_link_and_amounts_decide_where_it_is_offered():
    open_launch()
    who = buyer("cleo", client_of("cleo"))
    with pytest.raises(WayGone):
        place(fill(variant("arc-bangle-small-diamonds"), who=who), who=who, payment="transfer")
    with pytest.raises(WayGone):
        awaited(gift=BY_LINK)
    BankAccount.objects.update(least=10, most=20)
    offering.all_accounts.forget()
    with pytest.raises(WayGone):
        awaited()
    BankAccount.objects.update(is_offered=False)
    offering.all_accounts.forget()
    with pytest.raises(WayGone):
        awaited()


def test_the_database_keeps_what_the_bank_wrote_and_who_has_it():
    order = awaited()
    line = pay(order, 100)
    for sql in (
        f"UPDATE transfers_statementline SET amount = 1 WHERE id = {line.pk}",
        f"DELETE FROM transfers_statementline WHERE id = {line.pk}",
        "UPDATE transfers_assignment SET amount = 1",
        "DELETE FROM transfers_assignment",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(line=line, order=order, amount=1, at=timezone.now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_book_accounts_of_a_transfer_are_its_own():
    order = awaited()
    pay(order, order.total_incl_tax)
    assert not Posting.objects.filter(entry__order=order, account=Account.CAPTURED).exists()

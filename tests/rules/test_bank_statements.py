"""Statements as banks write them, and files that are none: read, or refused with a reason, never half."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout.transfers import camt, entries, tables
from checkout.transfers.entries import Entry, Unreadable

SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
IBAN = "FR1420041010050500013M02606"


def entry(amount="1200.00", *, said="CRDT", status="<Sts><Cd>BOOK</Cd></Sts>", more="", details="", currency="EUR") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{said}</CdtDbtInd>{status}'
        f"<BookgDt><Dt>2026-12-01</Dt></BookgDt>{more}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def detail(*, amount="", text="Thank you", reference="", payer="Anna Test", end_to_end="NOTPROVIDED", own="") -> str:
    given = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    structured = f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>" if reference else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId>{own}</Refs>{given}"
        f"<RltdPties><Dbtr><Pty><Nm>{payer}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>{text}</Ustrd>{structured}</RmtInf></TxDtls>"
    )


def statement(*rows: str, space=SPACE, iban=IBAN, head='<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return (
        f'{head}<Document xmlns="{space}"><BkToCstmrStmt><GrpHdr/><Stmt><Id>1</Id><Acct><Id><IBAN>{iban}</IBAN></Id>'
        f"<Ccy>EUR</Ccy></Acct>{''.join(rows)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def test_a_booked_line_is_read_with_all_that_matters():
    row = entry(more="<AcctSvcrRef>BANK-1</AcctSvcrRef>", details=detail(reference="RF24 K7PQ 2X9W RT", text="Bague &amp; merci"))
    accounts, [line] = camt.read(statement(row))
    assert [account.number for account in accounts] == [IBAN]
    assert line == Entry(
        date(2026, 12, 1),
        Decimal("1200.000"),
        "EUR",
        "Anna Test",
        "DE89370400440532013000",
        "Bague & merci",
        "RF24K7PQ2X9WRT",
        "BANK-1",
    )


def test_older_versions_write_status_and_names_otherwise():
    old = detail().replace("<Pty><Nm>Anna Test</Nm></Pty>", "<Nm>Anna Old</Nm>")
    _accounts, [line] = camt.read(statement(entry(status="<Sts>BOOK</Sts>", details=old), space=SPACE[:-2] + "02"))
    assert line.payer == "Anna Old"


def test_what_is_not_booked_yet_is_left_out_and_what_goes_out_is_negative():
    rows = [entry(status="<Sts><Cd>PDNG</Cd></Sts>"), entry("9.50", said="DBIT"), entry("7", more="<RvslInd>true</RvslInd>")]
    _accounts, lines = camt.read(statement(*rows))
    assert [line.amount for line in lines] == [Decimal("-9.500"), Decimal("7.000")]
    assert [line.is_reversal for line in lines] == [False, True]


def test_a_batch_is_read_transfer_by_transfer_only_when_it_adds_up():
    whole = [detail(amount="1000", payer="One"), detail(amount="200", payer="Two")]
    _accounts, lines = camt.read(statement(entry(details="".join(whole), more="<AcctSvcrRef>B</AcctSvcrRef>")))
    assert [(line.amount, line.payer, line.bank_reference) for line in lines] == [(1000, "One", "B/1"), (200, "Two", "B/2")]
    short = [detail(amount="1000"), detail(amount="100")]
    _accounts, lines = camt.read(statement(entry(details="".join(short))))
    assert [line.amount for line in lines] == [1200]


HOSTILE = {
    "entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Document>&b;</Document>',
    "external entity": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>',
    "document type alone": b'<?xml version="1.0"?><!DOCTYPE Document SYSTEM "http://127.0.0.1/x.dtd"><Document/>',
    "another kind": statement(entry(), space="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"),
    "no kind": b"<Document/>",
    "broken": statement(entry())[:-9],
    "unknown encoding": statement(entry(), head='<?xml version="1.0" encoding="utf-99"?>'),
    "no bytes": b"",
    "no text": bytes(range(256)),
    "no account": statement(entry(), iban=""),
    "no number": statement(entry("NaN")),
    "endless number": statement(entry("9" * 400)),
    "exponent": statement(entry("1E9")),
    "negative": statement(entry("-1.00")),
    "no currency": statement(entry(currency="")),
    "strange currency": statement(entry(currency="eu<")).replace(b"eu<", b"eu1"),
    "no direction": statement(entry(said="BOTH")),
    "no day": statement(entry()).replace(b"2026-12-01", b"2026-13-41"),
    "full-width digits": statement(entry("１２")),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_no_statement_is_refused(data):
    with pytest.raises(Unreadable):
        camt.read(data)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_readers(data):
    for read in (lambda: camt.read(data), lambda: tables.read(data, LAYOUT, currency="CNY")):
        try:
            read()
        except Unreadable as no:
            assert str(no)


def test_signs_that_steer_a_screen_are_taken_out_and_long_texts_cut():
    text = "a&#x202E;b&#x200B;c" + "x" * 900
    _accounts, [line] = camt.read(statement(entry(details=detail(text=text, payer="N" * 400))))
    assert line.text.startswith("a b c") and len(line.text) == 500 and len(line.payer) == 140


def test_deeply_nested_elements_are_no_trouble():
    deep = "<x>" * 3000 + "</x>" * 3000
    _accounts, lines = camt.read(statement(entry(more=deep)))
    assert len(lines) == 1


LAYOUT = tables.Layout(
    {"day": "交易日期", "credit": "收入", "debit": "支出", "payer": "对方户名", "payer_account": "对方账号", "text": "摘要"},
    encoding="gb18030",
    skip=1,
    day_format="%Y%m%d",
)


def test_a_chinese_bank_s_table_is_read_by_its_layout():
    text = (
        "某某银行 交易明细\r\n交易日期,收入,支出,对方户名,对方账号,摘要\r\n"
        '20261201,"12,000.00",,王芳,6222 0000 1111,"货款 123 456 7897"\r\n20261201,,30.00,银行,,手续费\r\n,,,,,\r\n'
    )
    first, second = tables.read(text.encode("gb18030"), LAYOUT, currency="CNY")
    assert (first.amount, first.currency, first.payer, first.payer_account) == (12000, "CNY", "王芳", "622200001111")
    assert first.text == "货款 123 456 7897" and second.amount == -30


def test_a_decimal_comma_and_a_semicolon():
    layout = tables.Layout(
        {"day": "Buchung", "amount": "Betrag", "currency": "W"}, delimiter=";", day_format="%d.%m.%Y", decimal_comma=True
    )
    [line] = tables.read(b"Buchung;Betrag;W\n01.12.2026;1.200,50;EUR\n", layout, currency="CNY")
    assert (line.amount, line.currency, line.booked_on) == (Decimal("1200.50"), "EUR", date(2026, 12, 1))


PLAIN = tables.Layout({"day": "day", "amount": "amount"})
TABLES = {
    "no column": b"a,b\n1,2\n",
    "wrong encoding": b"day,amount\n\xff,1\n",
    "no day": b"day,amount\n2026-02-30,1\n",
    "no amount": b"day,amount\n2026-12-01,=1+1\n",
    "open quote": b'day,amount\n"2026-12-01,1\n',
    "endless field": b"day,amount\n" + b"9" * 200_000 + b",1\n",
    "nothing": b"",
}


@pytest.mark.parametrize("data", TABLES.values(), ids=TABLES.keys())
def test_a_table_that_is_none_is_refused(data):
    with pytest.raises(Unreadable):
        tables.read(data, PLAIN, currency="EUR")


def test_more_lines_than_a_bank_writes_are_refused():
    data = b"day,amount\n" + b"2026-12-01,1\n" * (entries.MOST_LINES + 1)
    with pytest.raises(Unreadable):
        tables.read(data, PLAIN, currency="EUR")


def test_two_equal_transfers_of_a_day_are_two_lines_and_the_same_in_the_next_file():
    twin = Entry(date(2026, 12, 1), Decimal("5.000"), "EUR", "Anna", text="x")
    other = Entry(date(2026, 12, 1), Decimal("5.000"), "EUR", "Berthe", text="x")
    today, all_week = entries.identities([twin, twin]), entries.identities([other, twin, twin])
    assert len(set(today)) == 2 and set(today) < set(all_week)


def test_a_line_that_the_bank_names_is_itself_whatever_else_is_written_about_it():
    early = Entry(date(2026, 12, 1), Decimal("5.000"), "EUR", "Anna", bank_reference="B1")
    late = Entry(date(2026, 12, 1), Decimal("5.000"), "EUR", "ANNA TEST", text="more", bank_reference="B1")
    assert entries.identities([early]) == entries.identities([late])

"""Price is nowhere a recipient can look: every paper, page, letter and answer that reaches him is read here, to its metadata."""

import io
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.core import mail
from django.urls import get_resolver, reverse
from django.utils import timezone
from pypdf import PdfReader

from checkout import fulfilling, giving, slips
from checkout.order.models import Order
from services.engraving.models import Inscription
from services.foundation.formats import money
from services.foundation.regions.links import storefront
from services.gifting import card, links
from services.gifting.models import Wrapping
from tests import makers
from tests.makers import RECIPIENT, given, proven, work_off
from tests.parcels import bag_of_two, paid, parcels_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
LANGUAGES = ("en", "fr", "zh-hans")
#: Whatever stands for money, and the words beside it. (A dollar sign alone stands in PDF and script, an amount never without it.)
MONEY = ("€", "¥", "￥", "EUR", "CNY", "USD", "元", "VAT", "TVA", "total_incl", "line_price", "price_incl")


def amounts(order: Order) -> set[str]:
    """Every amount of an order as anybody could write it: plain, in cents, and in each language's hand."""
    found: set[Decimal] = {order.total_incl_tax, order.total_excl_tax, order.total_incl_tax - order.total_excl_tax}
    for each in (order, *order.parcels.all()):
        found |= {each.total_incl_tax, each.total_excl_tax}
        for line in each.lines.all():
            found |= {line.line_price_incl_tax, line.line_price_excl_tax, line.line_tax}
    said = set()
    for amount in (each for each in found if each):
        said |= {f"{amount:.2f}", f"{amount:,.2f}", str(int(amount * 100))}
        for language in LANGUAGES:
            with storefront(order.region_code, language):
                said.add(re.sub(r"[^\d.,\s\u00a0\u202f]", "", money(amount, order.currency)).strip())
    return {each for each in said if len(each) > 3}


def menu_of(client, order: Order) -> list[str]:
    """What the menu of regions tells on every page, its currencies: that is nothing of an order."""
    said = told(client.get("/eu/en/nothing-here/").content.decode(), order)
    assert set(said) <= {"EUR", "CNY", "USD"}
    return said


def told(text: str, order: Order) -> list[str]:
    """What of the money, or of the payer's own order, stands in a text."""
    payer = order.payer
    secret = [payer.access_key, str(payer.placement_key), *(attempt.intent for attempt in payer.attempts.all() if attempt.intent)]
    if payer != order:
        secret += [payer.number, payer.guest_email, payer.contact_mobile]
    return [each for each in (*MONEY, *amounts(payer), *secret) if each and each in text]


def everything_in(pdf: bytes) -> str:
    """The words of a PDF, its title and every other metadata, and its streams as they are."""
    reader = PdfReader(io.BytesIO(pdf))
    said = [page.extract_text() for page in reader.pages]
    said += [f"{key} {value}" for key, value in (reader.metadata or {}).items()]
    if reader.xmp_metadata:
        said.append(reader.xmp_metadata.stream.get_data().decode("utf-8", "replace"))
    said += [str(name) for name in reader.attachments]
    for outline in reader.outline:
        said.append(str(outline))
    return "\n".join(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_papers_of_a_parcel_tell_no_price_and_nothing_of_the_payers_order(standin, language):
    order = paid(standin, bag_of_two(engraved="A & P", gift=makers.GIFT), language=language)
    for parcel in parcels_of(order):
        kept = Wrapping.objects.get(order_line__order=parcel)
        for pdf in (slips.pdf_of(parcel), slips.label_of(parcel), slips.card_of(parcel, kept)):
            said = everything_in(pdf)
            assert told(said, parcel) == []
        assert parcel.number in everything_in(slips.pdf_of(parcel))
        assert parcel.shipping_address.name in everything_in(slips.label_of(parcel))
        svg = card.svg(kept.card, language=language)
        assert not any(sign.encode() in svg for sign in MONEY)
        for inscription in Inscription.objects.filter(order_line__order=parcel):
            assert not any(sign in inscription.proof_svg for sign in MONEY)


def test_the_reader_of_these_tests_sees_a_price_where_there_is_one(client, standin):
    """The receipt is the payer's: all of it is found there, so that finding nothing elsewhere means something."""
    from checkout import receipts
    from checkout.order.reading import read

    order = paid(standin)
    first = parcels_of(order)[0]
    said = told(everything_in(receipts.pdf_of(order, read(order))), first)
    assert "€" in said and order.number in said and len(said) > 3


def named_after_an_order() -> list[tuple[str, list[str]]]:
    """Every address of the shop that begins with an order's number: its name, and what else stands in it."""
    known = get_resolver("flagship.storefront").reverse_dict
    return [
        (name, names)
        for name in known
        if isinstance(name, str)
        for possible, *_more in known.getlist(name)
        for _form, names in possible
        if "number" in names
    ]


def test_the_number_on_the_slip_opens_no_page_and_answers_no_question(client, standin):
    order = paid(standin, bag_of_two(gift=makers.GIFT))
    parcel = parcels_of(order)[0]
    makers.pack(parcel)
    line = parcel.lines.get().pk
    keys = {"number": parcel.number, "line": line, "variant": 1, "shown": "x", "key": parcel.photographs.get().key, "name": "x"}
    with storefront("eu", "en"):
        addresses = [
            reverse(name, settings.STOREFRONT_URLCONF, kwargs={each: keys[each] for each in names})
            for name, names in named_after_an_order()
        ]
    assert len(addresses) > 10
    menu = menu_of(client, parcel)
    for address in addresses:
        for query in ("", f"?key={parcel.access_key}"):
            for answer in (client.get(address + query), client.post(address + query)):
                assert answer.status_code in (404, 405), (address, answer.status_code)
                assert told(answer.content.decode(), parcel) in ([], menu)


def test_what_the_bench_prints_is_behind_its_door(client, standin):
    order = paid(standin, bag_of_two(gift=makers.GIFT))
    parcel = parcels_of(order)[0]
    for what in ("parcel", "slip", "label"):
        answer = client.get(reverse(f"packing-{what}", args=[parcel.number]))
        assert answer.status_code == 302
        assert told(answer.content.decode(), parcel) == []


def test_letters_about_a_parcel_go_to_the_payer_alone_and_name_his_order(standin):
    order = paid(standin, bag_of_two(engraved="A & P", gift=makers.GIFT))
    first = parcels_of(order)[1]
    makers.pack(first)
    fulfilling.dispatch(first, by_id=makers.packer(), now=timezone.now())
    work_off()
    letters = [letter for letter in mail.outbox if letter.to != []]
    assert {address for letter in letters for address in letter.recipients()} == {order.guest_email}
    sent = next(letter for letter in letters if "on its way" in letter.subject)
    assert order.number in sent.subject and first.shipping_address.name in sent.body
    assert first.number not in (sent.subject + sent.body).replace(f"SEAL-{first.number}", "")


def test_a_recipient_by_link_reads_no_price_on_any_page_or_letter(client, standin):
    gift = given(standin, engraved="A & P", gift=makers.GIFT)
    order = gift.order
    menu = menu_of(client, order)
    home = f"/eu/en/gift/{links.secret_of(gift)}/"
    client.post(home, {"act": "send-code"})
    work_off()
    code = re.search(r"\b(\d{6})\b", next(m for m in reversed(mail.outbox) if m.to == [gift.contact]).body).group(1)
    seen = [client.get(home), client.post(home, {"act": "prove", "code": code}, follow=True), client.get(f"{home}decline/")]
    giving.accept(proven(gift), RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now())
    seen.append(client.get(home))
    order.refresh_from_db()
    work_off()
    for answer in seen:
        assert answer.status_code == 200
        assert told(answer.content.decode(), order) == menu
        assert not any("price" in name.lower() or "total" in name.lower() for name in answer.headers)
    letters = [letter for letter in mail.outbox if gift.contact in letter.recipients()]
    assert letters
    for letter in letters:
        assert told(letter.message().as_string(), order) == []
        for content, _kind in letter.alternatives:
            assert told(content, order) == []

"""Letters as they leave: one hand, three languages, and plain text that says what the HTML says."""

import html
import re

import pytest
from django.core import mail
from django.utils import timezone

from checkout import letters
from checkout.order.models import OrderChange
from services.foundation.contacts import proving
from services.foundation.house import house
from tests.languages import CARD, HOMES, TEXT, english_in, letters_about, order_with_everything, words_of
from tests.makers import fill, pay, place, variant, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def code_letter(language: str):
    mail.outbox.clear()
    proving.send("anna@client.example", network_key="x", language=language, now=timezone.now())
    work_off()
    return mail.outbox[-1]


def html_of(letter) -> str:
    return letter.alternatives[0][0]


@pytest.mark.parametrize(("region", "language"), [("cn", "zh-hans"), ("eu", "fr"), ("us", "en")])
class TestEveryLetter:
    @pytest.fixture
    def written(self, region, language, standin):
        payment = "full" if region == "us" else "instalments"
        order = order_with_everything(region, language, standin, payment=payment)
        assert ("Halo band" in {line.title for line in order.lines.all()}) == (language == "en")
        return {**letters_about(order, standin), "code": code_letter(language)}

    def test_speaks_its_language_alone_and_is_marked_with_it(self, written, language):
        for name, letter in written.items():
            page = html_of(letter)
            assert f'<html lang="{language}">' in page and letter.extra_headers["Content-Language"] == language, name
            if language != "en":
                for said in (letter.subject, words_of(letter.body), words_of(page)):
                    assert not english_in(said.replace(CARD, "")), (name, english_in(said))

    def test_says_as_plain_text_what_it_says_as_html(self, written):
        for name, letter in written.items():
            body = re.sub(r"\W", "", letter.body)
            page = re.sub(r'(?s)<(style|title)\b.*?</\1>|<div style="display:none.*?</div>|<!--.*?-->', "", html_of(letter))
            for said in re.split(r"<[^>]+>", page):
                assert re.sub(r"\W", "", html.unescape(said)) in body, (name, said, letter.body)

    def test_goes_out_in_the_houses_hand(self, written):
        for name, letter in written.items():
            page = html_of(letter)
            assert letter.reply_to == [house().adviser_email] and letter.from_email == house().mail_from, name
            assert house().wordmark in page and "'House Display', Georgia" in page and house().adviser_phone in letter.body, name
            assert "fonts/display.woff2" in page and page.count("display:none") == 1 and "<h1" in page, name
            assert letter.extra_headers["Message-ID"].startswith("<"), name

    def test_shows_lines_sums_day_address_and_receipt_while_the_order_stands(self, written, region):
        for name in ("confirmed", "changed", "dispatched"):
            for said in (written[name].body, html_of(written[name])):
                assert "receipt.pdf?key=" in said and TEXT.replace("&", "&amp;" if "<html" in said else "&") in said
                for line in CARD.split("\n"):
                    assert line in said
                assert HOMES[region].get("line1", "12 rue de Rivoli") in said

    def test_every_letter_has_an_id_of_its_own(self, written):
        ids = [letter.extra_headers["Message-ID"] for name, letter in written.items() if " " not in name]
        assert len(set(ids)) == len(ids)


def test_a_text_in_another_language_is_marked_with_it(standin):
    order = order_with_everything("eu", "fr", standin)
    page = html_of(letters_about(order, standin)["confirmed"])
    assert re.search(r'«\xa0<span lang="zh">岁岁 A&amp;P</span>\xa0»', page)
    assert '<span lang="zh">愿你岁岁平安。<br>À toi, toujours.</span>' in page
    chinese = order_with_everything("cn", "zh-hans", standin)
    assert 'lang="zh"' not in html_of(letters_about(chinese, standin)["confirmed"])


def test_what_a_client_wrote_is_shown_and_never_run(standin):
    order = pay(place(fill(variant())), standin)
    change = OrderChange.objects.create(
        order=order, kind="address", before={"name": "<b>A</b>"}, after={"name": "<script>林"}, at=timezone.now()
    )
    letters.changed(change.pk)
    page = html_of(mail.outbox[-1])
    assert "&lt;script&gt;林" in page and "<script" not in page and "<b>" not in page
    assert "<script>林" in mail.outbox[-1].body


def test_where_tax_is_added_the_pieces_stand_before_it_and_the_sums_add_up(standin):
    order = pay(place(fill(variant(), region="us"), **HOMES["us"]), standin)
    work_off()
    tax = order.total_incl_tax - order.total_excl_tax
    assert tax > 0
    for amount in (order.lines.get().line_price_excl_tax, tax, order.total_incl_tax):
        assert f"${amount:,.2f}".removesuffix(".00") in mail.outbox[-1].body
    assert "Tax (8.875%)" in mail.outbox[-1].body


def test_a_code_can_be_copied_and_the_letter_says_how_long_it_lives_and_what_to_do_otherwise():
    letter = code_letter("en")
    code = re.search(r"\b(\d{6})\b", letter.body).group(1)
    assert code in letter.subject and f">{code}<" in html_of(letter)
    for said in (letter.body, html_of(letter)):
        assert "Valid for 10 minutes, and only once." in said and "Did you not ask for it?" in said


def test_a_cancelled_order_says_truly_whether_money_comes_back(standin):
    authorised = order_with_everything("eu", "en", standin)
    assert "Nothing was charged. Your bank releases" in letters_about(authorised, standin)["cancelled"].body
    charged = order_with_everything("eu", "en", standin, payment="instalments")
    assert "What was paid goes back to your card" in letters_about(charged, standin)["cancelled"].body

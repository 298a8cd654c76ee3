"""Search as a browser without script sees it, and the fragment that suggests while one types."""

import re

import brotli
import pytest
from django.conf import settings
from django.utils import timezone

from catalog.models import Occasion, Product
from catalog.search import finding, indexing, vocabulary
from catalog.showing import every_occasion
from tests.pages.test_budgets import copies, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture(autouse=True)
def fresh():
    def forget():
        vocabulary.words.forget()
        every_occasion.forget()

    forget()
    yield
    forget()


def page(client, q: str, place: str = "eu/en", **more) -> str:
    answer = client.get(f"/{place}/search/", {"q": q, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def main(html: str) -> str:
    return html.split("<main")[1].split("</main>")[0]


def pieces(html: str) -> list[str]:
    return re.findall(r'<h3><a href="/\w+/[\w-]+/pieces/([\w-]+)/"', html)


class TestCorrections:
    def test_pieces_shown_for_another_word_say_so_and_the_client_may_insist(self, client):
        html = page(client, "braclet")
        assert "Nothing for “braclet”; shown for “bracelet”." in html and "arc-bangle" in pieces(html)
        assert 'href="?q=braclet&amp;exact=yes"' in html
        insisted = page(client, "braclet", exact="yes")
        assert pieces(insisted) == [] and "We found nothing for “braclet”" in insisted
        assert 'Did you mean <a href="?q=bracelet">bracelet</a>?' in insisted

    @pytest.mark.parametrize(("asked", "said"), [("shouzuo", "手镯"), ("手濯", "手镯"), ("dimond halo", "diamond halo")])
    def test_pinyin_and_hanzi_are_corrected_too(self, client, asked, said):
        html = page(client, asked)
        assert f"shown for “{said}”" in html and pieces(html)

    @pytest.mark.parametrize("asked", ["手鐲", "shǒu zhuó", "arc 手镯", "弧手镯"])
    def test_what_is_found_as_asked_says_nothing_of_corrections(self, client, asked):
        html = page(client, asked)
        assert "arc-bangle" in pieces(html) and "shown for" not in html and "Did you mean" not in html

    def test_pieces_that_hold_only_some_of_the_words_say_so(self, client):
        html = page(client, "halo bangle")
        assert "No piece has all of “halo bangle”; these have some of it." in html
        assert {"halo-band", "arc-bangle"} <= set(pieces(html)) and "4 pieces<" in html

    def test_what_only_a_text_speaks_of_asks_what_was_meant(self, client):
        piece = Product.objects.get(slug="festoon-card-case")
        piece.description_en = "A case in ringed skin."
        piece.save()
        indexing.index(piece)
        html = page(client, "ringe")
        assert pieces(html) == ["festoon-card-case"] and re.search(r'Did you mean <a href="\?q=rings?">', html)
        assert "Did you mean" not in page(client, "ringed")  # the very word is no slip

    def test_a_correction_that_finds_nothing_is_not_offered(self, client):
        Product.objects.filter(slug__startswith="arc-bangle").update(is_public=False)
        vocabulary.words.forget()
        html = page(client, "shouzuo")
        assert "手镯" not in main(html) and "We found nothing" in html

    def test_names_come_before_texts(self):
        piece = Product.objects.get(slug="festoon-card-case")
        piece.title_en, piece.position = "Quincunx case", 900
        piece.save()
        other = Product.objects.get(slug="halo-band")
        other.description_en, other.position = "Worn with the quincunx case.", 0
        other.save()
        for changed in (piece, other):
            indexing.index(changed)
        assert finding.find("quincunx", now=timezone.now()).ids == [piece.pk, other.pk]


class TestThePage:
    def test_without_a_question_it_shows_occasions_and_collections(self, client):
        html = main(client.get("/eu/fr/search/").content.decode())
        assert "/eu/fr/gifts/?occasion=qixi" in html and "/eu/fr/collections/arc/" in html
        assert "noindex" not in html and "noindex" in page(client, "arc")

    def test_more_than_a_page_can_be_leafed_through_without_script_best_first(self, client):
        copies(0, 30)
        first = page(client, "arc")
        assert len(pieces(first)) == 24 and "32 pieces for “arc”" in first and 'href="?q=arc&amp;page=2"' in first
        second = page(client, "arc", page=2)
        assert len(pieces(second)) == 8 and not set(pieces(first)) & set(pieces(second)) and 'rel="prev"' in second
        assert [Product.objects.get(slug=slug).pk for slug in pieces(first) + pieces(second)] == finding.find(
            "arc", now=timezone.now()
        ).ids

    def test_a_piece_without_a_picture_is_neither_shown_nor_counted(self, client):
        before = finding.find("arc", now=timezone.now()).ids
        piece = Product.objects.get(slug="arc-bangle")
        piece.pictures.update(is_ready=False)
        assert finding.find("arc", now=timezone.now()).ids == [pk for pk in before if pk != piece.pk]

    @pytest.mark.parametrize(
        "asked",
        ["a" * 300, "手" * 300, "!!! ??? …", "🙂👩‍👧", "' & | ! <-> :*", "'; DROP TABLE search_entry; --",
         "\u202e\u2066gold", "%ED%A0%80", "\ufeff", "\x01\x02", "(", "a:*b", "\\", "ﷺ", "  "],
    )  # fmt: skip
    def test_whatever_is_typed_the_page_is_calm(self, client, asked):
        html = page(client, asked)
        assert len(re.findall("<h1", html)) == 1 and "\u202e" not in html and "\u2066" not in html
        answer = client.get("/eu/en/search/suggest/", {"q": asked})
        assert answer.status_code == 200

    def test_half_a_sign_and_a_nul_are_answered_calmly(self, client):
        assert client.get("/eu/en/search/?q=%ED%A0%80%E6%89%8B").status_code == 200
        answer = client.get("/eu/en/search/?q=a%00b")
        assert answer.status_code == 400 and "control character" in answer.content.decode()

    def test_a_question_that_is_too_long_says_how_much_was_read(self, client):
        html = page(client, "bracelet " * 30)
        assert "first 100 characters" in html and "arc-bangle" in pieces(html)

    def test_every_page_has_the_search_ready_and_a_plain_link_to_it(self, client):
        for path in ("", "pieces/halo-band/", "bag/"):
            html = client.get(f"/eu/en/{path}").content.decode()
            assert re.search(r'<a href="/eu/en/search/" data-opens="search"', html)
            overlay = html.split("<search-overlay>")[1].split("</search-overlay>")[0]
            assert "<dialog" in overlay and " open" not in overlay.split("<dialog")[1].split(">")[0]
            assert 'action="/eu/en/search/"' in overlay and "?occasion=birth" in overlay

    def test_ids_are_said_once_a_page(self, client):
        ids = re.findall(r'\sid="([^"]+)"', page(client, "arc"))
        assert len(ids) == len(set(ids))


def suggested(client, q: str, place: str = "eu/en") -> str:
    answer = client.get(f"/{place}/search/suggest/", {"q": q})
    assert answer.status_code == 200
    return answer.content.decode()


def options(html: str) -> list[str]:
    return re.findall(r'role="option"[^>]* href="([^"]+)"', html)


class TestSuggestions:
    def test_it_is_a_fragment_kept_a_minute_by_the_browser_alone(self, client):
        answer = client.get("/eu/en/search/suggest/", {"q": "arc"})
        assert "<html" not in answer.content.decode()
        assert "private" in answer["Cache-Control"] and "max-age=60" in answer["Cache-Control"]
        assert "Set-Cookie" not in answer and "Cookie" not in answer.get("Vary", "")

    @pytest.mark.parametrize(
        ("asked", "link"),
        [
            ("arc", "/collections/arc/"), ("弧", "/collections/arc/"), ("guanghuan", "/collections/halo/"),
            ("bague", "/pieces/?kind=ring"), ("jie", "/pieces/?kind=ring"), ("项链", "/pieces/?kind=necklace"),
            ("項鏈", "/pieces/?kind=necklace"), ("qixi", "/gifts/?occasion=qixi"), ("七夕", "/gifts/?occasion=qixi"),
            ("noël", "/gifts/?occasion=christmas"), ("alliance", "/pieces/halo-band/"), ("braclet", "/pieces/arc-bangle/"),
            ("shouzuo", "/pieces/arc-bangle/"), ("nekla", "/pieces/filament-plate/"),
        ],
    )  # fmt: skip
    def test_pieces_collections_kinds_and_occasions_are_suggested_in_every_language(self, client, asked, link):
        for place in ("eu/en", "cn/zh-hans"):
            assert f"/{place}{link}" in options(suggested(client, asked, place))

    def test_every_suggestion_leads_to_a_page(self, client):
        for asked in ("arc", "or", "qixi", "ring", "皮"):
            found = options(suggested(client, asked))
            assert found
            for link in found:
                assert client.get(link).status_code == 200

    def test_one_hanzi_is_enough_and_of_latin_letters_two(self, client):
        assert options(suggested(client, "弧")) and options(suggested(client, "ar"))
        for nothing in ("a", " a ", "", "é", "🙂", "'"):
            assert options(suggested(client, nothing)) == []

    def test_there_are_never_more_than_eight_and_their_number_is_said(self, client):
        copies(0, 20)
        for n in range(6):
            Occasion.objects.create(slug=f"arc-{n}", name=f"Arc day {n}")
        every_occasion.forget()
        html = suggested(client, "arc")
        found = options(html)
        assert len(found) == 8 and 'data-said="8 suggestions"' in html
        assert sum("/pieces/" in link for link in found) >= 2 and any("occasion" in link for link in found)
        assert 'data-said="No suggestions"' in suggested(client, "zzzz")

    def test_pieces_have_a_small_picture_and_their_name(self, client):
        html = suggested(client, "手镯", "cn/zh-hans")
        assert "弧·手镯" in html and 'sizes="3rem"' in html and html.count('<span aria-hidden="true"><picture') == 2

    def test_suggestions_for_another_word_name_it(self, client):
        assert "Pieces for “bracelet”" in suggested(client, "braclet")
        assert "Pieces for" not in suggested(client, "bracelet")

    @pytest.mark.parametrize("asked", ["arc", "braclet", "zzzz", "a"])
    def test_it_asks_few_queries_and_more_rows_ask_no_more(self, client, asked):
        few = queries(lambda: suggested(client, asked))
        assert few <= 4
        copies(0, 12)
        assert queries(lambda: suggested(client, asked)) <= few


def test_a_corrected_search_stays_within_its_budget(client):
    few = queries(lambda: page(client, "braclet"))
    assert few <= 11
    copies(0, 12)
    assert queries(lambda: page(client, "braclet")) <= few
    assert queries(lambda: page(client, "zzzz qqqq")) <= 3


def test_the_script_of_the_search_is_small():
    script = (settings.ROOT / "static" / "js" / "search.js").read_bytes()
    assert len(brotli.compress(script)) < 2000 and b"innerHTML" not in script

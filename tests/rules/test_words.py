"""Search tokens and plain text."""

import pytest

from catalog.search.finding import _query
from catalog.search.tokens import hanzi, latin, pinyin
from services.foundation.plain_text import NotPlain, plain


def test_latin_words_lose_case_and_accents():
    assert latin("Bracelet doré, Nº 5") == ["bracelet", "dore", "no", "5"]


def test_hanzi_are_found_by_pairs_and_by_pinyin():
    assert {"手", "镯", "手镯"} <= set(hanzi("弧 手镯"))
    assert {"shou", "zhuo", "shouzhuo", "sz"} <= set(pinyin("手镯"))


@pytest.mark.parametrize("asked", ["'", "a:*", "\\", "!&|()", "手'镯", "''||'x'"])
def test_a_question_is_never_a_query_language(asked):
    assert "''" not in _query(asked).replace("'':*", "")


def test_plain_text_keeps_what_is_visible_and_refuses_the_rest():
    assert plain("For you,\r\nalways. 爱 👩\u200d👧") == "For you,\nalways. 爱 👩\u200d👧"
    for bad in ("a\u202eb", "a\x00b", "a\u2028b", "a\ufeffb"):
        with pytest.raises(NotPlain):
            plain(bad)

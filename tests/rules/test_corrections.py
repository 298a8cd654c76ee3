"""Questions that are nearly right, in three languages: corrected from the house's own words."""

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.search import answering, correcting, finding, vocabulary
from catalog.search.tokens import folded, latin, spelled, visible
from catalog.search.vocabulary import loose, words_of

NAMES = [
    "bracelet", "bracelets", "ring", "rings", "bague", "diamond", "diamant", "necklace", "collier", "card", "case", "doré",
    "gold", "or", "pendant", "手镯", "戒指", "项链", "铭牌项链", "弧", "光环", "素圈", "钻石", "钻戒", "玫瑰金", "链条包",
    "18k", "ar",
]  # fmt: skip
TEXTS = ["calfskin", "polished", "engraving", "镯身内侧可镌刻一行文字"]
WORDS = words_of([(name, True, 2) for name in NAMES] + [(text, False, 1) for text in TEXTS])


def meant(asked: str, **how) -> str | None:
    guess = correcting.correct(asked, WORDS, **how)
    return guess.text if guess else None


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        # slips of the finger, and accents
        ("braclet", "bracelet"), ("bracelte", "bracelet"), ("BRACELETT", "bracelet"), ("dimond", "diamond"),
        ("neklace", "necklace"), ("rign", "ring"), ("bauge", "bague"), ("colier", "collier"), ("bracelet dorré", "bracelet doré"),
        ("calfskn", "calfskin"),
        # words that belong together, or do not
        ("neck lace", "necklace"), ("cardcase", "card case"),
        # pinyin with slips, spaces, tones; southern pinyin
        ("shouzuo", "手镯"), ("shouzhou", "手镯"), ("shou zuo", "手镯"), ("shou3zhuo2", "手镯"), ("shou3 zhuo2", "手镯"),
        ("xianlian", "项链"), ("jiezi", "戒指"), ("guanghuang", "光环"),
        # hanzi that sound alike
        ("手濯", "手镯"), ("首镯", "手镯"), ("戒纸", "戒指"), ("项连", "项链"), ("弧手濯", "弧 手镯"), ("攥石戒指", "钻石 戒指"),
        # several scripts in one question
        ("dimond 戒纸", "diamond 戒指"), ("gold手濯", "gold 手镯"),
    ],
)  # fmt: skip
def test_what_is_nearly_right_is_understood(asked, answer):
    assert meant(asked) == answer


@pytest.mark.parametrize(
    "asked", [*NAMES, "brac", "dore", "Doré", "手鐲", "項鏈", "shouzhuo", "jiezhi", "sz", "AR-1001 ring", ""]
)
def test_what_the_house_knows_is_left_alone(asked):
    guess = correcting.correct(asked, WORDS)
    assert guess is None or asked == "AR-1001 ring"


@pytest.mark.parametrize("asked", ["zzzz", "xq", "12345", "🙂", "???", "的", "手机", "qwertyuiop"])
def test_what_is_far_from_everything_is_not_guessed(asked):
    assert correcting.correct(asked, WORDS) is None


def test_a_word_nobody_has_is_left_out_and_said_to_be():
    guess = correcting.correct("bracelet unobtainium", WORDS)
    assert (guess.text, guess.complete) == ("bracelet", False)
    guess = correcting.correct("送妈妈的手镯", WORDS)
    assert (guess.text, guess.complete) == ("手镯", False)


def test_the_beginning_of_a_word_counts_only_while_that_is_asked():
    assert meant("neckla") is None
    assert meant("neckla", whole=True) == "necklace"
    assert meant("nekla", unfinished=True) == "necklace" and meant("nekla") is None


def test_hanzi_that_stand_nowhere_together_are_read_as_the_names_they_are():
    assert correcting.apart("弧手镯", WORDS) == ["弧", "手镯"]
    assert correcting.apart("钻石戒指", WORDS) == ["钻石", "戒指"]
    assert correcting.apart("手镯", WORDS) == ["手镯"]
    assert correcting.apart("钢笔", WORDS) == ["钢笔"]


def test_of_two_as_near_the_weightier_word_wins():
    words = words_of([("ring", True, 9), ("rang", False, 3)])
    assert correcting.correct("rung", words).text == "ring"


def test_what_is_spelled_keeps_its_accents_and_is_found_without():
    assert spelled("L’Alliance dorée, cœur n°5 手鐲") == ["l", "alliance", "dorée", "cœur", "n", "5", "手镯"]
    assert latin("cœur dorée") == ["coeur", "doree"]


def test_southern_and_northern_pinyin_sound_alike():
    assert loose("shouzhuo") == loose("souzuo") and loose("jing") == loose("jin") and loose("lv") == loose("lu")
    assert loose("huan") != loose("hua")


class TestProperties:
    """Whatever is typed."""

    words = st.sampled_from([name for name in WORDS.latin if len(name) >= 6 and name.isalpha()])

    @given(words, st.data())
    def test_one_slip_in_a_long_word_is_mended_into_a_known_word_one_slip_away(self, word, data):
        place = data.draw(st.integers(1, len(word) - 1))
        letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
        slips = [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
        ]
        if place + 1 < len(word):
            slips.append(word[:place] + word[place + 1] + word[place] + word[place + 2 :])
        slip = data.draw(st.sampled_from(slips))
        guess = correcting.correct(slip, WORDS, whole=True)
        near = correcting.OSA.distance(slip, folded(guess.text)) if guess else 0
        assert WORDS.knows(slip, whole=True) if guess is None else near <= 1 or guess.text in WORDS.parts

    @given(st.text(max_size=300))
    @example("\ud800手")
    def test_correcting_never_fails_and_answers_only_with_known_words(self, asked):
        guess = correcting.correct(asked, WORDS)
        if guess:
            assert guess.text
            for word in guess.text.split():
                assert (
                    WORDS.knows(folded(word))
                    or word in WORDS.signs | WORDS.parts
                    or WORDS.knows_run(word)
                    or word in correcting.EMPTY
                )

    @given(st.text(max_size=200))
    def test_a_second_correction_changes_nothing(self, asked):
        guess = correcting.correct(asked, WORDS)
        assert guess is None or correcting.correct(guess.text, WORDS) is None

    @given(st.text(max_size=200))
    @example("a\u202eb\u2028\x00\ufeff\ud800c")
    def test_what_is_shown_again_is_one_line_without_anything_unseen(self, asked):
        shown = visible(asked)
        assert shown == shown.strip() and "\n" not in shown and not set("\u202e\u2066\x00\ufeff\u2028") & set(shown)
        shown.encode()


OPERATORS = "'\"&|!<->:*()\\;%_-+=@#$ \x00\u202e\ud800aZé手鐲９"


@pytest.mark.django_db
class TestTheQuery:
    """PostgreSQL reads every question without a complaint."""

    @given(st.one_of(st.text(max_size=300), st.text(OPERATORS, max_size=300), st.text("手镯弧钻石的濯", max_size=120)))
    @example("' & | ! <-> :*")
    @example("'; DROP TABLE search_entry; --")
    @example("a" * 300)
    @example("手" * 300)
    @example("\ud83d")
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
    def test_it_is_never_an_error(self, asked):
        query = finding._query(asked, WORDS)
        with connection.cursor() as cursor:
            cursor.execute("SELECT numnode(%s::tsquery)", [query])
        finding.find(asked, WORDS, now=timezone.now())
        finding.find(asked, some=True, now=timezone.now())

    @given(st.text(OPERATORS, max_size=60))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
    def test_no_operator_of_the_client_gets_into_it(self, asked):
        query = finding._query(asked)
        for part in filter(None, query.split(" & ")):
            assert part[0] == "'" and part.rstrip(":*")[-1] == "'" and "'" not in part.rstrip(":*")[1:-1], query


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
class TestInTheHouse:
    @pytest.fixture(autouse=True)
    def fresh(self):
        vocabulary.words.forget()
        yield
        vocabulary.words.forget()

    @pytest.mark.parametrize(
        ("asked", "shown_for"),
        [
            ("braclet", "bracelet"), ("shouzuo", "手镯"), ("手濯", "手镯"), ("diamnt", "diamant"), ("colier", "collier"),
            ("pendentiff", "pendentif"), ("xianlian", "项链"), ("halo dimond", "halo diamond"), ("arc 手濯", "arc 手镯"),
        ],
    )  # fmt: skip
    def test_a_question_that_finds_nothing_is_answered_for_what_was_meant(self, asked, shown_for):
        answer = answering.answer(asked, now=timezone.now())
        assert answer.ids and answer.shown_for == shown_for
        insisted = answering.answer(asked, insist=True, now=timezone.now())
        assert (insisted.ids, insisted.shown_for, insisted.meant) == ([], "", shown_for)

    @pytest.mark.parametrize(
        "asked",
        ["手鐲", "項鍊", "戒指/項鍊", "shǒu zhuó", "shou zhuo", "shouzhuo", "arc 手镯", "halo 戒指 diamond", "钻石戒指", "弧手镯",
         "bracelet en or", "a ring", "七夕", "qixi", "Noël", "AR-1001"],
    )  # fmt: skip
    def test_these_are_found_as_they_are_asked(self, asked):
        answer = answering.answer(asked, now=timezone.now())
        if asked == "戒指/項鍊":
            assert answer.ids and answer.only_some  # no piece is both
        else:
            assert answer.ids and not (answer.shown_for or answer.meant or answer.only_some)

    def test_words_that_no_piece_holds_together_find_what_holds_some(self):
        answer = answering.answer("halo bangle", now=timezone.now())
        assert answer.ids and answer.only_some and not answer.shown_for
        assert not answering.answer("halo bangle", insist=True, now=timezone.now()).ids

    def test_a_new_word_is_known_at_once(self):
        from catalog.search import indexing
        from tests.makers import Product

        assert not answering.answer("quincunxx", now=timezone.now()).ids
        piece = Product.objects.get(slug="halo-band")
        piece.title_en = "Quincunx band"
        piece.save()
        indexing.index(piece)
        assert answering.answer("quincunxx", now=timezone.now()).shown_for == "quincunx"

    def test_the_vocabulary_is_one_query_and_then_none(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert vocabulary.words()
        with django_assert_num_queries(0):
            vocabulary.words()
        with django_assert_num_queries(3):
            answering.answer("halo bangle banglee" * 2, now=timezone.now())
        with django_assert_num_queries(1):
            answering.answer("halo", now=timezone.now())

"""Words that no text may hold: the rule, and the demo house's own texts under it."""

import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from catalog.wording import Rule, broken

FIRST = Rule("第一", allowed=("第一次", "第一只"))
BEST = Rule("最佳")


def words(text: str, *rules: Rule) -> list[str]:
    return [rule.word for rule in broken(text, rules)]


@pytest.mark.parametrize("text", ["最佳之选", "年度最佳。", "最 佳", "最\u200b佳", "最\n佳"])
def test_a_forbidden_word_is_found_wherever_it_stands(text):
    assert words(text, BEST, FIRST) == ["最佳"]


@pytest.mark.parametrize("text", ["最后戴上，最先取下", "第一次", "第一只弧是绕着一把木勺弯成的", "", "佳最"])
def test_harmless_words_pass(text):
    assert words(text, BEST, FIRST) == []


def test_one_harmless_use_does_not_excuse_another():
    assert words("第一次，便是世界第一", FIRST) == ["第一"]
    assert words("第一第一次", FIRST) == ["第一"]


def test_latin_words_are_whole_words_in_any_case():
    rule = Rule("best", allowed=("best man",))
    assert words("The BEST bangle", rule) == ["best"]
    assert words("Bestow it on your best man", rule) == []


def test_full_width_letters_hide_nothing():
    assert words("ＢＥＳＴ", Rule("best")) == ["best"]


def rules_of_the_demo_house() -> dict[str, list[Rule]]:
    data = tomllib.loads((Path(settings.HOUSE) / "words.toml").read_text(encoding="utf-8"))
    found: dict[str, list[Rule]] = {}
    for row in data["words"]:
        reasons = data["reasons"][row["reason"]]
        assert set(reasons) == {"en", "zh-hans", "fr"} and all(reasons.values())
        rule = Rule(row["word"], reasons["en"], row.get("owner", data["owner"]), tuple(row.get("allowed", ())))
        assert all(rule.word in longer for longer in rule.allowed)
        found.setdefault(row["language"], []).append(rule)
    return found


def said(node, language: str):
    """Every text of a language in the house's data."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == language and isinstance(value, str):
                yield value
            else:
                yield from said(value, language)
                if key == language and isinstance(value, dict):
                    yield from (text for text in value.values() if isinstance(text, str))
    elif isinstance(node, list):
        for value in node:
            yield from said(value, language)


def test_the_demo_houses_own_texts_hold_no_forbidden_word():
    folder, rules = Path(settings.HOUSE), rules_of_the_demo_house()
    for language, of_language in rules.items():
        texts = [file.read_text(encoding="utf-8") for file in (folder / "texts").glob(f"*.{language}.txt")]
        for name in ("house.toml", "pieces.toml"):
            texts += said(tomllib.loads((folder / name).read_text(encoding="utf-8")), language)
        assert len(texts) > 60
        assert [(text, rule.word) for text in texts for rule in broken(text, of_language)] == []
    assert broken("本季最佳，世界第一", rules["zh-hans"])  # the rules are there at all

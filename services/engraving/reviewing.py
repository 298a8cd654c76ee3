"""A text as the client reviews it: line by line, letter by letter, each look-alike with the words that tell it apart. Pure."""

import unicodedata
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .lettering import letters_of
from .lookalikes import lookalikes
from .symbols import SYMBOLS, symbol_of

_WRITTEN = """
己 jǐ 已 yǐ 巳 sì 未 wèi 末 mò 土 tǔ 士 shì 日 rì 曰 yuē 人 rén 入 rù 八 bā 大 dà 太 tài 犬 quǎn 王 wáng 玉 yù 主 zhǔ 干 gān
千 qiān 于 yú 戊 wù 戌 xū 戍 shù 戎 róng 天 tiān 夭 yāo 刀 dāo 力 lì 晴 qíng 睛 jīng 候 hòu 侯 hóu 祗 zhī 衹 qí 祇 qí 茶 chá
荼 tú 汩 gǔ 汨 mì 一 yī 口 kǒu 囗 wéi 卜 bǔ 二 èr
"""
#: How hanzi that are taken for one another are read.
READINGS = dict(zip(_WRITTEN.split()[::2], _WRITTEN.split()[1::2], strict=True))
_SIGNS: dict[str, str | Promise] = {
    "|": gettext_lazy("upright bar"),
    "$": gettext_lazy("dollar sign"),
    "—": gettext_lazy("dash"),
    "―": gettext_lazy("dash"),
    "－": gettext_lazy("dash"),
    "ー": gettext_lazy("long-vowel mark"),
}


@dataclass(frozen=True)
class Reviewed:
    """One letter. ``words`` tells a look-alike apart, or names one of our signs; ``begins``: a word begins with it."""

    sign: str
    words: str = ""
    is_alike: bool = False
    begins: bool = False


def reviewed(text: str) -> list[list[Reviewed]]:
    """The letters of each line that holds any; what is easily taken for something else says what it is."""
    alike = {one.sign for one in lookalikes(text)}
    lines = []
    for number, letters in groupby(letters_of(text), key=lambda letter: letter.line):
        written = text.split("\n")[number - 1]
        line, at = [], 0
        for letter in letters:
            place = written.index(letter.sign, at)
            one = Reviewed(letter.sign, begins=bool(at) and place > at)
            at = place + len(letter.sign)
            number_of_sign = symbol_of(letter.sign)
            if number_of_sign is not None:
                one = replace(one, words=str(SYMBOLS[number_of_sign].name))
            elif letter.sign[0] in alike:
                one = replace(one, words=words_of(letter.sign[0]), is_alike=True)
            line.append(one)
        lines.append(line)
    return lines


def words_of(sign: str) -> str:
    """What a sign is, in words that its look-alikes do not share: small l, capital I, figure 1, 己 as jǐ."""
    if sign in READINGS:
        return READINGS[sign]
    if sign in _SIGNS:
        return str(_SIGNS[sign])
    name, plain = unicodedata.name(sign, ""), unicodedata.normalize("NFKC", sign)
    if unicodedata.east_asian_width(sign) == "F":
        return _("full-width %(sign)s") % {"sign": plain}
    if sign.isdecimal():
        return _("figure %(sign)s") % {"sign": sign}
    kinds = (
        ("LATIN CAPITAL", _("capital %(sign)s")),
        ("LATIN SMALL", _("small %(sign)s")),
        ("CYRILLIC", _("Cyrillic %(sign)s")),
        ("GREEK", _("Greek %(sign)s")),
    )
    return next((words % {"sign": sign} for begins, words in kinds if name.startswith(begins)), name.capitalize())

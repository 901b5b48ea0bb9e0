"""Replaces personal data in a text by Chinese placeholders before anything is stored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain

from nlp.homes import homes
from nlp.names import person_names
from nlp.numbers import personal_numbers
from nlp.simplified import simplified

# Full-width letters, digits and signs fold to one ASCII character each, so that offsets stay those of the text.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFE63: 0x2D, 0x2212: 0x2D}
_FOLD |= dict.fromkeys(range(0x2010, 0x2015), 0x2D) | dict.fromkeys((0xB7, 0x30FB, 0x2022), 0xB7)
# Digits drawn in circles, with a dot, raised or in the letters of mathematics.
_DIGITS_OF = "¹²³⁰⁴-⁹₀-₉①-⑨⓪⑴-⑼⒈-⒐⓵-⓽❶-❾➀-➈➊-➒𝟎-𝟿"
_FOLD |= {
    ord(c): 0x30 + unicodedata.digit(c)
    for c in map(
        chr,
        (
            *range(0xB2, 0xBA),
            *range(0x2070, 0x208A),
            *range(0x2460, 0x2500),
            *range(0x2776, 0x2794),
            *range(0x1D7CE, 0x1D800),
        ),
    )
    if re.match(f"[{_DIGITS_OF}]", c)
}

Span = tuple[int, int, str]

_NAME = "〔姓名〕"

_DOT = r"(?: ?[.。] ?| ?[\[({<【「] ?dot ?[\])}>】」] ?| dot | ?点 ?)"
_SAID_DIGIT = "零〇一二三四五六七八九幺"
_MAIL = re.compile(
    rf"(?<![\w.+%-])[A-Za-z0-9{_SAID_DIGIT}](?:[\w.+%-]|[{_SAID_DIGIT}]){{0,63}}?(?:@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{1,4}}"
    # Spelled so that no machine should read it: only before a usual ending.
    r"|(?: ?[\[({<【「] ?(?:at|a|@|#) ?[\])}>】」] ?| at |_at_| ?[@#*☆] ?|[,， ]?(?:艾特|爱特|圈a|小老鼠)[,， ]?)"
    rf"[A-Za-z0-9{_SAID_DIGIT}-]{{1,63}}(?:{_DOT}[A-Za-z0-9-]{{1,63}}){{0,2}}{_DOT}(?:com|cn|net|org|edu|gov|cc|top|vip|xyz|me|io|info|tv|co)(?![A-Za-z])| ?@ ?qq(?![A-Za-z]))"
    # Told aloud, sign by sign.
    rf"|[A-Za-z0-9{_SAID_DIGIT}](?: ?(?:\w|[{_SAID_DIGIT}])){{2,40}} ?(?:艾特|爱特|圈a) ?[A-Za-z0-9{_SAID_DIGIT}](?: ?[A-Za-z0-9{_SAID_DIGIT}]){{1,8}}{_DOT}(?:com|cn|net)(?![A-Za-z])",
    re.A | re.I,
)
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_PLATE_SIGN = "[A-HJ-NP-Z0-9]"
_PLATE = re.compile(
    rf"{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7._*:,-]{{0,2}}(?=[A-Z ]{{0,4}}\d)"
    rf"(?:{_PLATE_SIGN}{{4,5}}|[A-HJ-NP-Z] (?=\d){_PLATE_SIGN}{{4}})[A-HJ-NP-Z0-9挂学警港澳领](?![A-Za-z0-9])"
    rf"(?:[、/,，和及](?=[A-Z]{{0,4}}\d)(?=\d{{0,4}}[A-Z]){_PLATE_SIGN}{{5,6}}(?![A-Za-z0-9]))*"
    # Torn apart once more: only with a letter beside the digits, or it may be any number after a name.
    rf"|{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{0,2}}(?=[\d .\xb7-]{{0,6}}[A-HJ-NP-Z])(?=[A-Z .\xb7-]{{0,4}}\d)"
    rf"(?:{_PLATE_SIGN}[ .\xb7-]{_PLATE_SIGN}{{4}}|{_PLATE_SIGN}{{2}}[ .\xb7-]{_PLATE_SIGN}{{3,4}}|{_PLATE_SIGN}{{3}}[ .\xb7-]{_PLATE_SIGN}{{2,3}})(?![A-Za-z0-9])"
    # Each sign alone; some of them hidden, or in the words they are read out with; the letter in brackets.
    rf"|{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{1,3}}{_PLATE_SIGN}(?:[ \xb7.-]{_PLATE_SIGN}){{4,5}}(?![A-Za-z0-9])"
    rf"|{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{0,2}}(?=[A-Z0-9]{{0,4}}[*＊×])(?=[A-Z*＊×]{{0,5}}\d)(?:{_PLATE_SIGN}|[*＊×]){{5,6}}"
    rf"|{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{0,2}}(?=[A-Z0-9]{{0,4}}[{_SAID_DIGIT}])(?:{_PLATE_SIGN}|[{_SAID_DIGIT}]){{5,6}}(?![0-9A-Za-z{_SAID_DIGIT}十百千万])"
    rf"|{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ ,，\xb7.-]{{0,2}}(?=(?:[A-Z0-9][ ,，]?){{0,2}}[{_SAID_DIGIT}])(?:(?:{_PLATE_SIGN}|[{_SAID_DIGIT}])[ ,，]?){{4,5}}(?:{_PLATE_SIGN}|[{_SAID_DIGIT}])(?![0-9A-Za-z{_SAID_DIGIT}十百千万])"
    rf"|{_PROVINCE}[(（][A-HJ-NP-Z][)）]{_PLATE_SIGN}{{5,6}}(?![A-Za-z0-9])"
    # The dot at another place, and those of the police, of trailers and of learners, which have one digit less.
    rf"|{_PROVINCE}[A-HJ-NP-Z](?=[A-HJ-NP-Z0-9]{{1,3}}[\xb7.])(?=[\xb7.A-Z]{{0,4}}\d)(?:{_PLATE_SIGN}[\xb7.]?){{4,5}}{_PLATE_SIGN}(?![A-Za-z0-9])"
    rf"|(?:{_PROVINCE}|[滇黔陇秦])[ \xb7.-]?[A-Z][ \xb7.-]{{0,2}}\d{{4}}[警挂学领使](?![一-龥]?[察员校])"
    # Without the province, and motorcycles and farm machines, which have fewer: only where it says what it is.
    rf"|(?<=[牌照号是为车:：]){_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{0,2}}\d{{4}}(?![A-Za-z0-9])"
    rf"|(?:(?<=车牌|牌照|号牌|车号)|(?<=车牌号|牌照号|车牌是))(?:号码?)?[:： 是为]{{0,3}}(?=[A-Z0-9\xb7 .-]{{0,6}}[A-Z])(?=[A-Z\xb7 .-]{{0,4}}\d)(?:[A-HJ-NP-Z][ \xb7.-]?)?{_PLATE_SIGN}{{5}}(?![A-Za-z0-9])",
    re.I,
)
_WECHAT_WORD = (
    r"(?:[微薇威徽维围v][ .-]?(?:信|[心芯馨伈]|[❤♥💗💚]\ufe0f?)|微x|w(?:ei)?信|[小大]?绿泡泡|绿色软件|weixin|wechat|(?<![a-z])[vw] ?x(?![a-z])|[卫魏]星|🛰\ufe0f?"
    r"|[加+➕] ?[v微薇](?![a-z])|(?<![a-z0-9])v ?(?=[:：]))"
)
_WECHAT = re.compile(
    rf"{_WECHAT_WORD}(?: ?(?:号码?|id|[账帐]号|名|搜索?|请?加|联系|同号|同|就?是|为|叫|找我)|[:： (（【\"“]){{0,4}}([a-z][a-z0-9_-]{{5,19}}|\d{{5,12}})(?![a-z0-9_-])"
    rf"|{_WECHAT_WORD}(?:号|id)?[:：] ?([a-z](?:[ -]?[a-z0-9_]){{4,22}} ?\d)(?![a-z0-9_-])"
    rf"|{_WECHAT_WORD}(?:号码?|id)?[:： 是,，]{{0,3}}(?=[a-z _-]{{1,16}}[{_SAID_DIGIT}]{{2}})([a-z](?:[ -]?(?:[a-z0-9_]|[{_SAID_DIGIT}])){{4,22}})"
    r"|微信号[一-龥:： ]{1,8}(?=[a-z-]*[0-9_])([a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])"
    r"|(?<![a-z0-9_])(wxid_[a-z0-9]{6,20})"
    # The label runs on into the account: only what is no plain word is taken for one.
    r"|(?:[加+➕] ?[v微薇] ?|➕ ?|(?<![a-z0-9])[vw]x(?=[a-z])|[加微v]我[:： ]{0,2}|卫星号?[:：]?|(?<![a-z0-9])[v薇微](?:是|[ :：]{0,2}))(?=[a-z_-]*[0-9_])([a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])",
    re.I,
)
_MENTION = re.compile(r"@([^\s@,，。:：!！?？…、;；()（）〔〕【】\[\]/\"“”‘’'<>《》#~～]{1,24})")
_INSTITUTION = re.compile(
    r"平安[一-龥]{2,3}(?:$|[^一-龥])|[一-龥]{0,10}(?:发布|政府|局|委|办|街道|公安|交警|消防|热线|日报|晚报|融媒|电视台|检察院|法院|人社|教育|供电|公交)"
    # What is said to the account may follow without a blank.
    r"(?:$|及时|出来|出面|管管|请|能不能|能否|你们|回应|处理|什么时候|怎么|为什么|快点|求)"
)
_URL = re.compile(r"https?://[^\s<>\"，。！？；、（）《》“”〔〕]+", re.I)


def masked(
    text: str, permalink: Callable[[str], str | None] = lambda url: None, colleagues: Collection[str] = ()
) -> str:
    """The text with every find replaced by a placeholder such as 〔手机号〕. Masking twice gives the same as once.

    `permalink` gives the neutral form of a web address, or None for one that names an account. The names of `colleagues`
    stay: those who work at the desk name each other in what they write.
    """
    # A replacement can bring a label and a number together, so look again; each round removes characters for good.
    while (again := _round(text, permalink, colleagues)) != text:
        text = again
    return text


def personal_data(text: str) -> list[Span]:
    """What is masked in a text at first sight, in its order: where each find begins and ends, and its placeholder."""
    return _chosen(_finds(text), len(text))


def _round(text: str, permalink: Callable[[str], str | None], colleagues: Collection[str]) -> str:
    if "://" in text:
        text = _URL.sub(lambda found: permalink(found[0]) or "〔链接〕", text)
    finds = personal_data(text)
    if colleagues:
        finds = [find for find in finds if find[2] != _NAME or text[find[0] : find[1]] not in colleagues]
    return _replaced(text, finds) if finds else text


# What must stand in a text before it is worth looking for a kind of data.
# All that _FOLD changes but the commas and marks that stand in most texts and in no number.
_WIDE = re.compile("[＂-＋－-：＜-＞＠-～\u3000\u2010-\u2014\u2212\ufe63\u30fb\u2022" + _DIGITS_OF + "]")
_SIGN = re.compile("[0-9A-Za-z@＠０-９Ａ-Ｚａ-ｚ①-⑨⓪⑬-⑲]")
_AT = re.compile(r"[#*☆]|at|\(a\)|[艾爱]特|圈a|老鼠", re.I)
_RUN = re.compile(r"[a-z0-9](?:[^a-z0-9一-龥，。\n]{0,4}[a-z0-9]){4}", re.A | re.I)
_SPOKEN_DIGIT = r"[\d零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_SPOKEN_DIGITS = re.compile(rf"{_SPOKEN_DIGIT}(?:[^{_SPOKEN_DIGIT[1:-1]}]{{0,8}}{_SPOKEN_DIGIT}){{6}}")
_NUMERALS = re.compile(rf"{_SPOKEN_DIGIT[:-1]}十百]{{2}}|户|排.号|[栋幢].{{1,3}}[门元]")
_LATIN = re.compile("[A-Za-z]")
_PLATE_BEGINS = re.compile(rf"(?:{_PROVINCE}|[滇黔陇秦])[ \xb7.-]?[(（]?[A-Za-z]|[牌车照][牌号照]")
_WECHAT_BEGINS = re.compile(r"[微薇威徽维围卫魏绿🛰➕+vw]|加[ v微薇我]", re.I)
_DOORS = re.compile(
    r"单元|[0-9一二三四五六七八九十零〇壹贰叁肆伍陆柒捌玖] ?[室户房号栋幢座楼元弄#排巷条梯门层]|[A-Za-z甲乙丙丁]号?[栋幢座楼]|[0-9][-/. ]?[1-9]?[0-9][01][0-9]|[1-9]0[1-9]|附.|[住家][在于是]?[0-9]"
)


def _finds(text: str) -> Iterator[Span]:
    """Every find as (start, end, placeholder), the surest kinds first."""
    text = simplified(text)
    found: list[Iterable[Span]] = []
    folded = text.translate(_FOLD) if _WIDE.search(text) else text
    if _SIGN.search(folded) or _NUMERALS.search(folded):
        numerals = _NUMERALS.search(folded)
        run = _RUN.search(folded)
        spoken = numerals and _SPOKEN_DIGITS.search(folded)
        letters = _LATIN.search(folded)
        if "@" in folded or (letters and (run or numerals) and _AT.search(folded)):
            found += _addresses(folded)
        if run or spoken:
            found += (personal_numbers(folded),)
        if (run or (numerals and letters)) and _WECHAT_BEGINS.search(folded):
            found += (_part(_WECHAT, folded, "〔微信号〕"),)
        if letters and _PLATE_BEGINS.search(folded):
            found += (_whole(_PLATE, folded, "〔车牌号〕"),)
        if _DOORS.search(folded):
            found += (((start, end, "〔门牌号〕") for start, end in homes(folded)),)
    return chain(*found, ((start, end, _NAME) for start, end in person_names(text)))


def _addresses(folded: str) -> Iterator[Iterable[Span]]:
    yield _whole(_MAIL, folded, "〔邮箱〕")
    yield ((a, b, "@〔用户〕") for a, b, _ in _whole(_MENTION, folded, "") if not _INSTITUTION.match(folded[a + 1 : b]))


def _whole(
    pattern: re.Pattern[str], folded: str, placeholder: str, sure: Callable[[str], bool] = bool
) -> Iterator[Span]:
    return ((m.start(), m.end(), placeholder) for m in pattern.finditer(folded) if sure(m[0]))


def _part(pattern: re.Pattern[str], folded: str, placeholder: str) -> Iterator[Span]:
    """What the first group that took part holds."""
    return ((*m.span(m.lastindex or 0), placeholder) for m in pattern.finditer(folded))


def _chosen(finds: Iterator[Span], size: int) -> list[Span]:
    taken: list[Span] = []
    covered = bytearray()
    for start, end, placeholder in finds:
        covered = covered or bytearray(size)
        if not any(covered[start:end]):
            covered[start:end] = b"\1" * (end - start)
            taken.append((start, end, placeholder))
    return sorted(taken)


def _replaced(text: str, finds: list[Span]) -> str:
    parts: list[str] = []
    at = 0
    for start, end, placeholder in finds:
        parts += (text[at:start], placeholder)
        at = end
    return "".join((*parts, text[at:]))

"""Replaces personal data in a text by Chinese placeholders before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from nlp.names import person_names
from nlp.simplified import simplified

# Full-width letters, digits and signs fold to one ASCII character each, so that offsets stay those of the text.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2010: 0x2D,
    0x2011: 0x2D,
    0x2012: 0x2D,
}
_FOLD |= {0x2013: 0x2D, 0x2014: 0x2D, 0x2212: 0x2D, 0xFE63: 0x2D, 0x00B7: 0xB7, 0x30FB: 0xB7, 0x2022: 0xB7}
_FOLD |= {0x2460 + n: 0x31 + n for n in range(9)} | {0x24EA: 0x30}
_SPOKEN = {
    ord(c): d
    for c, d in zip("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "00123456789" + "1" + "123456789", strict=True)
}

Span = tuple[int, int, str]

_DOT = r"(?: ?[.。] ?| ?[\[({<【「] ?dot ?[\])}>】」] ?| dot |点)"
_MAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9][\w.+%-]{0,63}(?:@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
    # Spelled so that no machine should read it: only before a usual ending.
    r"|(?: ?[\[({<【「] ?(?:at|a|@) ?[\])}>】」] ?| at | ?[@#*] ?|艾特|爱特)[A-Za-z0-9-]{1,63}"
    rf"(?:{_DOT}[A-Za-z0-9-]{{1,63}}){{0,2}}{_DOT}(?:com|cn|net|org|edu|gov|cc|top|vip|xyz|me|io|info|tv|co)(?![A-Za-z])| ?@ ?qq(?![A-Za-z]))",
    re.A | re.I,
)
_ID_18 = re.compile(
    r"(?<![0-9A-Za-z])[1-8]\d{2}[ -]?\d{3}[ -]?(?:19|20)\d{2}[ -]?[01]\d[ -]?[0-3]\d[ -]?\d{3}[\dXx](?![0-9A-Za-z])",
    re.A,
)
_ID_15 = re.compile(
    r"(?<![0-9A-Za-z])[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])", re.A
)
_ID_NAMED = re.compile(
    r"身份证(?:号码|号)?[^0-9A-Za-z一-龥]{0,4}(?:是|为)?[^0-9A-Za-z一-龥]{0,3}(\d{6,17}[\dXx*]{1,12}|\d(?:[ -]?[\dXx*]){14,17}(?![\dXx]))",
    re.A,
)
_CARD = re.compile(r"(?<![\d.-])[2-9](?:[ -]?\d){14,18}(?![\d-])", re.A)
_CARD_NAMED = re.compile(r"(?:银行卡|卡号|账号|帐号|账户|帐户)[^\d\n]{0,8}?(\d(?:[ -]?\d){9,22})", re.A)
_SPOKEN_RUN = "(?:[- ]?[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖])"
_CARD_SPOKEN = re.compile(rf"(?:银行卡|卡号|账号|帐号|账户|帐户)(?:号码|号)?[:：是为 ]{{0,3}}({_SPOKEN_RUN}{{12,23}})")
_ID_SPOKEN = re.compile(rf"身份证(?:号码|号)?[:：是为 ]{{0,3}}({_SPOKEN_RUN}{{15,18}})")
# What follows a sum or a measure, never a number that one dials.
_MUCH = r" ?(?:元(?!旦)|分(?!机)|万|亿|吨|平方|平米|立方|千瓦|公里|股)"
# Between groups of digits: a letter, or up to three signs and blanks that no list, sum, measure or time is written with.
_GAP = r"(?: ?(?:_|[^\w\s一-龥,，。、；：;:!！?？()（）〔〕《》\"“”%℃×=<>]{1,2}) ?|[ a-z丨])?"
_MOBILE = re.compile(
    r"(?<![\d.])(?:\(?(?:\+|00)?86\)?[ -]?)?(?:(?:1[3-9]|[⑬-⑲])"
    rf"(?:\d{_GAP}[\do]{{4}}{_GAP}[\do]{{4}}|\d,\d{{4}},\d{{4}}|[\do]{{9}}|\d{{2}}[ -]\d{{3}}[ -]\d{{4}}|(?:[ -]?\d){{9}}|\d[ -]?[*x]{{4}}[ -]?\d{{4}})"
    r"|1(?: ?[ .·-] ?[3-9](?: ?[ .·-] ?\d){9}))"
    rf"(?![\da-z]|{_MUCH})",
    re.A | re.I,
)
# With the letters l and o for digits; they are told from words by how many true digits stand among them.
_MOBILE_LETTERED = re.compile(r"(?<![\da-z])[1li][3-9][\doli](?:[ ._-]?[\doli]{4}){2}(?![\da-z])", re.A | re.I)
_MOBILE_SPOKEN = re.compile(
    r"(?<![\d零〇一二三四五六七八九幺])[1一幺壹](?:[- ]?[零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖0-9]){10}"
    rf"(?![\d零〇一二三四五六七八九十百千万亿]|{_MUCH})"
)
_LANDLINE = re.compile(
    r"(?<![\d.])(?:\(?(?:\+|00)?86\)?[ -]?)?(?:\(0\d{2,3}\)[ -]?|0\d{2,3}[ ./-]?|(?<=86)[ -]?\(?[1-9]\d{1,2}\)?[ -]?|(?<=86[ -])[1-9]\d{1,2}[ -]?)"
    r"[2-8](?:(?:[ .-]?\d){6,7})(?:[ -]?(?:转|分机)(?:号|机)?[ -]?\d{1,5}|-\d{1,5})?(?!\d)",
    re.A,
)
_LINE_SPOKEN = re.compile(
    r"(?<![\d零〇一二三四五六七八九幺])[零〇](?:[- ]?[零〇一二三四五六七八九幺]){9,11}(?![\d零〇一二三四五六七八九])"
)
_LOCAL_LINE = re.compile(
    r"(?:电话|座机|固话|家电|宅电|致电|拨打|手机|联系方式|(?<![\d票证件])号码|tel)[^\d\n，。；]{0,8}?([2-8](?:\d{2,3}[ -]?\d{4}|(?:[ -]\d){6,7}|\d[ -]?\d{2,3}[ -]?\d{3})(?![\d元万亿年户人]))"
    r"|(?:电话|座机|固话|家电|宅电)[:：是 ]{0,3}([二三四五六七八](?:[ -]?[零〇一二三四五六七八九幺]){6,7})(?![\d零〇一二三四五六七八九十百千万])"
    r"|(?<![\d.-])([2-8]\d{2,3}[ -]?\d{4})(?=(?:这个)?是[一-龥]{0,8}(?:电话|座机|固话|号码))"
    r"|(?<=[打拨])[了过]?([2-8]\d{2,3}[ -]?\d{4})(?=[一-龥]{0,4}(?:没人接|不接|不通|占线|空号|忙音|停机|无人接|关机|没接))",
    re.A | re.I,
)
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_PLATE = re.compile(
    rf"{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{0,2}}(?=[A-Z ]{{0,4}}\d)"
    r"(?:[A-HJ-NP-Z0-9]{4,5}|[A-HJ-NP-Z] (?=\d)[A-HJ-NP-Z0-9]{4})[A-HJ-NP-Z0-9挂学警港澳领](?![A-Za-z0-9])"
    # Torn apart once more: only with a letter beside the digits, or it may be any number after a name.
    rf"|{_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{0,2}}(?=[\d .\xb7-]{{0,6}}[A-HJ-NP-Z])(?=[A-Z .\xb7-]{{0,4}}\d)"
    r"(?:[A-HJ-NP-Z0-9][ .\xb7-][A-HJ-NP-Z0-9]{4}|[A-HJ-NP-Z0-9]{2}[ .\xb7-][A-HJ-NP-Z0-9]{3,4}|[A-HJ-NP-Z0-9]{3}[ .\xb7-][A-HJ-NP-Z0-9]{2,3})(?![A-Za-z0-9])"
    # Motorcycles and farm machines have fewer: only where it says what it is.
    rf"|(?<=[牌照号是为:：]){_PROVINCE}[ \xb7.-]?[A-HJ-NP-Z][ \xb7.-]{{0,2}}\d{{4}}(?![A-Za-z0-9])",
    re.I,
)
_QQ = re.compile(
    r"(?:q ?q|[扣抠叩蔻球秋]{2}|企鹅|[加+➕]我?q|q号)(?:群)?(?:号码|号)?[:： 是为/]{0,4}([1-9](?:[ -]?\d){4,11})(?!\d)"
    r"|(?<!\d)([1-9]\d{5,10})(?= ?(?:这|就)?(?:个)?(?:是)?(?:我)?(?:的)?(?:qq|扣扣))"
    r"|群(?:聊)?号(?:码)?[:： 是为]{0,3}([1-9]\d{5,10})(?!\d)"
    r"|(?<![a-z0-9])q(?:群[:： ]?| ?[:： ] ?)([1-9]\d{5,11})(?!\d)|(?<![^\s,，。；;！!、是我的])q([1-9]\d{7,10})(?![\da-z-])|(?<![克折])扣[:： ]?([1-9]\d{7,10})(?![\d元块万])",
    re.A | re.I,
)
_WECHAT = re.compile(
    r"(?:[微薇威徽v] ?[信心芯馨]|[小大]?绿泡泡|[微薇威v] ?[❤♥💗💚]\ufe0f?|weixin|wechat|(?<![a-z])(?:v ?x|w ?x)|[加+➕] ?[v微薇](?![a-z])|(?<![a-z0-9])v ?(?=[:：]))"
    r"(?: ?号码| ?号|id)?(?:[:： 是为同]){0,4}([a-z][a-z0-9_-]{5,19}|\d{5,12})(?![a-z0-9_-])"
    r"|微信号[一-龥:： ]{1,8}(?=[a-z-]*[0-9_])([a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])"
    # The label runs on into the account: only what is no plain word is taken for one.
    r"|(?:[加+➕] ?[v微薇] ?|卫星号?[:：]?|(?<![a-z0-9])v[ :：]{0,2})(?=[a-z_-]*[0-9_])([a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])",
    re.I,
)
_MENTION = re.compile(r"@([^\s@,，。:：!！?？…、;；()（）〔〕【】\[\]/\"“”‘’'<>《》#~～]{1,24})")
_INSTITUTION = re.compile(
    r"[一-龥]{0,10}(?:发布|政府|局|委|办|街道|公安|交警|消防|热线|日报|晚报|融媒|电视台|检察院|法院|人社|教育|供电|公交)"
    # What is said to the account may follow without a blank.
    r"(?:$|及时|出来|出面|管管|请|能不能|能否|你们|回应|处理|什么时候|怎么|为什么|快点|求)"
)
_NUMBER = r"[0-9一二三四五六七八九十百零〇壹贰叁肆伍陆柒捌玖]"
_BUILDING = rf"(?:{_NUMBER}{{1,4}}|[A-Za-z]\d?)\s?(?:号楼|栋|幢|座|号院|楼|#|弄)\s?"
_ENTRANCE = rf"(?:{_NUMBER}{{1,3}}|[甲乙丙丁戊A-F])\s?单元\s?"
# A room is named as one, or has three or four digits that no unit of measure follows ("3号楼200户", "5栋180平").
_UNITS = r"天(?!天)|[0-9一二三四五六七八九十百零〇元万亿年月日人户套间米平个多余层楼栋号度分小点秒℃%％路岁条次斤块吨.]"
_PUBLIC_ROOM = r"(?:诊|会议|办公|教|档案|值班|阅览|活动)室|病[房床区]|窗口|包[间厢]|班|床"
_ROOM = (
    rf"(?:第?{_NUMBER}{{2,5}}\s?(?:室(?![内外温])|号房|房间?(?![价产东租])|号(?![楼院线]))"
    rf"|(?<![0-9]){_NUMBER}{{3,4}}(?!{_UNITS}|{_PUBLIC_ROOM}))"
)
_DOOR = r"(?:[东西南北中左右](?:边|侧|手)?户)"
# Floor and door as rooms are numbered: 602, 1803.
_STOREY_DOOR = r"(?:[1-9]|[1-4]\d)(?:0[1-9]|1\d)"
_HOME = re.compile(
    rf"{_BUILDING}(?:{_ENTRANCE})?{_NUMBER}{{1,3}}\s?[楼层]\s?{_DOOR}"
    rf"|(?:{_BUILDING})?{_ENTRANCE}{_NUMBER}{{3,4}}户"
    r"|(?:(?<=[村组社队寨庄湾沟岔屯])|(?<=家[坪塬坡岭堡川]))(?:第?[0-9一二三四五六七八九十]{1,3}(?:组|社|队|小组))?[0-9]{1,4}号(?![楼院线路井车坑桩口门站地台库机线])"
    r"|(?:家住|住在)[一-龥]{2,8}[路街巷里弄胡同]\d{1,4}号(?![楼院线])(?:之\d+|附\d+号?|-\d{1,3})?"
    rf"|{_BUILDING}(?:(?:{_NUMBER}{{1,3}}\s?(?:单元|门|楼|层)|[甲乙丙丁戊A-F]\s?单元)\s?|-?\d{{1,2}}-)?{_ROOM}"
    rf"|{_ENTRANCE}{_ROOM}"
    rf"|(?<![0-9第]){_NUMBER}{{3,5}}\s?室(?![内外温])"
    r"|(?<=房号|门牌)[:：是为 ]{0,2}\d{1,3}-\d{1,2}-\d{3,4}(?!\d)"
    r"|(?<=[苑园里区村寓院庭府湾城家房邸墅郡轩阁住])\s?\d{1,3}-\d{1,2}-\d{3,4}(?!\d)"
    rf"|(?<=隔壁|楼上|楼下|对门)\s?{_STOREY_DOOR}(?!{_UNITS}|{_PUBLIC_ROOM})"
    rf"|(?<=[我俺你他她]家)\s?{_STOREY_DOOR}(?![^，,。；;！!？?、的\s])"
    rf"|(?<=[村庄院区巷园])(?:{_NUMBER}{{1,3}})排(?:{_NUMBER}{{1,3}})号"
)
# Building, entrance and room with nothing around them.
_HOME_BARE = re.compile(
    rf"(?<![A-Za-z0-9.:：号第-])[A-Za-z]?\d{{1,2}}-\d{{1,2}}-(?!(?:19|20)\d\d){_STOREY_DOOR}(?![A-Za-z0-9.-]|{_UNITS})"
)
_URL = re.compile(r"https?://[^\s<>\"，。！？；、（）《》“”〔〕]+", re.I)


def masked(text: str, permalink: Callable[[str], str | None] = lambda url: None) -> str:
    """The text with every find replaced by a placeholder such as 〔手机号〕. Masking twice gives the same as once.

    `permalink` gives the neutral form of a web address, or None for one that names an account.
    """
    # A replacement can bring a label and a number together, so look again; each round removes characters for good.
    while (again := _round(text, permalink)) != text:
        text = again
    return text


def _round(text: str, permalink: Callable[[str], str | None]) -> str:
    if "://" in text:
        text = _URL.sub(lambda found: permalink(found[0]) or "〔链接〕", text)
    finds = _chosen(_finds(text), len(text))
    return _replaced(text, finds) if finds else text


# What must stand in a text before it is worth looking for a kind of data.
# All that _FOLD changes but the commas and marks that stand in most texts and in no number.
_WIDE = re.compile("[＂-＋－-：＜-＞＠-～\u3000\u2010-\u2014\u2212\ufe63\u30fb\u2022①-⑨⓪]")
_SIGN = re.compile("[0-9A-Za-z@＠０-９Ａ-Ｚａ-ｚ①-⑨⓪⑬-⑲]")
_AT = re.compile(r"[#*]|at|\(a\)|艾特|爱特", re.I)
_RUN = re.compile(r"[a-z0-9](?:[^a-z0-9一-龥，。\n]{0,4}[a-z0-9]){4}", re.A | re.I)
_DIALLED = re.compile(r"\d(?:[^\d\n]{0,3}\d){6}|\d[*x]{4}\d", re.A | re.I)
_SPOKEN_DIGIT = r"[\d零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_SPOKEN_DIGITS = re.compile(rf"{_SPOKEN_DIGIT}(?:.?{_SPOKEN_DIGIT}){{6}}", re.S)
_NUMERALS = re.compile(rf"{_SPOKEN_DIGIT[:-1]}十百]{{2}}|户|排.号")
_DOORS = re.compile(r"[室户房号栋幢座楼元弄#-]|[壁家门] ?\d")


def _finds(text: str) -> Iterator[Span]:
    """Every find as (start, end, placeholder), the surest kinds first."""
    text = simplified(text)
    found: list[Iterable[Span]] = []
    if _SIGN.search(text) or _NUMERALS.search(text):
        folded = text.translate(_FOLD) if _WIDE.search(text) else text
        numerals = _NUMERALS.search(folded)
        run = _RUN.search(folded)
        dialled = run and _DIALLED.search(folded)
        spoken = numerals and _SPOKEN_DIGITS.search(folded)
        if "@" in folded or (run and _AT.search(folded)):
            found += _addresses(folded)
        if dialled:
            found += _numbers(folded)
        if run:
            found += (_part(_QQ, folded, "〔QQ号〕"), _part(_WECHAT, folded, "〔微信号〕"))
        if dialled:
            found += (
                _whole(_MOBILE, folded, "〔手机号〕"),
                _whole(_MOBILE_LETTERED, folded, "〔手机号〕", _is_dialled),
            )
        if spoken:
            found += (
                _part(_CARD_SPOKEN, folded, "〔银行卡号〕"),
                _part(_ID_SPOKEN, folded, "〔身份证号〕"),
                _whole(_MOBILE_SPOKEN, folded, "〔手机号〕", _sounds_mobile),
            )
        if dialled or spoken:
            found += _lines(folded)
        if run:
            found += (_whole(_PLATE, folded, "〔车牌号〕"),)
        if numerals and _DOORS.search(folded):
            found += (_homes(folded),)
    return chain(*found, ((start, end, "〔姓名〕") for start, end in person_names(text)))


def _addresses(folded: str) -> Iterator[Iterable[Span]]:
    yield _whole(_MAIL, folded, "〔邮箱〕")
    yield ((a, b, "@〔用户〕") for a, b, _ in _whole(_MENTION, folded, "") if not _INSTITUTION.match(folded[a + 1 : b]))


def _numbers(folded: str) -> Iterator[Iterable[Span]]:
    yield _whole(_ID_18, folded, "〔身份证号〕", _is_id_18)
    yield _part(_ID_NAMED, folded, "〔身份证号〕")
    yield _part(_CARD_NAMED, folded, "〔银行卡号〕")
    yield _whole(_CARD, folded, "〔银行卡号〕", _is_card)
    yield _whole(_ID_15, folded, "〔身份证号〕", _is_id_15)


def _lines(folded: str) -> Iterator[Iterable[Span]]:
    yield _whole(_LANDLINE, folded, "〔电话号码〕")
    yield _whole(_LINE_SPOKEN, folded, "〔电话号码〕")
    yield _part(_LOCAL_LINE, folded, "〔电话号码〕")


_OFFICE_BEFORE = re.compile(
    r"(?:大厅|中心|政府|机关|局|委|办公楼|办公室|办|会|医院|门诊|住院部|学校|小学|中学|大学|法院|检察院|派出所|支队|大队|银行|大楼|大厦|写字楼|处|科|馆|厅|公司|单位|服务站|所)"
    r"(?:里|内|的|在|到|去|[0-9一二三四五六七八九十]{1,3}(?:楼|层|号楼))?$"
)


# The number of the house on its street, before that of the home.
_ON_STREET = re.compile(r"(?<=[路街巷道里])\s?\d{1,4}[号弄](?:大?院)?(?:\d{1,3}[号弄])?\s?$")


def _homes(folded: str) -> Iterator[Span]:
    """House and room numbers, but those of an office that people are sent to."""
    found = chain(_HOME.finditer(folded), _HOME_BARE.finditer(folded) if folded.count("-") > 1 else ())
    return (
        (_street_number(folded, m.start()), m.end(), "〔门牌号〕")
        for m in found
        if not _OFFICE_BEFORE.search(folded, max(0, m.start() - 12), m.start())
    )


def _street_number(folded: str, start: int) -> int:
    """Where the home begins that has its street's number before its own."""
    found = _ON_STREET.search(folded, max(0, start - 14), start)
    return found.start() if found else start


def _sounds_mobile(found: str) -> bool:
    return _digits(found.translate(_SPOKEN))[1:2] in "3456789"


def _is_dialled(found: str) -> bool:
    return any(c.isalpha() for c in found) and sum(c.isdigit() for c in found) >= 7


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


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c in "Xx")


def _is_id_18(found: str) -> bool:
    number = _digits(found).upper()
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[17]


def _is_id_15(found: str) -> bool:
    return 11 <= int(found[:2]) <= 82


def _is_card(found: str) -> bool:
    """Luhn's check over 15 to 19 digits; a mobile number with its country code is none."""
    if re.fullmatch(r"86[ -]?1[3-9](?:[ -]?\d){9}", found, re.A):
        return False
    digits = [int(d) for d in reversed(found) if d.isdigit()]
    doubled = (d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits))
    return 15 <= len(digits) <= 19 and sum(doubled) % 10 == 0

"""Finds the numbers that people are reached, known or paid by, however their digits are written and set apart.

Digits that belong together are read as one run of groups; what number they are is told by how many there are, how they
are grouped, and by the nearest word that names a kind of number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.digit_runs import SOFT, Group, digit_runs, endless, gaps_of, group_sizes, label_before, windows

Span = tuple[int, int, str]

MOBILE, LINE, ID, CARD, QQ, WECHAT = (
    "〔手机号〕",
    "〔电话号码〕",
    "〔身份证号〕",
    "〔银行卡号〕",
    "〔QQ号〕",
    "〔微信号〕",
)

_OWN = re.compile(
    r"\s?[(（]?\s?(?:这个?|就|都)?(?:是)?(?:[一-龥]{0,6}的|我|他|她|我家)?(?:固定)?(?P<of>身份证|qq|扣扣|微信|v信|vx|银行卡|卡号|电话|座机|固话|号码|手机)",
    re.I,
)
_UNIT = re.compile(r" ?(?:元(?!旦)|块|分(?!机)|万|亿|吨|平方|平米|立方|千瓦|公里|股|毫升|千克|公斤|斤|米|人|户|%|％)")
_UNANSWERED = re.compile(r"[一-龥]{0,4}(?:没人接|不接|不通|占线|空号|忙音|停机|无人接|关机|没接)")
_EXTENSION = re.compile(r"[ ,，-]?(?:转|分机|转分机|ext\.?|-)(?:号|机)?[:： ]?\d{1,5}(?!\d)", re.I)
_TALKING = re.compile(r"(?:tel|phone|mob|mobile|call|vx|wx|qq|[vqtmp])$", re.I)
_SPLIT = group_sizes("11 3-4-4 3-8 7-4 4-4-3 4-3-4 3-3-5 5-6 3-5-3 3-2-6 3-4-2-2 3-2-2-4 3-2-2-2-2 5-3-3 4-7 8-3 6-5")
_LISTING = frozenset(",，、。;:：\n")
_AREA = re.compile(r"0(?:10|2[0-57-9]|[3-9]\d{2})")
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_BORN = re.compile(r"(?:19\d\d|20[0-3]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_SHORT_LINE = re.compile(r"(?:1[02]|9[56])\d{3,4}")
_STARS = r"[*x×＊●•·某█▇]"
_STARRED = re.compile(rf"(?<![\da-z])(\d{{3,12}})[ -]?{_STARS}{{3,12}}[ -]?(\d{{2,4}}[\dx]?|)(?![\da-z])", re.A | re.I)


def personal_numbers(folded: str) -> Iterator[Span]:
    """Every telephone, identity, card, QQ and WeChat number as (start, end, placeholder)."""
    last: Span = (0, 0, "")
    for groups in digit_runs(folded):
        for found in _of_run(folded, groups, last):
            yield found
            last = found
    if "*" in folded or _STARS_NEAR.search(folded):
        yield from _starred(folded)


_STARS_NEAR = re.compile(rf"\d[ -]?{_STARS}{{3}}", re.I)


def _of_run(text: str, groups: list[Group], last: Span) -> Iterator[Span]:
    """What stands in one run, from left to right, the longest kinds first."""
    at = 0
    while at < len(groups):
        if after := endless(groups, at):
            at = after
            continue
        start = groups[at].start
        # Of numbers in a row the second needs no label of its own.
        joined = last[1] and _JOINS.fullmatch(text, last[1], start)
        label = _LIKE[last[2]] if joined else label_before(text, start)
        for reads in (_identity, _card, _mobile, _line, _account):
            if found := reads(text, groups, at, label):
                at, last = found
                yield last
                break
        else:
            at = _after_service_line(groups, at)


_JOINS = re.compile(r"[ ,，、/或和及;；-]{1,3}")
_LIKE = {MOBILE: "phone", LINE: "phone", ID: "id", CARD: "", QQ: "qq", WECHAT: "wechat"}


def _after_service_line(groups: list[Group], at: int) -> int:
    """The next group, or that behind a number such as 400-823-823."""
    for end, digits, _ in windows(groups, at, 10):
        if len(digits) == 10 and digits.startswith(("400", "800")):
            return end
    return at + 1


def _place(text: str, window: tuple[Group, ...], end: int, kind: str) -> Span:
    """With the plus sign before, the rest of a drawn key, and brackets of which one stands inside."""
    start = window[0].start - text.startswith("+", window[0].start - 1)
    while text[end : end + 1] in _KEY:
        end += 1
    inside = text[start:end]
    start -= bool(start and text[start - 1] in "(（[【" and _CLOSING.search(inside))
    inside = text[start:end]
    closes = len(_OPENING.findall(inside)) > len(_CLOSING.findall(inside))
    return start, end + (closes and text[end : end + 1] in _CLOSES), kind


_KEY = ("\ufe0f", "\u20e3")
_OPENING, _CLOSING, _CLOSES = re.compile(r"[(（\[【]"), re.compile("[)）\\]】]"), (")", "）", "]", "】")


def _goes_on(text: str, window: tuple[Group, ...], groups: list[Group], end: int) -> bool:
    """Whether more digits follow at once, or a measure: the number is another."""
    after = window[-1].end
    if end < len(groups) and not groups[end].gap and groups[end].spoken == window[-1].spoken:
        return True
    return bool(_UNIT.match(text, after)) or (window[-1].spoken and text[after : after + 1] in _MORE)


_MORE = frozenset("十百千")


def _is_coded(text: str, start: int) -> bool:
    """Whether letters stand right before, as in the number of a document."""
    begin = start
    while begin and text[begin - 1].isascii() and text[begin - 1].isalpha():
        begin -= 1
    return start - begin > 0 and not _TALKING.search(text, max(begin, start - 6), start)


def _is_fraction(text: str, start: int) -> bool:
    return start > 1 and text[start - 1] == "." and text[start - 2].isdigit()


def _identity(text: str, groups: list[Group], at: int, label: str) -> tuple[int, Span] | None:
    if label == "other":
        return None
    for end, digits, window in windows(groups, at, 18):
        after = window[-1].end
        if len(digits) == 17 and text[after : after + 1] in _X:
            digits, after = digits + "X", after + 1
        if text[after : after + 1].isdigit():
            continue
        named = label == "id" or _owned(text, after) == "id"
        if len(digits) == 18 and (named or _is_identity(digits, window)):
            return end, _place(text, window, after, ID)
        if len(digits) == 15 and (named or (len(window) == 1 and _is_old_identity(digits))) and not _more(groups, end):
            return end, _place(text, window, after, ID)
        if named and 15 < len(digits) < 18 and not _more(groups, end):
            return end, _place(text, window, after, ID)
    return None


_X = frozenset("Xx×Ｘ✕")


def _more(groups: list[Group], end: int) -> bool:
    """Whether a group goes on close by."""
    return end < len(groups) and groups[end].gap in ("", *SOFT)


def _is_identity(digits: str, window: tuple[Group, ...]) -> bool:
    """A birthday at its place and the check digit; where it stands whole or as 6-8-4, the birthday and the province alone."""
    if not _BORN.match(digits, 6) or digits[0] == "0" or any(group.lettered for group in window):
        return False
    return is_identity(digits) or (
        _PROVINCE.match(digits) is not None and len(window) in (1, 3) and len(window[0].digits) in (6, 18)
    )


def is_identity(number: str) -> bool:
    """The check digit of 18 digits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[17]


def _is_old_identity(digits: str) -> bool:
    return _PROVINCE.match(digits) is not None and _BORN.match("19" + digits[6:12]) is not None


def _card(text: str, groups: list[Group], at: int, label: str) -> tuple[int, Span] | None:
    if label == "other" or _is_fraction(text, groups[at].start):
        return None
    best: tuple[int, Span] | None = None
    for end, digits, window in windows(groups, at, 23):
        after = window[-1].end
        if _goes_on(text, window, groups, end) or _MOBILE_DIGITS.fullmatch(digits):
            continue
        if best and len(digits) > 19:
            break
        if best and not _LISTING.isdisjoint(window[-1].gap) and not _is_grouped_by_four(window):
            break
        named = label == "bank" or _owned(text, after) == "bank"
        if _is_named_card(digits, window) if named else label != "id" and _is_set_as_card(digits, window):
            best = end, _place(text, window, after, CARD)
    return best


_CARD_GAPS = frozenset(("", " ", "-", ".", "/", "\n"))


def _is_grouped(window: tuple[Group, ...]) -> bool:
    """Whether the groups are those of a card: four digits or more each but the last, with one sign between."""
    gaps = {group.gap for group in window[1:]}
    return gaps <= _CARD_GAPS and len(gaps - {"\n"}) < 2 and all(len(group.digits) > 3 for group in window[:-1])


_MOBILE_DIGITS = re.compile(r"(?:0|86|0086)?1[3-9]\d{9}")


def is_card(digits: str) -> bool:
    """Luhn's check."""
    backwards = [int(d) for d in reversed(digits)]
    doubled = (d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(backwards))
    return sum(doubled) % 10 == 0


def _is_named_card(digits: str, window: tuple[Group, ...]) -> bool:
    """Whether these can be an account's digits, told by a word before; a mobile number may follow them."""
    if len(window) == 1:
        return len(digits) > 8
    return len(digits) > 9 and not _MOBILE_DIGITS.fullmatch(window[-1].digits)


def _is_set_as_card(digits: str, window: tuple[Group, ...]) -> bool:
    """Whether the check digit tells a card, or a mistyped one is set in fours as on a card of this country."""
    if not 15 <= len(digits) <= 19 or digits[0] in "01" or not _is_grouped(window):
        return False
    return is_card(digits) or (digits.startswith("62") and len(window) > 3 and _is_grouped_by_four(window))


def _is_grouped_by_four(window: tuple[Group, ...]) -> bool:
    return all(len(group.digits) == 4 for group in window[:-1])


def _mobile(text: str, groups: list[Group], at: int, label: str) -> tuple[int, Span] | None:
    start = groups[at].start
    if _is_fraction(text, start) or _is_coded(text, start):
        return None
    for end, _, window in windows(groups, at, 15):
        own = _without_country(window)
        if own is None or _goes_on(text, window, groups, end):
            continue
        read = "".join(group.digits for group in own)
        if len(read) == 11 and read[0] == "1" and read[1] in "3456789" and _is_dialled(own, label):
            return end, _place(text, window, window[-1].end, MOBILE)
    return None


def _without_country(window: tuple[Group, ...]) -> tuple[Group, ...] | None:
    """The groups without +86 or a 0 dialled before."""
    first = window[0]
    if first.digits in ("86", "0086") and not first.spoken:
        return window[1:] or None
    for prefix in ("0086", "86", "0"):
        rest = first.digits.removeprefix(prefix)
        if rest != first.digits and rest[:1] == "1" and (len(rest) > 2) and not first.spoken:
            return (Group(first.start, first.end, rest, first.spoken, first.lettered, ""), *window[1:])
    return window


def _is_dialled(window: tuple[Group, ...], label: str) -> bool:
    """Whether the digits stand as those of a mobile number do, and not as a list of numbers."""
    gaps, sizes = gaps_of(window), tuple(len(group.digits) for group in window)
    lettered = sum(group.lettered for group in window)
    if lettered > 6 or (label == "other" and len(window) == 1 and not lettered):
        return label != "other" and lettered <= 8
    if gaps <= SOFT:
        return max(sizes) > 1 or len(window) == 11
    spoken = all(group.spoken for group in window)
    split = sizes in _SPLIT or set(sizes) == {1} or spoken or gaps == frozenset()
    if any(gap.isascii() and gap.isalpha() for gap in gaps):
        return sizes in ((3, 4, 4), (7, 4))
    if gaps & _LISTING:
        return split and (spoken or label in ("phone", "wechat", "dial", "qq"))
    return split


_TIED = frozenset("-/:.：")


def _line(text: str, groups: list[Group], at: int, label: str) -> tuple[int, Span] | None:
    start = groups[at].start
    coded = _is_coded(text, start)
    if _is_fraction(text, start) or (label == "other" and not groups[at].digits.startswith("0")):
        return None
    if at and groups[at].gap in _TIED and label != "phone" and len(groups[at].digits) < 7:
        return None
    for end, digits, window in windows(groups, at, 14):
        if _goes_on(text, window, groups, end) or any(
            g.lettered or (g.gap.isascii() and g.gap.isalpha()) for g in window
        ):
            continue
        after = window[-1].end
        local = 0 if coded else _local(digits, window)
        if local or (
            not coded and not (len(window) > 1 and _more(groups, end)) and _is_local(text, digits, window, label)
        ):
            found = _EXTENSION.match(text, after)
            span = _place(text, window, found.end() if found else after, LINE)
            taken = end
            while found and taken < len(groups) and groups[taken].start < span[1]:
                taken += 1
            return taken, span
    return None


def _local(digits: str, window: tuple[Group, ...]) -> bool:
    """Whether these are an area code and the digits of a line."""
    for country in ("0086", "86", ""):
        rest = digits.removeprefix(country)
        if country and rest == digits:
            continue
        if country and not rest.startswith("0"):
            rest = "0" + rest
        area = _AREA.match(rest)
        if (
            area
            and len(rest) - area.end() in (7, 8)
            and rest[area.end()] in "2345678"
            and rest[area.end() :] != rest[area.end()] * 8
        ):
            return _stands_apart(digits, window)
    return False


def _stands_apart(digits: str, window: tuple[Group, ...]) -> bool:
    """Whether the groups end where an area code does, or all digits stand alone or together."""
    sizes = [len(group.digits) for group in window]
    if len(sizes) == 1 or set(sizes) == {1} or window[0].spoken:
        return True
    if gaps_of(window) & _LISTING and len(sizes) > 2:
        return False
    return sizes[0] in (3, 4, 5, 6) or window[0].digits == "86"


def _is_local(text: str, digits: str, window: tuple[Group, ...], label: str) -> bool:
    """Whether these are a line's own digits, told by the words around."""
    if len(digits) not in (7, 8) or digits[0] not in "2345678" or (len(digits) == 8 and _DATE.fullmatch(digits)):
        return False
    sizes = tuple(len(group.digits) for group in window)
    if sizes not in _LINE_SPLIT and set(sizes) != {1} and not (gaps_of(window) <= SOFT and len(sizes) > 3):
        return False
    if gaps_of(window) & frozenset(".,:："):
        return False
    if sizes == (4, 3) and label != "phone":
        return False
    if len(window) == 1 and label != "other" and _UNANSWERED.match(text, window[-1].end):
        return True
    if label == "phone" or _owned(text, window[-1].end) == "phone":
        return True
    return label == "dial" and (
        bool(_UNANSWERED.match(text, window[-1].end)) or not text.startswith(_COUNTED, window[-1].end)
    )


_COUNTED = ("号", "年", "个", "票")
_LINE_SPLIT = group_sizes("7 8 4-4 3-4 2-2-2-2 3-2-2 3-3-2 4-2-2 2-3-3 3-5 4-3 2-6 2-3-2 1-3-4")


_KINDS = {
    **dict.fromkeys(("电话", "座机", "固话", "号码", "手机"), "phone"),
    **dict.fromkeys(("qq", "扣扣"), "qq"),
    **dict.fromkeys(("微信", "v信", "vx"), "wechat"),
    **dict.fromkeys(("银行卡", "卡号"), "bank"),
    "身份证": "id",
}


def _owned(text: str, after: int) -> str:
    """The kind that words right after name, as label_before does: …是我QQ, …（身份证）."""
    found = _OWN.match(text, after)
    return "" if found is None else _KINDS[found["of"].lower()]


def _account(text: str, groups: list[Group], at: int, label: str) -> tuple[int, Span] | None:
    """A QQ or WeChat number: only beside a word that says so."""
    best: tuple[int, Span] | None = None
    if _is_fraction(text, groups[at].start):
        return None
    for end, digits, window in windows(groups, at, 12):
        after = window[-1].end
        if (
            not 5 <= len(digits) <= 12
            or digits[0] == "0"
            or _SHORT_LINE.fullmatch(digits)
            or _goes_on(text, window, groups, end)
            or not gaps_of(window) <= SOFT
        ):
            continue
        owned = _owned(text, after)
        if (label == "qq" or owned == "qq") and not (len(window) > 1 and _DATE.fullmatch(digits)):
            best = end, _place(text, window, after, QQ)
        elif (label == "wechat" or (owned == "wechat" and label != "other")) and len(window) == 1:
            best = end, _place(text, window, after, WECHAT)
    return best


def _starred(text: str) -> Iterator[Span]:
    """Numbers of which a part was hidden."""
    for found in _STARRED.finditer(text):
        label, (start, end) = label_before(text, found.start()), found.span()
        hidden = end - start - len(found[1]) - len(found[2])
        if label == "other":
            continue
        if label in ("id", "bank", "qq"):
            yield start, end, {"id": ID, "bank": CARD, "qq": QQ}[label]
        elif len(found[1]) == 3 and found[1][0] == "1" and found[1][1] in "3456789":
            yield start, end, MOBILE
        elif len(found[1]) == 6 and hidden >= 6:
            yield start, end, ID

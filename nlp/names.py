"""Finds names of private persons where the words around them leave little doubt.

Officials named in their office are left: what they do in office is what posts are about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import rjieba

from nlp.name_odds import likely_names
from nlp.name_words import LEADS, SURE, USUAL, NameWords, name_words
from nlp.tokens import is_common_word, is_word

Place = tuple[int, int]

# How much must speak for a name, in the units of name_characters.txt: with nothing but an accusation near it, with a
# word before it that a name may follow as well, right after or before what the person does, beside the person's own
# particulars, joined to another name, filling a field; and how much more to fill what follows a role.
_BARE, _LED, _CUED, _STATED, _LISTED, _SLOTTED, _ROLE_ALONE = 60, 35, 30, 35, 30, 10, 10
_WORD_LISTED = 15
_WORD_GIVEN, _VERB_GIVEN = 55, 30
"""How much the characters of a word must speak for a given name, after a surname that is a word as well, and those of a
verb where nothing leads to a name."""
_LONG = 4
"""Characters of a name from another language, if nothing but its characters tells it."""
_ODDS = -35
"""Least odds, in hundredths of their natural logarithm, of a name that learned weights alone tell."""
_FARTHER = 10
"""How much more where the accusation stands farther away."""
_COMPOUND_WEIGHT, _GIVEN_WORD, _IN_A_WORD, _ONE_CHARACTER = 60, 30, 30, 10
_NEVER, _UNHEARD = -999, -15
_SOUGHT_AGAIN = 20
_BEFORE, _AFTER = 18, 10
"""Characters around an accusation in which the accused is looked for."""

_DOT_SIGNS = frozenset("·•・‧")
_LATIN = re.compile("[A-Z][a-z]")
_DOTS = re.compile("[·•・‧]")


def person_names(text: str, learned: bool = True) -> list[Place]:
    """(start, end) of each name: after or before what the person does, beside what only private persons give (age,
    number, signature), in an accusation, or veiled (老王, 张某, 陈××).
    """
    if " " in text and _SPACED.search(text):
        places = _close_places(text)
        close = "".join(text[at] for at in places)
        return [(places[start], places[end - 1] + 1) for start, end in _names(close, learned)]
    return _names(text, learned)


def _names(text: str, learned: bool) -> list[Place]:
    known = name_words()
    found: set[Place] = {*_veiled(text, known), *_given_alone(text, known), *_of_other_languages(text, known)}
    bare: list[Place] = []
    starts: list[int] = []
    for opener in known.opener.finditer(text):
        start = opener.start()
        if start and text[start - 1].isdigit() and text[start] in known.of_places:
            continue  # 12路司机
        starts.append(start)
        if text[start] in known.by_odds:
            found.update(_of_rare(text, start, known))
            continue
        end = _name_end(text, start, _CUED, known)
        if place := _told(text, start, end, known):
            found.add(place)
        elif end and (text[start] not in known.rare or text[start + 1 : start + 3] in known.given_words):
            bare.append((start, end))
    if bare and (accusations := [m.span() for m in known.accusations.finditer(text)]):
        found.update(_accused(text, bare, accusations, known))
    if learned and starts:
        found.update(_likely(text, starts, known))
    if not found:
        return []
    found = {
        place
        for place in found
        if not (
            text.startswith(known.goods, place[0])
            or known.trees.match(text, place[0])
            or _DOCUMENT_NUMBER.match(text, place[0])
        )
    }
    if found:
        found.update(_joined(text, found, known))
        found.update(_again(text, found))
    return sorted(found)


_SPACED = re.compile(r"(?<![一-龥])[一-龥](?: [一-龥]){1,3}(?![一-龥])")


_BETWEEN_SINGLE = re.compile(r"(?<![一-龥])[一-龥]( )(?=[一-龥](?![一-龥]))")


def _close_places(text: str) -> list[int]:
    """The places that are left where characters stand apart one by one, as in a copied form (姓 名：屠 文 静): all but the
    blanks between two of which each stands alone."""
    blanks = {m.start(1) for m in _BETWEEN_SINGLE.finditer(text)}
    return [at for at in range(len(text)) if at not in blanks]


_DOCUMENT_NUMBER = re.compile(r"[一-龥]{2,8}[〔\[(（](?:19|20)\d\d[〕\])）]第?\d{1,5}号")


def _of_other_languages(text: str, known: NameWords) -> Iterator[Place]:
    if _LATIN.search(text):
        yield from _with_latin(text, known)
    for run in known.foreign.finditer(text):
        yield from _foreign(text, *run.span(), known)
    if _DOTS.search(text):
        yield from (m.span() for m in known.dotted.finditer(text))


def _told(text: str, start: int, end: int | None, known: NameWords) -> Place | None:
    """The name that begins here, where the words or signs around it tell that it is one."""
    if start and "一" <= text[start - 1] <= "龥" and text[start - 1] not in known.before:
        return _titled(text, start, end, known)
    if end and _is_introduced(text, start, end, known):
        return start, end
    if place := _titled(text, start, end, known):
        return place
    if end and _is_stated(text, start, end, known):
        return start, end
    return (start, filled) if (filled := _slot(text, start, known)) else None


def _veiled(text: str, known: NameWords) -> Iterator[Place]:
    for found in known.veiled.finditer(text):
        start, end = found.span()
        if found["family"]:
            yield found.span("family")
        elif not _is_torn(text, start, known) and (found["nick"] is None or _is_nickname(text, start, known)):
            yield start, end


def _with_latin(text: str, known: NameWords) -> Iterator[Place]:
    """Surnames after a given name in Latin letters: Tony陈."""
    return (m.span() for m in known.latin.finditer(text) if not is_word(text[m.end() - 1 : m.end() + 1]))


def _is_nickname(text: str, start: int, known: NameWords) -> bool:
    """Whether 老 or 小 and a surname are no piece of words such as 老马路 or 小金库."""
    if (text[start] == "大" or text[start + 1] not in known.nicknames) and (
        is_word(text[start : start + 2])
        or text[start + 2 : start + 3] in known.of_places
        or not (_introduced_by(text, start, known.introducing) is not None or _is_cut_before(text, start))
    ):
        return False
    after = text[start + 2 : start + 3]
    return (
        not after
        or after in known.after_nickname
        or not (is_word(text[start : start + 3]) or is_word(text[start + 1 : start + 3]))
    )


def _is_introduced(text: str, start: int, end: int, known: NameWords) -> bool:
    """Whether a word such as 房东 or 名叫 stands right before the name."""
    stop = _introduced_by(text, start, known.introducing)
    if stop is None or known.titles.fullmatch(text, end - 2, end):
        return False
    closed = _CLOSES.match(text, end) is not None
    if text[start - 1] == "为" and not closed:
        return False
    if end - start == 3 and is_word(text[start : start + 2]) and is_word(text[end - 1 : end + 1]):
        return False  # 当事人陈述申辩
    if _is_body(text, end, known) and not (closed and _introduced_by(text, start, known.fields) is not None):
        return False
    return not (known.office_after.match(text, end) or _STATE_BODY.search(text, max(0, stop - 10), stop))


_BODY = re.compile(
    "高速|铁路|国道|省道|机场|大街|大道|胡同|步行街|立交|大桥|水库|开发区|雅苑|家苑|花苑|名苑|公馆|豪庭|公司|驾校|集团|学校|中学|小学|小区|社区|医院|酒店|银行|超市|物业|工业园|花园|家园|广场|人寿"
)


def _is_body(text: str, end: int, known: NameWords) -> bool:
    """Whether what ends here is, or belongs to, the name of a place, a firm or a school."""
    return text[end - 1] in known.of_places or any(_BODY.match(text, at) for at in (end - 1, end))


def _introduced_by(text: str, start: int, by_end: dict[str, tuple[str, ...]]) -> int | None:
    """Where the word ends that stands right before, or before a sign such as a colon; None where there is none."""
    at = start
    while at > start - 3 and at > 0 and text[at - 1] in "：:是叫为 “":
        at -= 1
    # "叫" is both a sign of its own and the end of a longer one ("个叫").
    for stop in {start, at}:
        words = by_end.get(text[stop - 1]) if stop else None
        if words and text.endswith(words, 0, stop):
            return stop
    return None


# The label of a form's next field ends a field as a sign does: blanks between them are lost where a form was copied.
_NEXT_LABEL = "性别|民族|年龄|出生|联系|电话|手机|身份证|住址|地址|职业|籍贯|学历|工作单位|与[一-龥]{2,3}关系"
_SLOT = re.compile(rf"[一-龥]{{2,4}}?(?=[，,。；;！!、 （()）\n〔\d：:]|$|{_NEXT_LABEL})")
_SPEAKS = re.compile("说|称|讲|问|反映|来电|来访|来信|表示|要求|建议|投诉|举报|咨询|口述|留言|认为|希望")
_SAYING = re.compile(rf"[一-龥]{{2,4}}?(?=(?:{_SPEAKS.pattern}))")


def _slot(text: str, start: int, known: NameWords) -> int | None:
    """Where a name ends that fills all between a field's label, or what makes it one, and the next sign.

    What stands there is hardly anything but a name, so that little must speak for it.
    """
    end = _filled_end(text, start, known)
    if end is None or not _is_slot(text, start, end, known) or _in_office(text, start, end, known):
        return None
    return end


def _is_slot(text: str, start: int, end: int, known: NameWords) -> bool:
    if (
        _is_labelled(text, start, known)
        or ((start == 0 or text[start - 1] == "\n") and end - start > 2 and text[end : end + 1] in ("：", ":"))
        or (_is_led(text, start) and _PARTICULARS.match(text, end))
    ):
        return True
    # After a role, other words are as likely.
    return (
        end - start > 2
        and not is_word(text[start + 1 : end])
        and not is_word(text[start : start + 2])
        and _introduced_by(text, start, known.introducing) is not None
        and _speaks(text, start, end, known) >= _SLOTTED + _ROLE_ALONE
    )


def _filled_end(text: str, start: int, known: NameWords, listed: bool = False) -> int | None:
    """Where what stands here up to the next sign ends, if it can be a name; in a list of names it may be a word too."""
    filled = _SLOT.match(text, start)
    if filled is None and _introduced_by(text, start, known.fields) is not None:
        filled = _SAYING.match(text, start)
    if filled is None:
        return None
    end, given = filled.end(), filled.end() - start - _surname_size(text, start, known)
    if given not in (1, 2) or text[end - 1] in known.of_places:
        return None
    if is_word(filled[0]) and not (
        is_common_word(filled[0])
        and (listed or _is_labelled(text, start, known))
        and _speaks(text, start, end, known) >= _WORD_LISTED
    ):
        return None
    if known.titles.fullmatch(text, end - 2, end):
        return None
    return end if _speaks(text, start, end, known) >= (_SLOTTED if given == 2 else _CUED) else None


_CALLED = ("我叫", "他叫", "她叫", "名叫", "名字", "真名")


def _is_labelled(text: str, start: int, known: NameWords) -> bool:
    """Whether a field's label stands before, or 我叫: even a name that is a word is one there."""
    return _introduced_by(text, start, known.fields) is not None or text[max(0, start - 2) : start] in _CALLED


def _surname_size(text: str, start: int, known: NameWords) -> int:
    return 2 if text[start : start + 2] in known.compound else 1


def _speaks(text: str, start: int, end: int, known: NameWords) -> int:
    """How much the characters from here to there speak for a name, whatever words they make."""
    size = _surname_size(text, start, known)
    surname = known.surname_or_word.get(text[start], _UNHEARD) if size == 1 else _COMPOUND_WEIGHT
    first = known.first.get(text[start + size], _UNHEARD) if end - start - size == 2 else 0
    return surname + first + known.last.get(text[end - 1], _UNHEARD)


def _in_office(text: str, start: int, end: int, known: NameWords) -> bool:
    """Whether the name is that of somebody in office, or of whom an office is spoken of near by."""
    near = _IN_OFFICE.search(text, max(0, start - _OFFICE_NEAR), end + _OFFICE_NEAR)
    return near is not None or _holds_office(text, start, end, known)


def _is_proposed(text: str, start: int, end: int) -> bool:
    """Whether the text announces near by who is to be appointed."""
    return _PROPOSED.search(text, max(0, start - _OFFICE_NEAR), end + _OFFICE_NEAR) is not None


def _foreign(text: str, start: int, end: int, known: NameWords) -> Iterator[Place]:
    """Names of other languages among characters that write such: known ones, and whatever has the place of a name."""
    if _DOTS.match(text, end) or text[start - 1 : start] in _DOT_SIGNS:
        return
    for pattern in (known.tibetan, known.turkic, known.undotted):
        places = [m.span() for m in pattern.finditer(text, start, end)]
        yield from (place for place in places if not _holds_office(text, *place, known))
    for at in range(start, end - _LONG + 1) if _CLOSES.match(text, end) else ():
        if is_word(text[at : at + 2]) or is_word(text[at:end]):
            continue
        if _introduced_by(text, at, known.introducing) or _introduced_by(text, at, known.saying_who):
            yield at, end
            return
    if end - start >= _LONG and known.titles.match(text, end) and _is_led(text, start):
        yield start, end


# What follows a private person's name alone: age, what one is reached by or known by, the mark of a signature.
_PARTICULARS = re.compile(
    r"(?:[，,、：:（( \n]{0,2}(?:(?:男|女)[，,。、）) ]|(?:男|女)?[，, ]?(?:现年|今年|大?约|刚满|年约)?\d{1,2}(?:\.\d)?(?:周?岁|个?月大)"
    r"|(?:的|联系)?(?:电话|手机|电联|微信|身份证|证件号|住址|现住)|〔(?:手机|电话|身份证|银行卡|微信|QQ)|[（(](?:手印|签[名字]|捺印))|收$)"
)
_IN_OFFICE = re.compile("拟任|现任|任前|任职|任免|同志(?![:：]?[您你])")
_PROPOSED = re.compile("拟任|任前|任免")
_APPOINTED = re.compile(r"(?:任|为|当选)[一-龥]{2,14}(?:长|书记|主任|委员|主席)")
_MORE_KIN = frozenset("哥姐妹弟们嫁夫伦特")
_GIVEN_ALONE = 55
"""How much two characters must speak for a given name without a surname."""
_SIGNED = re.compile(r"(?:\n|敬礼[！!。 ]{0,2})$")
_LINE_ENDS = re.compile(r"[ ，,]?(?:\d{4}[年.-]|\d{1,2}月|[〇零一二三四五六七八九十]{1,4}[年月]|\n|$)")
_OFFICE_NEAR = 60
"""Characters around a name in which it says that the text is about somebody's office."""
_CLOSES = re.compile(r"[，,。；;！!、（(）)\n 〔]|的(?![一-龥]?法)|吗|$")


def _is_stated(text: str, start: int, end: int, known: NameWords) -> bool:
    """Whether the name is given as one gives one's own or that of a person sought: with particulars, or as a signature."""
    signed = _PARTICULARS.match(text, end) is not None or _is_signature(text, start, end)
    said = _CLOSES.match(text, end) is not None and _says_who(text, start, known)
    return (
        ((signed and _is_led(text, start)) or said)
        and _name_end(text, start, _STATED, known) == end
        and text[end - 1] not in known.of_places
        and not is_word(text[start:end])
        and not _in_office(text, start, end, known)
    )


def _says_who(text: str, start: int, known: NameWords) -> bool:
    """Whether words such as 我是 stand before the name; a single character (我, 找) only where a clause begins."""
    if _introduced_by(text, start, known.saying_who) is None:
        return False
    return text[start - 1] not in known.saying_alone or _is_led(text, start - 1)


def _is_signature(text: str, start: int, end: int) -> bool:
    """Whether the name has a line of its own, or ends a letter."""
    return bool(end - start > 2 and _SIGNED.search(text, max(0, start - 6), start) and _LINE_ENDS.match(text, end))


_SHOP = re.compile(
    "[一-龥]{0,2}(?:药房|药店|面馆|拉面|牛肉|火锅|烧烤|烤肉|超市|便利店|眼镜|眼科|口腔|诊所|饭店|酒楼|餐厅|奶茶|蛋糕|糕点|包子|水饺|饺子|粉店|米线|麻辣烫|炸鸡|服装|家纺|家具|装饰|汽修|小吃|小炒|食品)"
)
_STATE_BODY = re.compile(
    r"(?:局|(?<![业居村家])委(?:员?会)?|办|厅|政府|街道|镇|乡|法院|检察院|人大|政协|总工会|残联|妇联)(?:办公室|副)?(?:主任)?$"
)


def _titled(text: str, start: int, end: int | None, known: NameWords) -> Place | None:
    """The name before a title: 王老师, 林小芳老师, 欧阳医生, 王总."""
    if end and known.titles.match(text, end) and not (_is_torn(text, start, known) or is_word(text[end - 1 : end + 1])):
        return start, end
    after = start + (2 if text[start : start + 2] in known.compound else 1)
    title = known.titles.match(text, after)
    if title is None or _is_torn(text, start, known):
        return None
    if after - start == 2:
        return start, after
    weight, short = known.surname.get(text[start], _NEVER), title[0] in known.short_titles
    if _SHOP.match(text, title.end()):
        return None
    if weight > 0 and title[0] in ("先生", "女士"):
        return start, after
    if weight < 0 or text[start] in known.rare or ((short or weight < SURE) and is_word(text[start : title.end()])):
        return None
    if short and is_word(text[after : after + 2]):
        return None
    if title[0] == "主任" and _STATE_BODY.search(text, max(0, start - 8), start):
        return None
    # Within a clause a surname that is a preposition as well is one: 学校向班主任.
    usual = weight >= (SURE if short else USUAL) and text[start] not in known.function_words
    if usual or _is_led(text, start) or _introduced_by(text, start, known.introducing) is not None:
        return start, after
    return _titled_alone(text, start, known) if text[start] in known.titled_alone else None


def _of_rare(text: str, start: int, known: NameWords) -> Iterator[Place]:
    """A name with a surname that is rarely one: before a title, or filling a field."""
    if text[start] in known.titled_alone and (place := _titled_alone(text, start, known)):
        yield place
        return
    labelled = start and (text[start - 1] in known.fields or text[start - 1] in "：:叫")
    told = (labelled and _is_labelled(text, start, known)) or (
        _is_led(text, start) and _PARTICULARS.match(text, start + 3) is not None
    )
    if told and (end := _slot(text, start, known)):
        yield start, end


def _titled_alone(text: str, start: int, known: NameWords) -> Place | None:
    """A surname that is rarely one, before a title, where the dictionary cuts on both its sides: 德育处乐主任."""
    title = known.titles.match(text, start + 1)
    if title is None or title[0] in known.short_titles or not _is_cut_off(text, start, title.end()):
        return None
    return start, start + 1


def _is_cut_off(text: str, start: int, end: int) -> bool:
    """Whether the dictionary cuts right before and right after this character."""
    words = rjieba.cut(text[max(0, start - 4) : end], False)
    return words[-2:] == [text[start], text[start + 1 : end]]


def _is_cut_before(text: str, start: int) -> bool:
    """Whether the dictionary cuts right before this character."""
    begin, at = max(0, start - 4), max(0, start - 4)
    for word in rjieba.cut(text[begin : start + 3], False):
        if at >= start:
            return at == start
        at += len(word)
    return False


def _is_torn(text: str, start: int, known: NameWords) -> bool:
    """Whether the surname belongs to a word before it; 人 of 来电人 goes with nothing that follows."""
    if not _crosses(text, start) or _introduced_by(text, start, known.introducing) is not None:
        return False
    title = known.titles.match(text, start + 1)
    return title is None or title[0] in known.short_titles or not _is_cut_off(text, start, title.end())


def _is_led(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in LEADS or not "一" <= text[start - 1] <= "龥"


def _accused(text: str, bare: list[Place], accusations: list[Place], known: NameWords) -> Iterator[Place]:
    """Full names in a text that accuses, with nothing but their own look to tell them."""
    begins, ends = {begun for begun, _ in accusations}, {ended for _, ended in accusations}
    near = bytearray(len(text) + _AFTER)
    for begun, ended in accusations:
        before = max(0, begun - _BEFORE)
        near[before : ended + _AFTER] = b"\1" * (ended + _AFTER - before)
    for start, _ in bare:
        led = _is_led(text, start) or start in ends
        end = _name_end(text, start, (_LED if led else _BARE) + _FARTHER * (not near[start]), known)
        if end is None or text[end - 1] in known.of_places or not (led or not _crosses(text, start)):
            continue
        if is_word(text[start : start + 4]) or any(_BODY.match(text, at) for at in (start + 1, end - 1, end)):
            continue
        # Two characters are too little, unless what the person did follows at once.
        enough = end - start > 2 or not begins.isdisjoint((end, end + 1, end + 2))
        if enough and not (_holds_office(text, start, end, known) or _is_proposed(text, start, end)):
            yield start, end


def _likely(text: str, starts: list[int], known: NameWords) -> Iterator[Place]:
    """Full names that learned weights tell, the likeliest first of those that overlap."""
    likely = sorted(likely_names(text, starts, _ODDS, known), reverse=True)
    taken = bytearray(len(text) if likely else 0)
    for _, start, end in likely:
        if not any(taken[start:end]) and _is_private(text, start, end, known):
            taken[start:end] = b"\1" * (end - start)
            yield start, end


def _is_private(text: str, start: int, end: int, known: NameWords) -> bool:
    """Whether nothing tells that this is somebody in office or in public life, or a body named like a person."""
    if not known.public_names.isdisjoint(text[start : start + size] for size in range(end - start, 5)):
        return False
    if end - start > 2 and text[start : end - 1] in known.public_names and is_word(text[end - 1 : end + 1]):
        return False  # 李宁专卖店
    if _is_phrase(text, start, end, known):
        return False
    if _is_proposed(text, start, end):
        return False
    if is_word(text[start:end]) and not is_common_word(text[start:end]):
        return False
    if (
        text[start] in known.of_places
        and not _is_led(text, start)
        and _introduced_by(text, start, known.introducing) is None
    ):
        return False
    if any(_BODY.match(text, at) for at in (start + 1, end - 1, end)) or _holds_office(text, start, end, known):
        return False
    if end - start == 3 and text[start + 1] in known.of_places and text[end : end + 1] in known.of_places:
        return False  # 王庄李庄
    return not (_STATE_BODY.search(text, max(0, start - 12), start) or _APPOINTED.match(text, end))


def _is_phrase(text: str, start: int, end: int, known: NameWords) -> bool:
    """Whether what looks like a given name is a word that goes with the one before: 应切实履行, 施工方承诺, 油茶林恢复."""
    given = text[start + 1 : end]
    if end - start != 3 or given in known.given_words or not is_word(given):
        return False
    if _introduced_by(text, start, known.introducing) is not None:
        return False
    speaks = known.first.get(given[0], _UNHEARD) + known.last.get(given[1], _UNHEARD)
    if text[start] in known.function_words:
        return speaks < _WORD_GIVEN
    return speaks < _VERB_GIVEN and not _is_led(text, start) and rjieba.tag(given, False)[0][1].startswith("v")


def _given_alone(text: str, known: NameWords) -> Iterator[Place]:
    """Given names without a surname: before kin (建国他爹), as 龙哥 or 芳姐, and those that are hardly anything else."""
    for m in known.kin.finditer(text):
        start, end = m.start() - 2, m.start()
        if start >= 0 and _is_given(text, start, known):
            yield start, end
    for m in known.given_alone.finditer(text):
        start, end = m.span()
        if text[end - 1] in "哥姐":
            if not _crosses(text, start) and not is_word(m[0]) and text[end : end + 1] not in _MORE_KIN:
                yield start, end
        elif text[start] == "阿":
            if not (
                is_word(m[0])
                or is_word(text[start : end + 1])
                or is_word(text[end - 1 : end + 1])
                or text[end : end + 1] in known.of_places
            ):
                yield start, end
        elif _is_led(text, start) or not (text[start - 1] in known.surname or _crosses(text, start)):
            yield start, end


def _is_given(text: str, start: int, known: NameWords) -> bool:
    """Whether these two characters are a given name: a word that people are named with only where a name may begin."""
    given = text[start : start + 2]
    if given in known.given_words:
        return _is_led(text, start) or text[start - 1] in known.before
    speaks = known.first.get(given[0], _NEVER) + known.last.get(given[1], _NEVER)
    return speaks >= _GIVEN_ALONE and not _crosses(text, start)


def _holds_office(text: str, start: int, end: int, known: NameWords) -> bool:
    # The office may have been taken for a part of the name: 陈心书 of 陈心书记, 胡书记.
    held = any(known.office_after.match(text, at) for at in (start + 1, end - 1, end))
    return held or bool(known.office_before.search(text, max(0, start - 12), start))


def _name_end(text: str, start: int, least: int, known: NameWords) -> int | None:
    """Where the name that begins here ends; None where too little speaks for one."""
    at = start + 1
    weight = known.surname.get(text[start], _NEVER)
    if text[start : start + 2] in known.compound:
        weight, at = _COMPOUND_WEIGHT, start + 2
    if weight == _NEVER:
        return None
    one, two = text[at : at + 1], text[at + 1 : at + 2]
    both = weight + known.first.get(one, _NEVER) + known.last.get(two, _NEVER)
    single = weight + known.last.get(one, _NEVER) - _ONE_CHARACTER
    if both < least - _GIVEN_WORD and single < least:
        return None
    given = one + two in known.given_words
    ordinary = _IN_A_WORD if at == start + 1 and is_word(text[start : at + 1]) else 0
    if both + _GIVEN_WORD * given - ordinary * (not given) >= least:
        torn = (
            _IN_A_WORD
            if (at + 3 <= len(text) and is_word(text[at + 1 : at + 3])) or text[at + 2 : at + 3] in known.of_places
            else 0
        )
        if both + _GIVEN_WORD * given - ordinary * (not given) - torn // 2 >= least:
            return at + 2
    if single - 2 * ordinary < least:
        return None
    cut = _IN_A_WORD if two and is_word(one + two) else 0
    return at + 1 if single - 2 * ordinary - cut >= least else None


def _crosses(text: str, start: int) -> bool:
    """Whether the character here belongs to the word before it: 金 in 基金经理."""
    return start > 0 and is_word(text[start - 1 : start + 1])


def _joined(text: str, found: Iterable[Place], known: NameWords) -> set[Place]:
    """The names that are joined to one found: 唐国庆、唐国栋."""
    joined: set[Place] = set()
    places = set(found)
    for _, begun in places:
        at = begun
        while text[at + 1 : at + 2] and text[at] in "、和与跟 ":
            end = _name_end(text, at + 1, _LISTED, known) or _filled_end(text, at + 1, known, text[at] == "、")
            if end is None or (text[at] == " " and not _CLOSES.match(text, end)) or known.office_after.match(text, end):
                break
            # From a name that was found or joined before, the walk is another's.
            if (at + 1, end) in places or (at + 1, end) in joined:
                break
            joined.add((at + 1, end))
            at = end
    return joined.union(_joined_before(text, places, known))


def _joined_before(text: str, places: set[Place], known: NameWords) -> Iterator[Place]:
    """The names of a list before one that was found: 明大海、印海潮."""
    for start, _ in places:
        at = start - 1
        while at > 1 and text[at] == "、" and (before := _listed_before(text, at, known)) is not None:
            if (before, at) in places:
                break
            yield before, at
            at = before - 1


def _listed_before(text: str, end: int, known: NameWords) -> int | None:
    """Where the name of a list begins that ends here."""
    for start in (end - 3, end - 2, end - 4):
        if start < 0 or not _is_led(text, start) or _filled_end(text, start, known, listed=True) != end:
            continue
        sure = _speaks(text, start, end, known) >= _LISTED
        return start if sure and not known.office_before.search(text, max(0, start - 12), start) else None
    return None


def _again(text: str, found: Iterable[Place]) -> list[Place]:
    """The other places where a full name of those found stands; a text that names very many is not searched for all."""
    names = {text[start:end]: None for start, end in sorted(found) if end - start > 2}
    return [m.span() for name in list(names)[:_SOUGHT_AGAIN] for m in re.finditer(re.escape(name), text)]

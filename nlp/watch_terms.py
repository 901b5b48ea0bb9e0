"""Derives watch terms from a record: what people would call it, its places and its document number."""

from __future__ import annotations

import re

from nlp.tokens import is_word
from records.disclosures import Disclosure

MOST_TERMS = 16

_BRACKETED = re.compile(r"[（(〔\[【《][^）)〕\]】》]*[）)〕\]】》]")
_YEAR = re.compile(
    r"(?:20\d\d|二〇[零〇一二三四五六七八九]{2})(?:[-—~至]+20\d\d)?年?(?:度|春季|秋季|春|秋|上半年|下半年|冬季|夏季)?"
)
_OPENING = re.compile(
    r"^(?:关于|中共)?(?:[一-龥]{2,4}?(?:自治县|区委|县委|市委|区|县|市|旗))?(?:印发|转发|批转|公布|发布)?"
)
_FILLER = re.compile(
    r"关于|做好|开展|进一步|加强|推进|实施|组织|规范|调整|优化|延长|暂停|恢复|启用|全面|深入|加快|有关|相关|工作|活动|事项|情况|问题|项目|专项|公开|征求意见稿?|试行|暂行"
)
_ENDING = re.compile(
    r"(?:实施|工作|管理|行动|总体|建设)?(?:方案|公告|通知|通告|办法|公示|通报|意见|计划|细则|规定|决定|规划|条例|名单|结果|安排|函)+$"
)
_SPLIT = re.compile(r"[、，,；;：:和及与暨起\s“”\"]|以及|的")
_PLACE = re.compile(
    r"(?<![一-龥])([一-龥A-Za-z0-9]{2,8}?(?:小区|家属院|家属楼|新村|花园|家园|公寓|佳苑|[一-龥]苑|院区|校区|街道|社区|村|镇|乡|园区|工业园|医院|小学|中学|学校|幼儿园|公园|广场|市场|水库|大桥|公司|路|街|巷))(?=[、，,。；;）)和及与由为到改设自新旧按经中])"
)
_ROUTE = re.compile(r"(?<!\d)\d{1,3}路(?!\d)")
_COMMON = re.compile(r"中标|社区|农业|城区|城市|道路|项目|腐败|城乡居民|\d+|.者")
_NOT_A_NAME = re.compile(
    r".*[0-9]|.*(?:各|该|本|等|全|每|不|由|在|自|从|对|将|为|的|以|经|按|可|须|应|在|向|至|及|或|个|所有|有关|其他|迁入|建成|安置|沿线|道路).*"
)


def derived_terms(disclosure: Disclosure) -> tuple[str, ...]:
    """Terms from title, document number and body, most telling first; at most MOST_TERMS."""
    terms = [*_from_title(disclosure.title), *_places(disclosure.body)]
    if disclosure.doc_number:
        terms.append(disclosure.doc_number)
    return tuple(dict.fromkeys(terms))[:MOST_TERMS]


def watched_terms(disclosure: Disclosure) -> tuple[str, ...]:
    """The record's own watch terms, or derived ones where it has none."""
    return disclosure.watch_terms or derived_terms(disclosure)


def subject(title: str) -> str:
    """The title without place, year, brackets and the words that every document has."""
    bare = _YEAR.sub("", _BRACKETED.sub("", title))
    return _ENDING.sub("", _OPENING.sub("", bare)) or title


def is_no_name(term: str) -> bool:
    """Whether a term that ends like the name of a place is put together from other words."""
    return _NOT_A_NAME.fullmatch(term) is not None


def _from_title(title: str) -> list[str]:
    found = _ROUTE.findall(title)
    for piece in _SPLIT.split(subject(title)):
        short = _FILLER.sub("", piece)
        found += [term for term in (piece, short) if 2 <= len(term) <= 12 and not _COMMON.fullmatch(term)]
    return found


def _places(body: str) -> list[str]:
    return [name for name in _PLACE.findall(body) if not is_no_name(name) and not is_word(name)] + _ROUTE.findall(body)

"""Finds in a post the clauses that assert something that can be checked, for people to verify; never whether it is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_CLAIMS = 3
LEAST = 1.0
SHORT = 120
USUAL_SHORT, USUAL_LONG = 0.6, 0.0
"""A short post that tells what was heard tells little else; in a long one a clause must look like it."""

AFTER_SOURCE, AFTER_FACT = 1.2, 0.6
"""What follows a source, or a clause that tells a fact, is likelier to tell one too."""


_CLAUSE = re.compile(r"[^，,。；;！!？?…\n]+")
_SENTENCE_END = re.compile(r"[。！!？?…\n]")
_SOURCE = (
    r"听[^，,]{0,12}?[说讲]|据[^，,]{0,8}?[说讲传称]|[网盛风谣都]传|传言|传闻|有人[^，,]{0,4}?[说讲传称]|都说|都在传|传开|传疯|爆料|报料|"
    r"小道消息|内部消息|内部人|知情人|群里[^，,]{0,6}?[说传发]|朋友圈|转发|亲口|透露|私下[说讲]|来电人称|反映|里面的人|内幕|录音"
)
_HEARD = re.compile(_SOURCE)
_FROM = re.compile(
    rf"^(?:[^，,]{{0,10}}(?:{_SOURCE})[的了，,：:]*|[^，,]{{0,10}}(?:的?[说讲]|[说讲][的了])|.{{0,8}}(?:消息|传言)|"
    r"(?:我|朋友|隔壁|对门|亲戚).{0,14}(?:上班|做事|干活|上干|管[^，,]{1,3}|夜班|在[^，,]{2,5}院|里面|送过货)|"
    r".{0,8}(?:都知道|上班的人[说讲]的?|喝多了说))$"
)
_NUMBER = re.compile(
    r"[0-9０-９]+|[一二两三四五六七八九十百千万半几]+(?:十|百|千|万|亿|多|余)*(?:个|元|块|万|倍|成|条|名|户|人|家|年|月|天|斤|吨|号|点|次|套|辆|台|盏|桶|方|公里|%|％)"
)
_WHEN = re.compile(
    r"今年|明年|去年|上个?月|下个?月|昨[天晚夜]|今[早晚天]|前[天晚]|半夜|连夜|夜里|当晚|[0-9一二三四五六七八九十]+[月号日]|早就|已经|之前|以后"
)
_ACT = re.compile(
    r"内定|指标|关系户|亲戚|小舅子|连襟|回扣|红包|提成|分走|对半分|送礼|请吃|塞|贿|贪|挪|截留|克扣|冒领|代签|虚报|瞒|压着|捂|不让|不准|删|改过|改数|"
    r"调好|造假|假的|掺|冒充|翻新|次品|库存|过期|回收料|二手|不合格|超标|没[有接]|根本|不是|抄|抵押|卷款|跑路|跑了|亏光|空了|停发|取不|打白条|裁|倒闭|"
    r"转给|卖给|承包|入围费|加价|涨|排粪|排污|埋|偷|漏|塌|裂|死|摔|炸|毒|癌|病|失踪|抓|带走|查出|撤|关|拆|建|取消|改成|发下|搬|送来|漂走|锁定|提前|"
    r"其实|实际|定了|定好|谈好|签好|规划|专门|换[成的下]|评来|借的|省一半|便宜|进价|标价|多登|涉|串通|围标"
)
_ASKS = re.compile(
    r"[吗呢么]$|求|谁|哪[个位]|哪里|查查|查一[查下]|核实|核查|核[验对]|真的假的|真假|是不是|有没有|说说$|讲讲$|吱个?声|认一认|问问|回应|辟谣|希望|建议|要求|"
    r"请(?!吃)|注意|大家|赶紧|小心|别问|先买|未亲见|无法判断|不敢说|懂的|你品|细品|该不该|难怪|怪不得|气死|寒心|呵呵|影响很大|早点|准备|要不"
)
_SHOWN = re.compile(
    r"看[见到](?:了|过)|拍[到过下]|有照片|有录音|录了|截图|手里有|承认|我见过|亲眼|亲口|没见过|听着|找着|身份证|不敢说"
)
_WRAPPING = " “”\"'「」"


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause and what it does: names a source, asks or urges, or says something (with some strength)."""

    start: int
    end: int
    opens: bool
    source: bool
    asks: bool
    strength: float


def claims_of(text: str) -> list[tuple[int, int]]:
    """(start, end) in `text` of each run of clauses that asserts a fact as heard or leaked, the strongest first.

    At most MOST_CLAIMS; where no clause looks like a statement, the one that comes nearest. None in a text that only
    asks, urges or names a source. Whether it is so is for people to find out.
    """
    usual = USUAL_SHORT if len(text) <= SHORT else USUAL_LONG
    spans: list[tuple[float, int, int]] = []
    nearest: list[tuple[float, int, int]] = []
    near, joined = 0.0, False
    for clause in _clauses(text):
        if clause.opens:
            near *= 0.5
        weight = usual + clause.strength + near
        told = not (clause.source or clause.asks) and weight >= LEAST
        if told and joined and not clause.opens:
            before, start, _ = spans[-1]
            spans[-1] = (before + weight, start, clause.end)
        elif told:
            spans.append((weight, clause.start, clause.end))
        elif not (clause.source or clause.asks):
            nearest.append((weight, clause.start, clause.end))
        joined = told
        near = AFTER_SOURCE if clause.source else max(near * 0.8, AFTER_FACT) if told else near * 0.5
    strongest = sorted(spans, key=_by_weight)[:MOST_CLAIMS] or sorted(nearest, key=_by_weight)[:1]
    return [(start, end) for _, start, end in strongest]


def _by_weight(span: tuple[float, int, int]) -> tuple[float, int]:
    return -span[0], span[1]


def _clauses(text: str) -> Iterator[_Clause]:
    for found in _CLAUSE.finditer(text):
        said = found.group().strip(_WRAPPING)
        if said:
            start = found.start() + found.group().index(said)
            opens = bool(_SENTENCE_END.search(text[max(0, found.start() - 1) : found.start()])) or found.start() == 0
            yield _Clause(
                start, start + len(said), opens, bool(_FROM.search(said)), bool(_ASKS.search(said)), _strength(said)
            )


def _strength(said: str) -> float:
    """How much a clause by itself looks like a statement of fact rather than like proof of it or a feeling."""
    marks = 1.5 * bool(_HEARD.search(said)) + 0.8 * bool(_NUMBER.search(said)) + 0.4 * bool(_WHEN.search(said))
    return marks + 0.8 * min(len(_ACT.findall(said)), 2) - 1.5 * bool(_SHOWN.search(said))

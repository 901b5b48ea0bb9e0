"""Drafts the four parts of a report from what is stored; a person completes and confirms each one.

第四十二条（三）names the parts. The drafts state counts and times, quote what was posted as quotes, and judge nothing:
what the desk cannot know is marked PENDING, and a live report holding that mark cannot be filed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from records.alerts import Deadline
from records.disclosures import Disclosure
from records.incidents import Incident, Member, SeverityChange
from records.measures import Measure, Side
from records.naming import office_name
from records.papers import Basis, Ledger, Paragraph, Statement
from records.reports import Part, Response
from records.spans import until_start
from records.words import Channel, Scope
from records.zone import CHINA

PENDING = "〔待责任单位补充"
"""Begins every mark of something a person must still write."""

REPLAY_MARK = "〔回放草稿〕"
"""Stands before every part drafted in a replay."""

PARTY_MATTER = "党内公开事项"
"""All that a report says of a record that is open within the party only."""

_HOUR = timedelta(hours=1)
_BODY_LIMIT = 160
_TREND_HOURS = 12
_NAMED = 50
"""As many posts are named by number as what a sentence rests on; the words say how many there are."""


@dataclass(frozen=True, slots=True)
class View:
    """One view that several posts share: a masked quote and how many posts stand for it."""

    quote: str
    count: int


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done about the incident: when, by whom, what (Chinese, a short clause)."""

    at: datetime
    actor: str
    what: str
    rests_on: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a draft is made from, as it stood at `at`. `rules` gives a severity rule's Chinese words by name,
    `plan` is the clock that the newest start of the plan began."""

    at: datetime
    incident: Incident
    record: Disclosure | None
    members: Sequence[Member]
    history: Sequence[SeverityChange]
    rules: Callable[[str], str]
    views: Sequence[View]
    deeds: Sequence[Deed]
    responses: Sequence[Response] = ()
    plan: Deadline | None = None
    co_units: Sequence[str] = ()
    measures: Sequence[Measure] = ()


def draft_paragraphs(material: Material) -> dict[Part, tuple[Paragraph, ...]]:
    """The four parts in the article's order; what states a figure or a deed names what it rests on."""
    return {
        Part.ONLINE_SITUATION: _online_situation(material),
        Part.PUBLIC_VIEWS: _public_views(material),
        Part.MEASURES_TAKEN: _measures_taken(material),
        Part.OFFLINE_EVENT: _offline_event(material),
    }


def text_of(paragraphs: Iterable[Paragraph]) -> str:
    """Paragraphs as a person writes them: one a line."""
    return "\n".join(one.text for one in paragraphs)


def marked_as_replay(text: str) -> str:
    """The draft with the mark of a replay before it, once."""
    return text if text.startswith(REPLAY_MARK) else REPLAY_MARK + text


def matter(incident: Incident, record: Disclosure | None) -> str:
    """How a report names the matter: 《title》, or PARTY_MATTER where the record is open within the party only."""
    if record is not None and record.scope is Scope.PARTY:
        return PARTY_MATTER
    title = record.title if record is not None else incident.title
    return f"《{title}》" if record is not None else f"“{title}”"


def _online_situation(material: Material) -> tuple[Paragraph, ...]:
    incident, members = material.incident, sorted(material.members, key=lambda one: (one.seen_at, one.post_id))
    subject = matter(incident, material.record)
    own = Basis(Ledger.INCIDENT, f"事件{incident.id}", (incident.id,))
    severity = _said(_severity_line(material), _severity_basis(material))
    if not members:
        return (
            _said(f"截至{_moment(material.at)}，尚未监测到与{subject}有关的网上负面信息。", own),
            _said(f"本事件由值守人员于{_moment(incident.opened_at)}登记，来源为电话、来访或其他渠道。", own),
            severity,
        )
    voices = sum(one.voice for one in members)
    first = members[0]
    posts = _posts(incident, members)
    return (
        _said(
            f"截至{_moment(material.at)}，共监测到与{subject}有关的负面信息{len(members)}条，"
            f"其中不同声音{voices}条（同一内容的转载、重复不计）。",
            posts,
        ),
        _said(
            f"首条信息于{_moment(first.seen_at)}发现，见于{first.channel.label}渠道。",
            Basis(Ledger.POST, f"事件{incident.id}的首条帖文", (first.post_id,)),
        ),
        _said(f"渠道分布：{_by_channel(members)}。", posts),
        _said(f"互动情况：评论、转发、点赞合计{sum(one.reactions for one in members)}次。", posts),
        _said(_trend(members, material.at), posts),
        severity,
        _said(f"主要类型（第三十八条）：{incident.category.label if incident.category else '尚未确定'}。", own),
    )


def _posts(incident: Incident, members: Sequence[Member]) -> Basis:
    first, last = members[0].seen_at, members[-1].seen_at
    words = f"事件{incident.id}归集的帖文{len(members)}条（{_moment(first)}至{_moment(last)}发现）"
    return Basis(Ledger.POST, words, tuple(one.post_id for one in members[:_NAMED]))


def _severity_basis(material: Material) -> Basis:
    return Basis(
        Ledger.INCIDENT, f"事件{material.incident.id}的等级记录{len(material.history)}条", (material.incident.id,)
    )


def _by_channel(members: Iterable[Member]) -> str:
    posts: Counter[Channel] = Counter()
    voices: Counter[Channel] = Counter()
    for one in members:
        posts[one.channel] += 1
        voices[one.channel] += one.voice
    ordered = sorted(posts, key=lambda channel: (-posts[channel], list(Channel).index(channel)))
    return "、".join(f"{channel.label}{posts[channel]}条（不同声音{voices[channel]}条）" for channel in ordered)


def _trend(members: Sequence[Member], at: datetime) -> str:
    hours: Counter[datetime] = Counter(_clock_hour(one.seen_at) for one in members)
    peak = max(hours, key=lambda hour: (hours[hour], -hour.timestamp()))
    since = _clock_hour(at) - (_TREND_HOURS - 1) * _HOUR
    shown = [hour for hour in sorted(hours) if hour >= since]
    by_hour = "、".join(f"{hour.hour:02d}时{hours[hour]}条" for hour in shown)
    last, before = (sum(at - (n + 1) * _HOUR < one.seen_at <= at - n * _HOUR for one in members) for n in (0, 1))
    turn = "上升" if last > before else "回落" if last < before else "持平"
    recent = f"近{_TREND_HOURS}小时内逐小时新增：{by_hour}。" if shown else f"近{_TREND_HOURS}小时内没有新增。"
    return (
        f"走势：{recent}新增最多的是{_day(peak)}{peak.hour:02d}时，计{hours[peak]}条；"
        f"最近1小时新增{last}条，前1小时{before}条，呈{turn}态势。"
    )


def _severity_line(material: Material) -> str:
    if not material.history:
        return f"研判等级：{material.incident.severity.label}。"
    steps = "；".join(
        f"{_moment(change.at)}{'定为' if number == 0 else '转为'}“{change.severity.label}”（{_rule(change, material.rules)}）"
        for number, change in enumerate(material.history)
    )
    return f"研判等级（第四十二条）：现为“{material.incident.severity.label}”。{steps}。"


def _rule(change: SeverityChange, rules: Callable[[str], str]) -> str:
    if change.rule == "person":
        by = f"由{change.actor}确定" if change.actor else "由人工确定"
        return f"{by}，理由：{change.reason}" if change.reason else by
    # A rule has a reason of its own where its thresholds were lowered.
    return f"依据：{change.reason or rules(change.rule)}"


def _public_views(material: Material) -> tuple[Paragraph, ...]:
    if not material.views:
        return (
            _said(f"截至{_moment(material.at)}，网上信息尚不足以归纳网民观点。"),
            _said(f"电话、来访等渠道的诉求：{PENDING}〕。"),
        )
    return (
        _said(f"截至{_moment(material.at)}，网民观点主要有以下{len(material.views)}类："),
        *(
            _said(
                f"{number}. “{_one_line(view.quote)}”，持此类看法的信息{view.count}条。",
                Basis(Ledger.POST, f"事件{material.incident.id}中相近的帖文{view.count}条，所引为其中一条的原话"),
            )
            for number, view in enumerate(material.views, 1)
        ),
        _said("以上为网上原话摘录，所述情况未经核实，不代表对事实的认定。"),
    )


def _measures_taken(material: Material) -> tuple[Paragraph, ...]:
    deeds = list(material.deeds)
    deeds += [
        Deed(
            one.published_at,
            one.published_by,
            f"发布回应：“{_one_line(one.text).rstrip('。')}”{_where(one.url)}",
            (Basis(Ledger.ANSWER, f"{_moment(one.published_at)}发布"),),
        )
        for one in material.responses
    ]
    deeds += [_measure(one) for one in material.measures if one.side is Side.ONLINE]
    if not deeds:
        return (
            _said(f"截至{_moment(material.at)}，系统内尚无处置记录。"),
            _said(f"{PENDING}：已采取的应急处置措施〕。"),
        )
    return (_said(f"截至{_moment(material.at)}，已采取以下措施："), *_numbered(deeds))


def _measure(one: Measure) -> Deed:
    noted = Basis(Ledger.MEASURE, f"{_moment(one.happened_at)}，{one.unit}登记")
    return Deed(one.happened_at, one.unit, _one_line(one.text).rstrip("。"), (noted,))


def _numbered(deeds: Iterable[Deed]) -> list[Paragraph]:
    return [
        _said(f"{number}. {_moment(deed.at)}，{deed.actor}{deed.what}。", *deed.rests_on)
        for number, deed in enumerate(sorted(deeds, key=lambda deed: deed.at), 1)
    ]


def _offline_event(material: Material) -> tuple[Paragraph, ...]:
    record, incident = material.record, material.incident
    own = Basis(Ledger.INCIDENT, f"事件{incident.id}", (incident.id,))
    found = [
        _said(_known_facts(record), _record_basis(record))
        if record is not None
        else _said(f"事由：“{incident.title}”。", own),
        _said(f"责任单位：{incident.unit or f'待{office_name()}确定'}。", own),
        _said(f"协办单位：{'、'.join(material.co_units)}。", own) if material.co_units else None,
        _said(_plan_line(incident, material.plan), own if material.plan is None else started_plan(material.plan)),
        _said(f"{PENDING}：事件发生的时间、地点、起因、影响范围及现状〕"),
        *_offline_measures(material),
    ]
    return tuple(one for one in found if one is not None)


def _record_basis(record: Disclosure) -> Basis:
    if record.scope is Scope.PARTY:
        return Basis(Ledger.RECORD, PARTY_MATTER)
    return Basis(Ledger.RECORD, f"公开事项{record.id}", (record.id,))


def _offline_measures(material: Material) -> list[Paragraph]:
    taken = [_measure(one) for one in material.measures if one.side is Side.OFFLINE]
    if not taken:
        return [_said(f"{PENDING}：线下处置措施、负责人、已见成效和下一步安排〕")]
    return [
        _said("线下处置措施："),
        *_numbered(taken),
        _said(f"{PENDING}：线下处置的负责人、已见成效和下一步安排〕"),
    ]


def started_plan(plan: Deadline) -> Basis:
    """The clock that a start of the plan began, by its own number."""
    return Basis(Ledger.CLOCK, f"事件{plan.incident}第{plan.activation}次启动预案，时限编号{plan.id}", (str(plan.id),))


def _plan_line(incident: Incident, plan: Deadline | None) -> str:
    if plan is None:
        return "应急预案尚未启动。"
    lag = until_start(incident.detected_at, plan.started_at)
    return f"应急预案已于{_moment(plan.started_at)}启动，发现至启动：{lag}。"


def _known_facts(record: Disclosure) -> str:
    if record.scope is Scope.PARTY:
        return f"事由：{PARTY_MATTER}，具体内容按党内公开范围另行报告。"
    number = f"（{record.doc_number}）" if record.doc_number else ""
    told = f"公开内容摘要：{_opening(record.body)}" if record.body.strip() else ""
    return f"事由：{_moment(record.published_at)}，{record.unit}公开《{record.title}》{number}。{told}"


def _opening(body: str) -> str:
    """The first whole sentences, up to a limit."""
    text = _one_line(body)
    if len(text) <= _BODY_LIMIT:
        return text
    end = text.rfind("。", 0, _BODY_LIMIT)
    return text[: end + 1] if end > 0 else text[:_BODY_LIMIT] + "……"


def _where(url: str | None) -> str:
    return f"（{url}）" if url else ""


def _said(text: str, *rests_on: Basis) -> Paragraph:
    return Paragraph((Statement(text, rests_on),))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clock_hour(at: datetime) -> datetime:
    return at.astimezone(CHINA).replace(minute=0, second=0, microsecond=0)


def _day(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f"{local.month}月{local.day}日"


def _moment(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日{local.hour:02d}时{local.minute:02d}分"

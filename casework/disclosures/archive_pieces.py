"""Turns what is stored about one record into the files of its archive package, each for people as text and for machines as JSON.

What goes into a file is named key by key: whatever stands beside in a record, such as what a suggestion was taken from, stays out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from casework.disclosures import approval_form
from casework.disclosures.annex import Approval
from casework.disclosures.archive import Piece
from casework.disclosures.archive_handling import Handled, handling
from casework.disclosures.archive_text import Keys, Row, as_json, as_text, both, chosen, name_of, row_of, said
from casework.disclosures.procedure import Standing
from records.co_units import CoUnit
from records.disclosures import Disclosure
from records.incidents import Incident, SeverityChange
from records.proposals import Noted, ProposalEntry
from records.publications import Publication
from records.releases import Release
from records.reports import Report, Response
from records.risks import RiskAssessment, RiskNoted
from records.suggestions import Suggestion, SuggestionEntry
from records.upward import BY_CHANNEL, UpwardEntry
from records.upward import Noted as UpwardNoted
from records.words import Category, Channel, Sentiment
from regulation.archive_contents import PartName
from regulation.clauses import citation
from regulation.procedures import Procedure
from regulation.risk import RiskRules
from regulation.severity import SeverityRules
from regulation.suggestions import SuggestionRules
from regulation.upward import UpwardRules

VERSION: Keys = MappingProxyType(
    {
        "version": "版本",
        "title": "题目",
        "doc_number": "文号",
        "unit": "责任单位",
        "catalogue_item": "目录项",
        "scope": "公开范围",
        "published_at": "公开时间",
        "url": "网址",
        "risk": "风险评估",
        "watch_terms": "关注词",
        "withdrawn": "是否撤回",
        "explanation": "更正或撤回说明",
        "recorded_at": "登记时间",
        "recorded_by": "登记人",
        "body": "正文",
        "interpretation": "解读材料",
    }
)
FORM: Keys = MappingProxyType(
    {
        "unit": "填报部门",
        "filled_on": "填报日期",
        "title": "题目",
        "purpose": "事由",
        "record": "所更正或撤回的公开事项",
        "explanation": "更正或撤回说明",
        "doc_number": "文号",
        "document": "是否公文",
        "with_government": "是否党政联合发文",
        "drafting_unit": "起草部门",
        "important": "是否重要事项",
        "attribute": "公开属性",
        "attribute_reason": "公开或不予公开的理由",
        "audience": "公开范围",
        "audience_note": "公开范围说明",
        "manners": "公开方式",
        "platforms": "公开平台",
        "time_kind": "公开时限",
        "period": "公开周期",
        "decided_on": "公开事项确定之日",
        "planned_on": "拟公开日期",
        "ends_on": "分阶段工作结束日期",
        "catalogue_item": "目录项",
        "co_units": "涉及单位",
        "joint": "是否联合发文",
        "risk": "风险评估",
        "grounds": "解读事由",
        "interpreted": "是否需要解读",
        "interpreter": "解读材料起草单位",
        "interpretation_due": "解读材料拟好日期",
        "interpretation_ways": "解读方式",
        "watch_terms": "关注词",
        "body": "正文",
        "interpretation": "解读材料",
    }
)
_FILLED: Keys = MappingProxyType({"proposal": "拟公开事项编号", "at": "填写时间", "actor": "填写人", **FORM})
_SIGNED: Keys = MappingProxyType(
    {
        "proposal": "拟公开事项编号",
        "what": "事项",
        "unit": "单位",
        "actor": "签署人",
        "at": "时间",
        "attribute": "决定的公开属性",
        "until": "延期至",
        "link": "网址",
        "reason": "意见或理由",
    }
)
_FLAG: Keys = MappingProxyType(
    {
        "proposal": "拟公开事项编号",
        "place": "所在部分",
        "found": "所见文字",
        "why": "提示",
        "clause": "条款",
        "cleared_by": "核销人",
        "cleared_at": "核销时间",
        "reason": "核销理由",
    }
)
_RISK: Keys = MappingProxyType(
    {
        "subject": "所评估的事项",
        "version": "版本",
        "at": "评估时间",
        "actor": "评估人",
        "level": "风险等级",
        "calculation": "计算",
        "judged": "各类风险",
        "means": "评估方式",
        "units": "参加单位",
        "lead_unit": "牵头单位",
        "plan": "应对方案",
        "prepared": "预备答复",
        "seen": "主要负责人阅",
    }
)
_RELEASE: Keys = MappingProxyType(
    {
        "what": "发布内容",
        "platform": "发布平台",
        "unit": "计划单位",
        "spokesperson": "发言单位",
        "steps": "经过",
    }
)
_PUBLICATION: Keys = MappingProxyType(
    {
        "platform_name": "发布平台",
        "published_at": "发布时间",
        "link": "网址",
        "incident": "所回应的事件",
        "noted_by": "登记人",
        "noted_at": "登记时间",
        "look": "最近一次网址检查",
        "taken_back_by": "撤回登记的人",
        "taken_back_at": "撤回登记的时间",
        "reason": "撤回登记的原因",
    }
)
_SUGGESTION: Keys = MappingProxyType(
    {
        "id": "编号",
        "way": "来源",
        "received_at": "收到时间",
        "unit": "收到时的承办单位",
        "text": "内容（已遮盖个人信息）",
    }
)
_STEP: Keys = MappingProxyType(
    {
        "what": "办理",
        "at": "登记时间",
        "actor": "登记人",
        "unit": "转办单位",
        "way": "方式",
        "happened_at": "办理时间",
        "due_at": "下一步期限",
        "taken_back": "是否已作废",
        "text": "内容",
    }
)
_INCIDENT: Keys = MappingProxyType(
    {
        "id": "编号",
        "title": "事件",
        "unit": "责任单位",
        "co_units": "协办单位",
        "category": "类型",
        "severity": "等级",
        "state": "状态",
        "posts": "帖文数",
        "first_post_at": "首条帖文",
        "opened_at": "立案时间",
        "acknowledged_at": "签收时间",
        "acknowledged_by": "签收人",
        "closed_at": "办结时间",
    }
)
_SEVERITY: Keys = MappingProxyType(
    {"at": "时间", "severity": "等级", "rule": "依据", "actor": "人员", "reason": "理由"}
)
_DEED: Keys = MappingProxyType({"at": "时间", "actor": "人员", "what": "事项"})
_RESPONSE: Keys = MappingProxyType(
    {"published_at": "发布时间", "published_by": "登记人", "url": "网址", "text": "回应内容"}
)
_UPWARD: Keys = MappingProxyType(
    {
        "label": "上报对象",
        "noted": "记录",
        "at": "登记时间",
        "actor": "登记人",
        "need": "要求",
        "severity": "等级",
        "clause": "条款",
        "send": "是否报送",
        "reason": "理由",
        "way": "方式",
        "happened_at": "报送或回执时间",
        "serial": "报告编号",
        "text": "报送内容",
        "note": "说明",
        "who": "回执人",
        "taken_back": "是否已作废",
    }
)
_COUNT: Keys = MappingProxyType(
    {"day": "日期", "channel": "渠道", "sentiment": "倾向", "category": "类型", "posts": "帖文数"}
)


_USED: Mapping[RiskNoted | None, str] = {RiskNoted.USED: "，已用", RiskNoted.UNUSED: "，未用"}


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """One version of the record, with who recorded it and when."""

    disclosure: Disclosure
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class ProposalCourse:
    """A proposal of the record with all its entries, and where it stands after them."""

    id: str
    procedure: Procedure
    standing: Standing
    entries: Sequence[ProposalEntry]


@dataclass(frozen=True, slots=True)
class IncidentFile:
    """An incident with what was done about it. `deeds` are (when, by whom, what), `filed` the report files by their names, as
    `evaluations` are those of its signed evaluations; `missing` says which of these cannot be read."""

    incident: Incident
    posts: int
    co_units: Sequence[CoUnit]
    history: Sequence[SeverityChange]
    deeds: Sequence[tuple[datetime, str, str]]
    responses: Sequence[Response]
    reports: Sequence[Report]
    filed: Mapping[str, bytes]
    upward: Sequence[UpwardEntry]
    handled: Handled
    evaluations: Mapping[str, bytes] = field(default_factory=dict)
    missing: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReactionCount:
    """How many posts of one day, channel, sentiment and category."""

    day: date
    channel: Channel
    sentiment: Sentiment
    category: Category | None
    posts: int


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is stored about one record, or about a proposal that was not disclosed."""

    proposals: Sequence[ProposalCourse] = ()
    risks: Sequence[RiskAssessment] = ()
    releases: Sequence[Release] = ()
    versions: Sequence[RecordVersion] = ()
    publications: Sequence[Publication] = ()
    incidents: Sequence[IncidentFile] = ()
    suggestions: Sequence[tuple[Suggestion, Sequence[SuggestionEntry]]] = ()
    reactions: Sequence[ReactionCount] = ()
    catalogue: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """The rules in force by which names are put into words, and whose forms are printed."""

    organisation: str
    suggestions: SuggestionRules
    severity: SeverityRules
    upward: UpwardRules
    risk: RiskRules


def pieces_of(material: Material, wording: Wording) -> list[Piece]:
    """Every file of the package."""
    return [
        *_forms(material.proposals, wording.organisation),
        *_risks(material.risks, wording.risk),
        *_signatures(material.proposals),
        *_flags(material.proposals),
        *_versions(material.versions),
        *_interpretations(material.versions),
        *_publications(material.publications),
        *_releases(material.releases),
        *(piece for one in material.incidents for piece in _incident(one, wording)),
        *_suggestions(material.suggestions, wording.suggestions),
        *_reactions(material.reactions),
        *_catalogue(material.catalogue),
    ]


def remarks_on(material: Material) -> dict[PartName, list[str]]:
    """What should be in the package and is not, or is not yet, by part, in Chinese."""
    return {
        "reports": [
            f"{report.serial}（{report.file}）的文件在报告目录里读不到"
            for one in material.incidents
            for report in one.reports
            if report.file not in one.filed
        ],
        "evaluation": [said for one in material.incidents for said in one.missing],
        "incidents": [
            f"{one.incident.id} {one.incident.state.label}，尚未办结：办结后应再归档一次"
            for one in material.incidents
            if one.incident.state.ongoing
        ],
    }


def _forms(proposals: Sequence[ProposalCourse], organisation: str) -> Iterator[Piece]:
    """The form as it is printed with what was signed last, and as text each time that it was filled in."""
    for course in proposals:
        stem = f"审批表/{name_of(course.id)}"
        if course.standing.form is not None:
            approval = Approval(organisation, course.id, course.procedure, course.standing, course.entries)
            yield Piece("forms", f"{stem}.{approval_form.EXTENSION}", approval_form.render(approval))
        filled = [entry for entry in course.entries if entry.form is not None]
        for number, entry in enumerate(filled, 1):
            values = row_of(entry.form, FORM) | {"proposal": entry.proposal, "at": entry.at, "actor": entry.actor}
            yield from both("forms", f"{stem}-第{number}次填写", "党务公开事项审批表", _FILLED, [values])


def _risks(versions: Sequence[RiskAssessment], rules: RiskRules) -> Iterator[Piece]:
    rows = [_assessed(one, rules) for one in versions]
    yield from both("risk", "舆情风险评估", "舆情风险评估", _RISK, rows)


def _assessed(one: RiskAssessment, rules: RiskRules) -> Row:
    form = one.form
    used = {note.answer: note.noted for note in one.notes}
    asked = [
        f"问：{prepared.question}\n答（{prepared.unit}{_USED.get(used.get(number), '')}）：{prepared.answer}"
        for number, prepared in enumerate(form.prepared)
    ]
    judged = [f"{rules.kind_label(j.kind)}：可能性 {j.probability}，影响 {j.impact}；{j.reasons}" for j in form.judged]
    return {
        **row_of(one, _RISK),
        "calculation": "\n".join(one.calculation),
        "judged": "\n".join(judged),
        "means": tuple(map(rules.means_label, form.means)),
        "units": form.units,
        "lead_unit": form.lead_unit,
        "plan": form.plan,
        "prepared": "\n".join(asked),
        "seen": None if one.seen is None else f"{one.seen.actor}，{said(one.seen.at)}",
    }


def _signatures(proposals: Sequence[ProposalCourse]) -> Iterator[Piece]:
    rows = [
        {**row_of(entry, _SIGNED), "what": _deed(course.procedure, entry)}
        for course in proposals
        for entry in course.entries
        if entry.noted not in (Noted.FILLED, Noted.CLEARED)
    ]
    yield from both("signatures", "签署意见", "各环节签署意见", _SIGNED, rows)


def _deed(procedure: Procedure, entry: ProposalEntry) -> str:
    sign = procedure.sign(entry.sign or "")
    return entry.noted.label if sign is None else sign.label


def _flags(proposals: Sequence[ProposalCourse]) -> Iterator[Piece]:
    rows = [row for course in proposals for row in _flags_of(course)]
    yield from both("flags", "保密和隐私提示及核销", "保密和隐私提示及核销", _FLAG, rows)


def _flags_of(course: ProposalCourse) -> Iterator[Row]:
    cleared = {entry.flag: entry for entry in course.entries if entry.noted is Noted.CLEARED}
    found = {flag.key: (entry, flag) for entry in course.entries for flag in entry.flags}
    for key, (entry, flag) in found.items():
        by = cleared.get(key)
        yield {
            **row_of(flag, _FLAG),
            "clause": citation(flag.clause),
            "proposal": entry.proposal,
            "cleared_by": by and by.actor,
            "cleared_at": by and by.at,
            "reason": by and by.reason,
        }


def _versions(versions: Sequence[RecordVersion]) -> Iterator[Piece]:
    for one in versions:
        values = {key: getattr(one.disclosure, key, None) for key in VERSION}
        values |= {"recorded_at": one.recorded_at, "recorded_by": one.recorded_by}
        stem = f"公开事项/第{one.disclosure.version}版"
        yield from both("versions", stem, f"公开事项 {one.disclosure.id}", VERSION, [values])


def _interpretations(versions: Sequence[RecordVersion]) -> Iterator[Piece]:
    """The explaining text as a file of its own, once for every version that changed it."""
    before: str | None = None
    for one in versions:
        text = one.disclosure.interpretation
        if text and text != before:
            yield Piece("interpretation", f"解读材料/第{one.disclosure.version}版.txt", f"{text}\n".encode())
        before = text


def _publications(entries: Sequence[Publication]) -> Iterator[Piece]:
    rows = [
        {
            **row_of(entry, _PUBLICATION),
            "look": None if entry.look is None else f"{entry.look.state.label}，{said(entry.look.at)}",
        }
        for entry in entries
    ]
    yield from both("publications", "发布记录", "发布记录", _PUBLICATION, rows)


def _releases(found: Sequence[Release]) -> Iterator[Piece]:
    rows = [{**row_of(one, _RELEASE), "steps": "\n".join(_happened(one))} for one in found]
    yield from both("releases", "例行发布", "例行发布", _RELEASE, rows)


def _happened(one: Release) -> Iterator[str]:
    for step in one.steps:
        why = f"：{step.reason}" if step.reason else ""
        yield f"{said(step.at)} {step.actor} {step.state.label}，发布时间 {said(step.due)}{why}"


def _incident(one: IncidentFile, wording: Wording) -> Iterator[Piece]:
    folder = f"舆情事件/{name_of(one.incident.id)}"
    facts = {
        **row_of(one.incident, _INCIDENT),
        "posts": one.posts,
        "co_units": tuple(co_unit.unit for co_unit in one.co_units),
    }
    deeds = [dict(zip(_DEED, deed, strict=True)) for deed in sorted(one.deeds)]
    yield from both("incidents", f"{folder}/事件", "舆情事件", _INCIDENT, [facts])
    history = [{**row_of(change, _SEVERITY), "rule": wording.severity.wording(change.rule)} for change in one.history]
    yield from both("incidents", f"{folder}/等级变化", "等级变化", _SEVERITY, history)
    yield from both("incidents", f"{folder}/经过", "处置经过", _DEED, deeds)
    yield from handling(folder, one.handled)
    responses = [row_of(response, _RESPONSE) for response in one.responses]
    yield from both("responses", f"{folder}/公开回应", "公开回应", _RESPONSE, responses)
    for name, content in sorted(one.filed.items()):
        yield Piece("reports", f"{folder}/报告/{name_of(name)}", content)
    for name, content in sorted(one.evaluations.items()):
        yield Piece("evaluation", f"{folder}/总结评估/{name_of(name)}", content)
    upward = _upward(one.upward, wording.upward)
    yield from both("upward", f"{folder}/上报台账", "上报台账", _UPWARD, upward)


def _upward(entries: Sequence[UpwardEntry], rules: UpwardRules) -> list[Row]:
    gone = {entry.of for entry in entries if entry.noted is UpwardNoted.VOID}
    return [
        {
            **row_of(entry, _UPWARD),
            "clause": None if entry.clause is None else citation(entry.clause),
            "way": _way_upward(entry.way, rules),
            "taken_back": entry.id in gone,
        }
        for entry in entries
    ]


def _way_upward(way: str | None, rules: UpwardRules) -> str | None:
    if way is None or way == BY_CHANNEL:
        return way and "提醒渠道"
    row = rules.way(way)
    return way if row is None else row.label


def _suggestions(
    found: Sequence[tuple[Suggestion, Sequence[SuggestionEntry]]], rules: SuggestionRules
) -> Iterator[Piece]:
    for suggestion, entries in found:
        way = rules.way(suggestion.way)
        facts = {**row_of(suggestion, _SUGGESTION), "way": suggestion.way if way is None else way.label}
        gone = {entry.of for entry in entries if entry.of is not None}
        steps = [_step(entry, gone, rules) for entry in entries]
        text = f"{as_text('意见建议', _SUGGESTION, [facts])}\n{as_text('办理经过', _STEP, steps)}"
        stem = f"意见建议/{name_of(suggestion.id)}"
        yield Piece("suggestions", f"{stem}.txt", text.encode())
        yield Piece("suggestions", f"{stem}.json", as_json({**chosen(_SUGGESTION, facts), "steps": steps}))


def _step(entry: SuggestionEntry, gone: Iterable[int | None], rules: SuggestionRules) -> Row:
    way = rules.feedback_way(entry.way)
    return {
        **row_of(entry, _STEP),
        "what": rules.step(entry.did).label,
        "way": entry.way if way is None else way.label,
        "taken_back": entry.id in gone,
    }


def _reactions(counts: Sequence[ReactionCount]) -> Iterator[Piece]:
    if not counts:
        return
    rows = [row_of(one, _COUNT) for one in counts]
    lines = ["群众反应统计", "", "只统计归档时仍在库的帖文；帖文文字不归档，报告中引用的见各报告。", ""]
    lines.append(f"合计 {sum(one.posts for one in counts)} 条")
    for key in ("day", "channel", "sentiment", "category"):
        totals: Counter[str] = Counter()
        for one in counts:
            totals[said(getattr(one, key))] += one.posts
        lines += ["", f"按{_COUNT[key]}", *(f"  {name}　{posts}" for name, posts in totals.items())]
    yield Piece("reactions", "群众反应统计.txt", ("\n".join(lines) + "\n").encode())
    yield Piece("reactions", "群众反应统计.json", as_json(rows))


def _catalogue(items: Sequence[Mapping[str, str]]) -> Iterator[Piece]:
    for number, item in enumerate(items, 1):
        yield from both("catalogue", f"公开目录/目录项{number}", "公开目录", {key: key for key in item}, [item])

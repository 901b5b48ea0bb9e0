"""Drafts a report from what is stored, keeps its parts as people write and confirm them, and files it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from casework.papers.writing import paragraphs_of
from casework.reports.document import Document, Letterhead, moment, superseding
from casework.reports.drafting import (
    PENDING,
    Deed,
    Material,
    View,
    draft_paragraphs,
    marked_as_replay,
    matter,
    started_plan,
    text_of,
)
from casework.reports.numbering import file_name, serial, title, year_of
from pipeline import plan
from pipeline.masking import Mask, kept
from pipeline.merged import require_unmerged
from pipeline.printing import FORMATS, Format, write_formats
from pipeline.public_views import views_among
from pipeline.refusals import Refused
from pipeline.unacknowledged import followed_up
from records.actions import Act
from records.alerts import Deadline, DeadlineState
from records.disclosures import Disclosure
from records.incidents import Incident, Member
from records.measures import valid
from records.naming import office_name
from records.papers import Basis, Ledger, Paragraph
from records.reports import ConfirmedPart, Correcting, Part, Report
from records.words import ReportKind, Role
from regulation.papers import REPORTS
from regulation.permissions import allowed, concerns
from regulation.severity import SeverityRules, severity_rules
from regulation.time_limits import INITIAL_REPORT
from storage.reports import DraftPart, PartChanged, Written
from storage.store import Transaction

FindViews = Callable[[Transaction, Sequence[Member]], Sequence[View]]
"""Reads the views that several posts share out of an incident's members, the commonest first."""

_DEEDS = {
    Act.ACKNOWLEDGE: "签收预警",
    Act.CONFIRM: "核实确认",
    Act.DISMISS: "作为误报排除",
    Act.SET_SEVERITY: "人工调整等级",
    Act.SET_CATEGORY: "人工认定类型",
    Act.CANCEL_PLAN: "撤销应急预案",
    Act.CLOSE: "办结",
    Act.REOPEN: "重新办理",
    Act.OWED_DONE: "登记时限事项已办",
    Act.HAND_OVER: "转由{unit}办理",
    Act.NAME_CO_UNIT: "确定{unit}为协办单位",
    Act.REMOVE_CO_UNIT: "撤下协办单位{unit}",
}


LONGEST_REASON = 500

DESK = "系统"
"""Whose words a draft is before a person writes in it."""


class Actor(Protocol):
    """Who acts: a person of the desk, or (role None) a replayed scenario's own actor."""

    @property
    def name(self) -> str:
        """What others see beside the act."""
        ...

    @property
    def role(self) -> Role | None:
        """None only in a replay: everything is permitted."""
        ...

    @property
    def unit(self) -> str | None:
        """The unit the person belongs to."""
        ...


@dataclass(frozen=True, slots=True)
class Saved:
    """The revision of a part that was kept, and what was masked in it, by kind."""

    revision: int
    masked: Mapping[str, int] = field(default_factory=dict)


class NotReady(Refused):
    """The report cannot be filed yet; the message names the parts that are missing."""


def drafted(
    t: Transaction,
    incident_id: str,
    at: datetime,
    rules: SeverityRules | None = None,
    find_views: FindViews | None = None,
) -> dict[Part, tuple[Paragraph, ...]]:
    """The four parts as the data gives them at `at`; nothing is stored. Raises Refused for an unknown incident."""
    return draft_paragraphs(material(t, incident_id, at, rules, find_views))


def material(
    t: Transaction,
    incident_id: str,
    at: datetime,
    rules: SeverityRules | None = None,
    find_views: FindViews | None = None,
) -> Material:
    """What a draft about the incident is made from. Raises Refused for an unknown incident."""
    return _material(t, _incident(t, incident_id), at, rules or severity_rules(), find_views or views_of)


def prepare(
    t: Transaction,
    incident_id: str,
    kind: ReportKind,
    at: datetime,
    rules: SeverityRules | None = None,
    find_views: FindViews | None = None,
) -> dict[Part, DraftPart]:
    """Store a draft for every part that has no text yet, and return all four as they stand."""
    stored = t.reports.parts(incident_id, kind)
    if len(stored) < len(Part):
        for part, paragraphs in drafted(t, incident_id, at, rules, find_views).items():
            if part not in stored:
                t.reports.save_part(incident_id, kind, part, text_of(paragraphs), Written(at, DESK, paragraphs))
    return t.reports.parts(incident_id, kind)


def save_part(
    t: Transaction,
    incident_id: str,
    kind: ReportKind,
    part: Part,
    text: str,
    actor: Actor,
    at: datetime,
    mask: Mask,
    expected_revision: int | None = None,
    ground: Basis | None = None,
) -> Saved:
    """Store a part's text, masked; another text takes the confirmation away.

    What stands in it for the first time rests on `ground`, without on `actor`.
    Of a unit that only helps it is nothing done by the one that answers for the incident. Raises Refused where `actor` may
    not, or where somebody else changed the part after `expected_revision`.
    """
    incident = _incident(t, incident_id)
    _require_permission(t, actor, "edit_part", incident)
    before = t.reports.parts(incident_id, kind).get(part)
    saved = _save(t, incident_id, kind, part, text, actor, at, mask, expected_revision, ground)
    if before is None or saved.revision != before.revision:
        if actor.role is None or allowed(actor.role, "edit_part", own=concerns(actor.unit, incident.unit)):
            followed_up(t, incident_id, at, actor.name)
        _note(t, at, actor, "edit_part", incident_id, kind, part)
    return saved


def require_edit(t: Transaction, actor: Actor, incident_id: str) -> None:
    """Raises Refused where `actor` may not write in this incident's reports."""
    _require_permission(t, actor, "edit_part", _incident(t, incident_id))


def confirm_part(
    t: Transaction,
    incident_id: str,
    kind: ReportKind,
    part: Part,
    text: str,
    actor: Actor,
    at: datetime,
    mask: Mask,
    expected_revision: int | None = None,
) -> Saved:
    """Let `actor` stand by name for a part with exactly this text. Where something in it must be masked it is kept masked
    and not confirmed: nobody stands for words that he has not read.

    Raises Refused where `actor` may not, the text is empty or still holds a mark of something to be written, or where
    somebody else changed the part after `expected_revision`.
    """
    _require_permission(t, actor, "confirm_part", _incident(t, incident_id))
    fault = _fault(text)
    if fault:
        raise NotReady(f"“{part.label}”{fault}，不能确认")
    saved = _save(t, incident_id, kind, part, text, actor, at, mask, expected_revision)
    if not saved.masked:
        t.reports.confirm_part(incident_id, kind, part, actor.name, at)
    followed_up(t, incident_id, at, actor.name)
    _note(t, at, actor, "edit_part" if saved.masked else "confirm_part", incident_id, kind, part)
    return saved


def file(
    t: Transaction,
    incident_id: str,
    kind: ReportKind,
    actor: Actor,
    at: datetime,
    parts: Mapping[Part, str] | None,
    reports_dir: Path,
    letterhead: Letterhead,
    *,
    replay: bool = False,
    rules: SeverityRules | None = None,
    find_views: FindViews | None = None,
    formats: Sequence[Format] = FORMATS,
) -> Report:
    """File the report: its file is on the disk before its row can commit; an initial one ends the 2-hour clock.

    The first of `formats` is the filed one; the others lie beside it under the same name.

    The parts are those confirmed by named persons; with `parts` `actor` stands for these texts; in a
    replay without `parts` the drafts are taken, each marked as such. Raises NotReady while a part is missing, empty,
    unfinished or unconfirmed (H 42(三)), and for a second initial report in one activation of the plan.
    """
    t.reports.take_turn()
    incident = _incident(t, incident_id)
    _require_permission(t, actor, Act.FILE_REPORT, incident)
    running = _activation(t, incident_id)
    activation = running.activation if running else None
    correcting = t.reports.correcting(incident_id, kind)
    if correcting is None:
        _require_first(t, incident_id, kind, activation)
    else:
        activation = _filed(t, incident_id, kind, correcting.serial).activation
    if replay and parts is None:
        ready = [
            ConfirmedPart(part, marked_as_replay(text_of(found)), actor.name, at, found)
            for part, found in drafted(t, incident_id, at, rules, find_views).items()
        ]
    else:
        ready = _ready(t.reports.parts(incident_id, kind) if parts is None else _handed_in(parts, actor, at), replay)
    report = _numbered(
        t, incident_id, kind, actor, at, tuple(ready), letterhead, activation, formats[0].EXTENSION, correcting
    )
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    document = _document(report, incident, record, letterhead, replay)
    t.reports.add(report)
    t.reports.clear_parts(incident_id, kind)
    t.reports.correct(incident_id, kind, None)
    if kind is ReportKind.INITIAL and correcting is None:
        plan.met(t, incident_id, at, actor.name)
    write_formats(t, reports_dir, report.file.rpartition(".")[0], formats, lambda one: one.render(document))
    return report


def correct(
    t: Transaction,
    incident_id: str,
    kind: ReportKind,
    serial: str,
    reason: str,
    actor: Actor,
    at: datetime,
    mask: Mask,
) -> None:
    """Begin the report that takes the place of a filed one of this kind, with its words; each part is confirmed anew.

    It stops no clock: what it takes the place of has, or was filed without one. Raises Refused, also where another report
    of this kind is in writing.
    """
    t.reports.take_turn()
    incident = _incident(t, incident_id)
    _require_permission(t, actor, "edit_part", incident)
    filed = _filed(t, incident_id, kind, serial)
    said = mask(reason, {one.name for one in t.people.all()}).strip()
    if not said or len(said) > LONGEST_REASON:
        raise Refused(f"请写明更正的理由（最多 {LONGEST_REASON} 字）")
    if t.reports.parts(incident_id, kind):
        raise Refused(f"有一份{kind.label}正在起草：请先报送或放弃它，再更正 {serial}")
    for part in filed.parts:
        t.reports.save_part(
            incident_id, kind, part.part, part.text, Written(at, actor.name, part.paragraphs), expected_revision=0
        )
    t.reports.correct(incident_id, kind, Correcting(serial, said, at, actor.name))
    detail = {"kind": kind.value, "serial": serial, "reason": said}
    t.audit.append(at, actor.name, actor.role, "edit_part", incident_id, True, detail)


def give_up(t: Transaction, incident_id: str, kind: ReportKind, actor: Actor, at: datetime) -> None:
    """Forget the report of this kind that is in writing; its versions stay. Raises Refused."""
    _require_permission(t, actor, "edit_part", _incident(t, incident_id))
    if not t.reports.parts(incident_id, kind):
        raise Refused(f"没有正在起草的{kind.label}")
    t.reports.clear_parts(incident_id, kind)
    t.reports.correct(incident_id, kind, None)
    t.audit.append(at, actor.name, actor.role, "edit_part", incident_id, True, {"kind": kind.value, "given_up": True})


def views_of(t: Transaction, members: Sequence[Member]) -> list[View]:
    """The views as the incident's page shows them, each by its most typical words."""
    return [View(one.quotes[0], one.count) for one in views_among(t, members).views]


def deeds_of(t: Transaction, incident_id: str) -> list[Deed]:
    """What people did about the incident, in no order."""
    deeds = [
        Deed(
            entry.at,
            entry.actor,
            _DEEDS[Act(entry.act)].format_map(entry.detail),
            (Basis(Ledger.ACT, f"{moment(entry.at)}，{entry.actor}"),),
        )
        for entry in t.audit.about(incident_id)
        if entry.allowed and entry.act in _DEEDS
    ]
    deeds += [
        Deed(
            deadline.started_at,
            deadline.started_by or "",
            "启动应急预案",
            (started_plan(deadline),),
        )
        for deadline in t.deadlines.of_incident(incident_id)
        if deadline.kind == INITIAL_REPORT
    ]
    return deeds + [
        Deed(
            report.filed_at,
            report.filed_by,
            f"报送{report.kind.label}（{report.serial}）",
            (Basis(Ledger.REPORT, report.serial, (report.serial,)),),
        )
        for report in t.reports.of(incident_id)
    ]


def next_number(t: Transaction, at: datetime) -> int:
    """The next number of the year in the series of the reports on incidents, which papers may share; take a turn before."""
    year, since, until = year_of(at)
    return t.reports.filed_between(since, until) + t.papers.signed_in(REPORTS, year) + 1


def _material(
    t: Transaction, incident: Incident, at: datetime, rules: SeverityRules, find_views: FindViews
) -> Material:
    members = [one for one in t.incidents.members(incident.id) if one.seen_at <= at]
    return Material(
        at=at,
        incident=incident,
        record=None if incident.disclosure is None else t.disclosures.get(incident.disclosure),
        members=members,
        history=t.incidents.history(incident.id),
        rules=rules.wording,
        views=find_views(t, members) if members else (),
        deeds=deeds_of(t, incident.id),
        responses=t.reports.responses(incident.id),
        plan=_activation(t, incident.id),
        co_units=t.co_units.names(incident.id),
        measures=[one for one in valid(t.measures.of_incident(incident.id)) if one.at <= at],
    )


def _activation(t: Transaction, incident_id: str) -> Deadline | None:
    """The newest start of the plan that was not taken back."""
    latest = t.deadlines.latest(incident_id, INITIAL_REPORT)
    return None if latest is None or latest.state is DeadlineState.CANCELLED else latest


def _require_first(t: Transaction, incident_id: str, kind: ReportKind, activation: int | None) -> None:
    if kind is not ReportKind.INITIAL:
        return
    earlier = t.reports.filed_in_activation(incident_id, kind, activation)
    if earlier is not None:
        raise NotReady(f"首报已经报送（{earlier.serial}，报送人{earlier.filed_by}），请改报续报或终报")


def _filed(t: Transaction, incident_id: str, kind: ReportKind, serial: str) -> Report:
    """The filed report of that number, which nothing has superseded. Raises Refused."""
    for one in t.reports.of(incident_id):
        if one.kind is kind and one.serial == serial and one.superseded_by is None:
            return one
    raise Refused("只有已报送、没有被替代的报告才能更正，请刷新后再看")


def _ready(found: Mapping[Part, DraftPart], replay: bool) -> list[ConfirmedPart]:
    faults = [f"“{part.label}”{fault}" for part in Part if (fault := _part_fault(found.get(part), replay))]
    if faults:
        raise NotReady(f"报告还不能报送（第四十二条（三）要求四个部分齐全）：{'；'.join(faults)}")
    return [
        ConfirmedPart(one.part, one.text, one.confirmed_by, one.confirmed_at, one.paragraphs)
        for one in (found[part] for part in Part)
        if one.confirmed_by is not None and one.confirmed_at is not None
    ]


def _part_fault(part: DraftPart | None, replay: bool) -> str | None:
    fault = _fault(part.text if part else "", pending_is_fine=replay)
    if fault is None and part is not None and (part.confirmed_by is None or part.confirmed_at is None):
        return "尚未由具名人员确认"
    return fault


def _fault(text: str, pending_is_fine: bool = False) -> str | None:
    if not text.strip():
        return "没有内容"
    if PENDING in text and not pending_is_fine:
        return "还有〔待责任单位补充〕的内容没有补齐"
    return None


def _handed_in(parts: Mapping[Part, str], actor: Actor, at: datetime) -> dict[Part, DraftPart]:
    return {part: DraftPart(part, text, actor.name, at, 1) for part, text in parts.items()}


def _numbered(
    t: Transaction,
    incident_id: str,
    kind: ReportKind,
    actor: Actor,
    at: datetime,
    parts: tuple[ConfirmedPart, ...],
    letterhead: Letterhead,
    activation: int | None,
    extension: str,
    correcting: Correcting | None,
) -> Report:
    number = t.reports.next_number(incident_id, kind)
    return Report(
        incident=incident_id,
        kind=kind,
        number=number,
        serial=serial(letterhead.serial_prefix, year_of(at)[0], next_number(t, at)),
        filed_at=at,
        filed_by=actor.name,
        parts=parts,
        file=file_name(incident_id, kind, number, extension),
        activation=activation,
        supersedes=None if correcting is None else correcting.serial,
        reason=None if correcting is None else correcting.reason,
    )


def _document(
    report: Report, incident: Incident, record: Disclosure | None, letterhead: Letterhead, replay: bool
) -> Document:
    return Document(
        letterhead=letterhead,
        serial=report.serial,
        title=title(matter(incident, record), report.kind, report.number, report.supersedes is not None),
        kind=report.kind,
        filed_at=report.filed_at,
        filed_by=report.filed_by,
        parts=report.parts,
        replay=replay,
        superseding=None if report.supersedes is None else superseding(report.supersedes, report.reason),
    )


def _incident(t: Transaction, incident_id: str) -> Incident:
    incident = t.incidents.get(incident_id)
    if incident is None:
        raise Refused(f"没有编号为“{incident_id}”的事件")
    return incident


def _require_permission(t: Transaction, actor: Actor, act: str, incident: Incident) -> None:
    require_unmerged(incident)
    if actor.role is None:
        return
    helping = actor.unit in t.co_units.names(incident.id)
    if not allowed(actor.role, act, own=concerns(actor.unit, incident.unit), helping=helping):
        raise Refused(f"“{actor.role.label}”不能对这个事件做这一步，请联系{office_name()}或本事件的责任单位")


def _save(
    t: Transaction,
    incident_id: str,
    kind: ReportKind,
    part: Part,
    text: str,
    actor: Actor,
    at: datetime,
    mask: Mask,
    expected_revision: int | None,
    ground: Basis | None = None,
) -> Saved:
    before = t.reports.parts(incident_id, kind).get(part)
    said = kept(t, text, mask, before.text if before else "")
    by = ground or Basis(Ledger.PERSON, f"{actor.name}，{moment(at)}")
    written = Written(at, actor.name, paragraphs_of(said.text, before.paragraphs if before else (), by))
    try:
        revision = t.reports.save_part(incident_id, kind, part, said.text, written, expected_revision)
    except PartChanged:
        raise Refused(f"“{part.label}”刚被他人修改，请刷新后再改") from None
    return Saved(revision, said.masked)


def _note(t: Transaction, at: datetime, actor: Actor, act: str, incident_id: str, kind: ReportKind, part: Part) -> None:
    detail = {"kind": kind.value, "part": part.value}
    t.audit.append(at, actor.name, actor.role, act, incident_id, True, detail)

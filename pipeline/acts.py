"""Carries out what a person does to an incident: permission, effect and audit row in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from casework.incidents import moves
from casework.reports.document import Letterhead
from pipeline import owing, plan, reporting
from pipeline.approved_answers import note_published
from pipeline.arguments import moment_in, name_in, needed_text, parts_in, revision_in, text_in, word_in
from pipeline.attempts import attempting, done_before, note_done
from pipeline.co_units import acknowledge_for, name_co_unit, remove_co_unit
from pipeline.handing_over import hand_over
from pipeline.merged import require_unmerged
from pipeline.notify import Routes, tell
from pipeline.opening import open_for_record, open_without_record
from pipeline.printing import FORMATS, Format
from pipeline.publication_log import note_answer
from pipeline.refusals import Refused
from pipeline.rising import risen
from pipeline.unacknowledged import (
    await_acknowledgement,
    await_co_units,
    await_follow_up,
    followed_up,
    no_longer_awaited,
    taken_charge_of,
)
from pipeline.upward_needs import note_needs
from records.actions import Act, Action
from records.alerts import Ending
from records.disclosures import Disclosure
from records.incidents import IllegalMove, Incident, IncidentState, SeverityChange
from records.measures import missing
from records.naming import office_name
from records.reports import Response
from records.words import Category, ReportKind, Role, Severity
from regulation.dismissals import UnknownDismissal, dismissal
from regulation.escalation import Escalation
from regulation.permissions import allowed, concerns
from regulation.platforms import PlatformRules, platform_rules
from regulation.severity import PERSON, SeverityRules
from regulation.time_limits import Start
from storage.incidents import Stale
from storage.store import Store, Transaction

_OPENING = frozenset({Act.CONFIRM, Act.START_PLAN})
_TAKES_CHARGE = frozenset({Act.CONFIRM, Act.START_PLAN, Act.FILE_REPORT, Act.PUBLISH_RESPONSE, Act.OWED_DONE})
"""Whoever does one of these need not be told any more that nobody looks after the incident."""

_ALSO_WHEN_ENDED = frozenset(
    {Act.REOPEN, Act.CANCEL_PLAN, Act.FILE_REPORT, Act.PUBLISH_RESPONSE, Act.OWED_DONE, Act.OWED_VOID}
)

_REPORT_ENDS = {ReportKind.INITIAL: Ending.INITIAL_REPORT, ReportKind.FINAL: Ending.FINAL_REPORT}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `role` None is a scenario's own actor in a replay, to whom everything is permitted."""

    name: str
    role: Role | None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Deps:
    """What acts need besides the transaction. `replay` allows reports from drafts and acts without a reason.

    `escalation` holds for clocks that begin from now on and `platforms` for answers, the shipped rules without.
    """

    rules: SeverityRules
    routes: Routes
    reports_dir: Path
    letterhead: Letterhead
    replay: bool = False
    owed: owing.Owed = owing.NONE
    formats: Sequence[Format] = FORMATS
    escalation: Escalation | None = None
    platforms: PlatformRules | None = None


@dataclass(frozen=True, slots=True)
class _Deed:
    """One act on its way: the incident as it stands, and everything the effect needs."""

    t: Transaction
    incident: Incident
    action: Action
    actor: Actor
    deps: Deps

    @property
    def at(self) -> datetime:
        return self.action.at

    def reason(self, what: str) -> str | None:
        """The reason given. Raises Refused where a live act has none."""
        if self.deps.replay:
            return text_in(self.action.args, "reason")
        return needed_text(self.action.args, "reason", what)


def attempt(store: Store, action: Action, actor: Actor, deps: Deps) -> str:
    """`perform` in a transaction of its own. A refused act changes nothing, but that it was tried is audited."""
    subject = str(action.args.get("incident") or action.args.get("disclosure") or "")
    with attempting(store, actor, action.act, subject, action.at) as t:
        return perform(t, action, actor, deps)


def perform(t: Transaction, action: Action, actor: Actor, deps: Deps) -> str:
    """Carry out the act and audit it; the id of the incident it concerned.

    An act with a `request_id` that has been carried out before changes nothing. Raises Refused with a Chinese reason;
    the caller's transaction must then be rolled back.
    """
    t.incidents.take_turn()
    request = name_in(action.args, "request_id")
    if request is not None and (done := done_before(t, request)) is not None:
        return done
    incident = _find(t, action, actor, deps)
    require_unmerged(incident)
    _check_revision(incident, action)
    if not incident.state.ongoing and action.act not in _ALSO_WHEN_ENDED:
        raise Refused(f"事件 {incident.id} {incident.state.label}，请先重新打开")
    try:
        facts = _EFFECTS[action.act](_Deed(t, incident, action, actor, deps))
    except IllegalMove as fault:
        raise Refused(str(fault)) from None
    except Stale as fault:
        raise Refused(str(fault)) from None
    if action.act in _TAKES_CHARGE:
        taken_charge_of(t, incident.id, action.at, actor.name)
    if action.act is not Act.ACKNOWLEDGE:
        followed_up(t, incident.id, action.at, actor.name)
    if request is not None:
        note_done(t, request, incident.id)
    t.audit.append(action.at, actor.name, actor.role, action.act, incident.id, True, facts)
    return incident.id


def _check_revision(incident: Incident, action: Action) -> None:
    seen = revision_in(action.args)
    if seen is not None and seen != incident.revision:
        raise Refused(f"事件 {incident.id} 刚被他人改动，请刷新后再试")


# Which incident


def _find(t: Transaction, action: Action, actor: Actor, deps: Deps) -> Incident:
    """The incident that the act names, opened where the act may open one. Raises Refused."""
    record = _record(t, action)
    incident = _named(t, action, record)
    unit = _unit(action, incident, record)
    _check_permission(actor, action.act, unit, () if incident is None else t.co_units.names(incident.id))
    if incident is not None:
        return incident
    _check_permission(actor, "open_incident", unit)
    reason = text_in(action.args, "reason")
    if record is not None:
        return open_for_record(
            t, record, action.at, actor.name, reason, deps.rules, deps.routes, deps.escalation, deps.owed
        )
    title = needed_text(action.args, "title", "事件名称")
    return open_without_record(t, title, unit, action.at, actor.name, reason, deps.routes, deps.escalation, deps.owed)


def _record(t: Transaction, action: Action) -> Disclosure | None:
    name = name_in(action.args, "disclosure")
    if name is None:
        return None
    record = t.disclosures.get(name)
    if record is None:
        raise Refused(f"没有编号为“{name[:80]}”的公开事项")
    return record


def _named(t: Transaction, action: Action, record: Disclosure | None) -> Incident | None:
    """The incident named by id, or the newest ongoing one of the record; None where the act may open one."""
    name = name_in(action.args, "incident")
    if name is not None:
        incident = t.incidents.get(name)
        if incident is None:
            raise Refused(f"没有编号为“{name[:80]}”的事件")
        if record is not None and incident.disclosure != record.id:
            raise Refused(f"事件 {incident.id} 不属于公开事项“{record.id}”")
        return incident
    if record is not None:
        incident = t.incidents.newest_ongoing(record.id)
        if incident is None and action.act not in _OPENING:
            raise Refused(f"公开事项“{record.id}”没有进行中的事件")
        return incident
    if action.act in _OPENING and text_in(action.args, "title") is not None:
        return None
    raise Refused("请用“disclosure”（公开事项编号）或“incident”（事件编号）指明事件")


def _unit(action: Action, incident: Incident | None, record: Disclosure | None) -> str | None:
    if incident is not None:
        return incident.unit
    return text_in(action.args, "unit") if record is None else record.unit


def _check_permission(actor: Actor, act: str, unit: str | None, helping: Collection[str] = ()) -> None:
    if actor.role is None:
        return
    if not allowed(actor.role, act, own=concerns(actor.unit, unit), helping=actor.unit in helping):
        raise Refused(f"您没有权限做这一步：请联系{office_name()}值班人员或管理员")


# What each act does; each returns the facts for the audit row


def _save(deed: _Deed, changed: Incident) -> None:
    if changed != deed.incident:
        deed.t.incidents.save(changed, deed.incident.revision)


def _begin(deed: _Deed, incident: Incident, occasion: Start) -> None:
    owing.begin(deed.t, incident, (occasion,), deed.at, deed.actor.name, deed.deps.owed, deed.deps.routes)


def _acknowledge(deed: _Deed) -> dict[str, Any]:
    unit = _acknowledges_for(deed)
    if unit is not None:
        return {"first": acknowledge_for(deed.t, deed.incident, unit, deed.at, deed.actor.name), "unit": unit}
    changed = moves.acknowledged(deed.incident, deed.at, deed.actor.name)
    _save(deed, changed)
    taken_charge_of(deed.t, deed.incident.id, deed.at, deed.actor.name)
    first = deed.incident.acknowledged_at is None
    if first:
        await_follow_up(deed.t, changed, deed.at, deed.actor.name)
    return {"first": first}


def _acknowledges_for(deed: _Deed) -> str | None:
    """The unit that helps for which the act acknowledges: the actor's own, or one that those name who may for every unit."""
    own = deed.actor.unit if deed.actor.unit in deed.t.co_units.names(deed.incident.id) else None
    named = text_in(deed.action.args, "unit")
    if named is None or named == own:
        return own
    _check_permission(deed.actor, Act.ACKNOWLEDGE, None)
    return named


def _confirm(deed: _Deed) -> dict[str, Any]:
    _save(deed, moves.confirmed(deed.incident))
    if deed.incident.state is not IncidentState.CONFIRMED:
        _begin(deed, deed.incident, Start.CONFIRMED)
    return {"state": IncidentState.CONFIRMED.value}


def _dismiss(deed: _Deed) -> dict[str, Any]:
    name = name_in(deed.action.args, "why")
    if name is None:
        return _end(deed, IncidentState.DISMISSED, deed.reason("排除的理由"))
    try:
        why = dismissal(name)
    except UnknownDismissal as fault:
        raise Refused(str(fault)) from None
    said = (why.label, text_in(deed.action.args, "reason"))
    return {**_end(deed, IncidentState.DISMISSED, "；".join(filter(None, said))), "why": why.name}


def _close(deed: _Deed) -> dict[str, Any]:
    # 第四十二条（四）: what is closed was settled online and offline, or somebody says why not.
    sides = "、".join(side.label for side in missing(deed.t.measures.of_incident(deed.incident.id)))
    reason = deed.reason(f"办结的说明：没有登记{sides}措施") if sides else text_in(deed.action.args, "reason")
    facts = _end(deed, IncidentState.CLOSED, reason)
    owing.begin_after_closing(deed.t, deed.incident, deed.at, deed.actor.name, deed.deps.owed, deed.deps.routes)
    return facts


def _end(deed: _Deed, state: IncidentState, reason: str | None) -> dict[str, Any]:
    _save(deed, moves.ended(deed.incident, state, deed.at))
    deed.t.incidents.end_gathering(deed.t.incidents.gathering_of(deed.incident.id).id, deed.at)
    no_longer_awaited(deed.t, deed.incident.id, deed.at, deed.actor.name)
    if state is IncidentState.DISMISSED:
        owing.no_longer_owed(deed.t, deed.incident.id, deed.at, deed.actor.name)
    return {"state": state.value, "reason": reason}


def _reopen(deed: _Deed) -> dict[str, Any]:
    reason = deed.reason("重新打开的理由")
    changed = moves.reopened(deed.incident)
    _save(deed, changed)
    deed.t.incidents.resume_gathering(deed.t.incidents.gathering_of(deed.incident.id).id)
    owing.end_with_reopening(deed.t, deed.incident.id, deed.at, deed.actor.name, deed.deps.owed)
    owing.owed_again(deed.t, deed.incident, deed.at, deed.actor.name, reason, deed.deps.routes)
    facts = {"by": deed.actor.name, "reason": reason or "未写理由"}
    tell(deed.t, "reopened", changed, deed.at, f"reopened@{deed.at.isoformat()}", deed.deps.routes, facts)
    await_acknowledgement(deed.t, changed, deed.at, deed.actor.name, deed.deps.escalation, "重新打开，须重新签收")
    await_co_units(deed.t, changed, deed.at, deed.actor.name)
    return {"state": changed.state.value, "reason": reason}


def _hand_over(deed: _Deed) -> dict[str, Any]:
    unit = _working_unit(deed, "转给哪个单位")
    reason = deed.reason("转办的理由")
    changed = hand_over(deed.t, deed.incident, unit, deed.at, deed.actor.name, reason, deed.deps.routes)
    void = f"由{deed.incident.unit or office_name()}转办，须由{unit}签收"
    await_acknowledgement(deed.t, changed, deed.at, deed.actor.name, deed.deps.escalation, void)
    return {"unit": unit, "before": deed.incident.unit, "reason": reason}


def _working_unit(deed: _Deed, what: str) -> str:
    """The unit that the act names. Raises Refused for a body above, which is told and does no work here."""
    unit, upward = needed_text(deed.action.args, "unit", what).strip(), deed.deps.owed.upward
    if upward is not None and unit in upward.labels:
        raise Refused(f"“{unit}”是向上报告的对象，不承办事件：请选择承办的单位")
    return unit


def _name_co_unit(deed: _Deed) -> dict[str, Any]:
    unit, reason = _working_unit(deed, "协办单位"), deed.reason("请它协办的理由")
    name_co_unit(deed.t, deed.incident, unit, deed.at, deed.actor.name, reason, deed.deps.routes)
    return {"unit": unit, "reason": reason}


def _remove_co_unit(deed: _Deed) -> dict[str, Any]:
    unit, reason = needed_text(deed.action.args, "unit", "协办单位").strip(), deed.reason("不再协办的理由")
    remove_co_unit(deed.t, deed.incident, unit, deed.at, deed.actor.name, reason, deed.deps.routes)
    return {"unit": unit, "reason": reason}


def _start_plan(deed: _Deed) -> dict[str, Any]:
    started_at = moment_in(deed.action.args, "started_at") or deed.at
    reason = text_in(deed.action.args, "reason")
    deadline = plan.start(deed.t, deed.incident, started_at, deed.at, deed.actor.name, reason, routes=deed.deps.routes)
    if deadline is None:
        return {"changed": False}
    owing.begin_with_plan(deed.t, deed.incident, deadline, deed.deps.owed, deed.deps.routes)
    return {"started_at": started_at.isoformat(), "due_at": deadline.due_at.isoformat(), "reason": reason}


def _cancel_plan(deed: _Deed) -> dict[str, Any]:
    reason = deed.reason("撤销预案启动的理由")
    ended = plan.cancel(deed.t, deed.incident.id, deed.at, deed.actor.name, reason)
    if ended is None:
        raise Refused(f"事件 {deed.incident.id} 没有正在计时的预案")
    owing.end_with_plan(deed.t, deed.incident.id, deed.at, deed.actor.name, deed.deps.owed)
    return {"activation": ended.deadline.activation, "reason": reason}


def _file_report(deed: _Deed) -> dict[str, Any]:
    kind = word_in(deed.action.args, "kind", ReportKind)
    parts = parts_in(deed.action.args)
    if parts is not None and not deed.deps.replay:
        raise Refused("报告的四个部分须先逐项由有名有姓的人确认，再报送")
    report = reporting.file(
        deed.t,
        deed.incident.id,
        kind,
        deed.actor,
        deed.at,
        parts,
        deed.deps.reports_dir,
        deed.deps.letterhead,
        replay=deed.deps.replay,
        rules=deed.deps.rules,
        formats=deed.deps.formats,
    )
    if kind in _REPORT_ENDS and report.supersedes is None:
        owing.done(deed.t, deed.incident.id, _REPORT_ENDS[kind], deed.at, deed.actor.name)
    return {"kind": kind.value, "number": report.number, "serial": report.serial, "file": report.file}


def _publish_response(deed: _Deed) -> dict[str, Any]:
    wording = needed_text(deed.action.args, "text", "回应的内容")
    url = text_in(deed.action.args, "url")
    if url is not None and not url.startswith(("http://", "https://")):
        raise Refused("回应的链接应以 http:// 或 https:// 开头")
    answer = {} if deed.deps.replay else {"answer": _approved(deed, wording, url)}
    platform, rules = name_in(deed.action.args, "platform"), deed.deps.platforms or platform_rules()
    deed.t.reports.add_response(Response(deed.incident.id, wording, url, deed.at, deed.actor.name))
    if url is not None:
        note_answer(deed.t, deed.incident, url, platform, deed.at, deed.actor.name, rules)
    owing.done(deed.t, deed.incident.id, Ending.PUBLISH_RESPONSE, deed.at, deed.actor.name)
    return {"url": url, "platform": platform, **answer}


def _approved(deed: _Deed, wording: str, url: str | None) -> str:
    """The answer that somebody else has approved in these words. Raises Refused where there is none (第四十四条（二）)."""
    return note_published(deed.t, deed.incident.id, wording, url, deed.at, deed.actor.name, deed.actor.unit)


def _owed_done(deed: _Deed) -> dict[str, Any]:
    duty, note = needed_text(deed.action.args, "duty", "办理的事项"), deed.reason("办理情况")
    ended = owing.note_done(deed.t, deed.incident.id, duty, deed.at, deed.actor.name, note)
    return {"duty": duty, "label": ended.label, "reason": note}


def _owed_void(deed: _Deed) -> dict[str, Any]:
    duty, reason = needed_text(deed.action.args, "duty", "不需办理的事项"), deed.reason("不需办理的理由")
    ended = owing.make_void(deed.t, deed.incident.id, duty, deed.at, deed.actor.name, reason)
    return {"duty": duty, "label": ended.label, "reason": reason}


def _set_severity(deed: _Deed) -> dict[str, Any]:
    severity = word_in(deed.action.args, "severity", Severity)
    reason = deed.reason("调整等级的理由")
    before = deed.incident.severity
    if severity is before:
        return {"changed": False}
    rises = severity.rank > before.rank
    changed = moves.raised(deed.incident, severity) if rises else replace(deed.incident, severity=severity)
    _save(deed, changed)
    name = deed.actor.name
    deed.t.incidents.record(deed.incident.id, SeverityChange(deed.at, severity, PERSON, name, reason))
    if rises:
        facts = {"by": name, "why": f"人工认定：{reason}" if reason else "人工认定"}
        deps = deed.deps
        risen(deed.t, deed.incident, changed, deed.at, name, facts, deps.routes, deps.escalation, deps.owed)
    elif deed.deps.owed.upward is not None:
        note_needs(deed.t, changed, deed.at, deed.actor.name, deed.deps.owed.upward)
    return {"severity": severity.value, "before": before.value, "reason": reason}


def _set_category(deed: _Deed) -> dict[str, Any]:
    category = word_in(deed.action.args, "category", Category)
    reason = deed.reason("调整类别的理由")
    before = deed.incident.category
    _save(deed, replace(deed.incident, category=category, category_by_person=True))
    return {"category": category.value, "before": before and before.value, "reason": reason}


_EFFECTS: dict[Act, Callable[[_Deed], dict[str, Any]]] = {
    Act.ACKNOWLEDGE: _acknowledge,
    Act.CONFIRM: _confirm,
    Act.DISMISS: _dismiss,
    Act.START_PLAN: _start_plan,
    Act.CANCEL_PLAN: _cancel_plan,
    Act.FILE_REPORT: _file_report,
    Act.PUBLISH_RESPONSE: _publish_response,
    Act.SET_SEVERITY: _set_severity,
    Act.SET_CATEGORY: _set_category,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
    Act.OWED_DONE: _owed_done,
    Act.OWED_VOID: _owed_void,
    Act.HAND_OVER: _hand_over,
    Act.NAME_CO_UNIT: _name_co_unit,
    Act.REMOVE_CO_UNIT: _remove_co_unit,
}

"""Evaluates incidents after they were closed (第四十五条): what is owed, drafting the paper, taking its figures anew, signing it.

Closing begins the clock (time_limits.yaml, `evaluation`); signing the paper ends it. Until then the figures follow the data,
and what is signed is what the data says at that moment. An incident that was reopened is evaluated anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.evaluation.drafting import SCORE, TIMES, formula, score_table, timeline_table, times_table
from casework.evaluation.drafting import draft as drafted_content
from casework.evaluation.scoring import Score, facts_of, score
from casework.papers import writing
from pipeline import owing, papering
from pipeline.attempts import attempting, done_before, note_done
from pipeline.evaluation_material import Evaluating, course_of
from pipeline.meant import Meant
from pipeline.merged import require_unmerged
from pipeline.papering import Signed
from pipeline.refusals import Refused
from pipeline.views import may, visible_incident
from records.alerts import Deadline, DeadlineState, Ending
from records.incidents import Incident, IncidentState
from records.naming import office_name
from records.papers import About, Chart, Content, OfficePaper, PaperKind, PaperSection, Paragraph, Table
from records.people import Person
from regulation.papers import paper_rule
from regulation.permissions import allowed, concerns
from storage.store import Store, Transaction

DRAFT = "draft_evaluation"
"""The act as permissions.yaml and the log name it; signing and viewing are rows there too, which papers.yaml names."""


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """The evaluation of one incident as one person sees it, by what the data says now.

    `owed` is its clock while it runs. `stale` says that the figures of the `draft` are not those of the data any more,
    `altered` in which sections somebody has changed what the records say, `outdated` that the `signed` paper which counts is from before the last closing. `may_begin`: the person may draft one now,
    `may_refresh`: take the figures of the draft anew.
    """

    incident: Incident
    timeline: Table
    times: Table
    score: Score
    scored: Table
    formula: str
    owed: Deadline | None
    draft: OfficePaper | None
    signed: OfficePaper | None
    stale: bool
    altered: tuple[str, ...]
    outdated: bool
    may_begin: bool
    may_refresh: bool


def page(t: Transaction, person: Person, incident_id: str, at: datetime, by: Evaluating) -> EvaluationPage | None:
    """The evaluation of a closed incident; None where it is not closed or the person may not see it."""
    incident = visible_incident(t, person, incident_id)
    if incident is None or not may_see(person, incident):
        return None
    course = course_of(t, incident, at, by)
    scored = score(facts_of(course, by.rules, by.calming), by.rules)
    written = t.papers.draft_of(PaperKind.EVALUATION, _about(incident.id))
    signed = t.papers.valid_of(PaperKind.EVALUATION, _about(incident.id))
    now = drafted_content(course, by.rules, by.calming)
    stale = written is not None and _differs(written, now)
    outdated = signed is not None and _before_closing(signed, incident)
    may_draft = may(person, DRAFT, incident.unit)
    return EvaluationPage(
        incident=incident,
        timeline=timeline_table(course, by.calming),
        times=times_table(course),
        score=scored,
        scored=score_table(scored, course),
        formula=formula(scored),
        owed=owed(t, incident_id),
        draft=written,
        signed=signed,
        stale=stale,
        altered=() if written is None else _altered(written, now),
        outdated=outdated,
        may_begin=may_draft and written is None and (signed is None or outdated),
        may_refresh=may_draft and stale,
    )


def may_see(person: Person, incident: Incident) -> bool:
    """Whether there is an evaluation of the incident to be seen, and the person may see it."""
    return _may_be_evaluated(incident) and may(person, paper_rule(PaperKind.EVALUATION).view, incident.unit)


def draft(store: Store, meant: Meant, by: Evaluating) -> int:
    """Draft the evaluation of the incident that is meant; the paper's number, that of the draft where there is one.

    Where the incident was closed again after its evaluation had been signed, the new one takes that one's place. Raises
    Refused.
    """
    with attempting(store, meant.actor, DRAFT, meant.subject, meant.at) as t:
        incident = _evaluated(t, meant)
        if meant.request is not None and (done := done_before(t, meant.request)) is not None:
            return int(done)
        t.papers.take_turn()
        about, name = _about(incident.id), meant.actor.name
        signed = t.papers.valid_of(PaperKind.EVALUATION, about)
        if signed is not None and not _before_closing(signed, incident):
            raise Refused(f"评估报告已签发（{signed.serial}）：确有错误的，请在文稿页用“更正”另出一份")
        content = content_now(t, incident, meant.at, by)
        if signed is None or t.papers.draft_of(PaperKind.EVALUATION, about) is not None:
            made = papering.drafted(t, PaperKind.EVALUATION, about, content, meant.at, name).id
        else:
            why = f"{signed.serial}签发以后事件重新打开，再次办结后重新评估"
            made = t.papers.add(PaperKind.EVALUATION, about, content, meant.at, name, supersedes=signed.id, reason=why)
        t.audit.append(meant.at, name, meant.actor.role, DRAFT, incident.id, True, {"paper": made})
        if meant.request is not None:
            note_done(t, meant.request, str(made))
    return made


def refresh(store: Store, meant: Meant, incident_id: str, by: Evaluating) -> None:
    """Take the figures of the draft that is meant as the data gives them now; what people wrote stays. Raises Refused."""
    with store.reading() as t:
        incident = t.incidents.get(incident_id)
        if incident is None:
            raise Refused(f"没有编号为“{incident_id[:60]}”的事件")
        content = content_now(t, incident, meant.at, by)
    papering.refresh(store, meant, content)


def content_now(t: Transaction, incident: Incident, at: datetime, by: Evaluating) -> Content:
    """The paper as the data gives it."""
    return drafted_content(course_of(t, incident, at, by), by.rules, by.calming)


def when_signed(by: Evaluating) -> Signed:
    """What signing an evaluation does besides: its figures must be those of the data, and the clock ends."""

    def settle(t: Transaction, paper: OfficePaper) -> None:
        if paper.kind is not PaperKind.EVALUATION or paper.about.incident is None or paper.signed_at is None:
            return
        incident = t.incidents.get(paper.about.incident)
        if incident is None or incident.state is not IncidentState.CLOSED:
            raise Refused("事件没有办结，评估报告还不能签发：请办结以后更新数字再签发")
        now = content_now(t, incident, paper.signed_at, by)
        if changed := _altered(paper, now):
            raise Refused(
                f"{'、'.join(f'“{one}”' for one in changed)}由记录计算，不能改写：请恢复原文，或删去草稿重新起草；说明可以另起一段"
            )
        if _differs(paper, now):
            raise Refused("评估报告里的数字与现在的记录不同：请先到事件的“评估”页更新数字，核对后再签发")
        owing.done(t, incident.id, Ending.EVALUATION, paper.signed_at, paper.signed_by or "")

    return settle


def owed(t: Transaction, incident_id: str) -> Deadline | None:
    """The clock of the evaluation while it runs: it is required and not signed yet."""
    return owed_of(t, [incident_id]).get(incident_id)


def owed_of(t: Transaction, incident_ids: Sequence[str]) -> dict[str, Deadline]:
    """The same of several incidents, by incident; without those that owe none."""
    return {
        incident: one
        for incident, clocks in t.deadlines.of_incidents(incident_ids).items()
        for one in reversed(clocks)
        if one.ends is Ending.EVALUATION and one.state is DeadlineState.OPEN
    }


def signed_files(t: Transaction, incident_id: str) -> list[OfficePaper]:
    """Every signed evaluation of an incident, also those that were superseded, oldest first."""
    return [one for one in t.papers.of_incident(incident_id, PaperKind.EVALUATION) if one.signed]


def require_evaluated(t: Transaction, incident: Incident) -> None:
    """Raises Refused where the evaluation is owed still: the incident cannot be put away without it."""
    if owed(t, incident.id) is not None:
        raise Refused(
            f"事件 {incident.id} 还没有总结评估，不能归档：请在事件的“评估”页起草，由有权签发的人签发后再归档（第四十五条）"
        )


def _evaluated(t: Transaction, meant: Meant) -> Incident:
    incident = t.incidents.get(meant.subject)
    if incident is None:
        raise Refused(f"没有编号为“{meant.subject[:60]}”的事件")
    require_unmerged(incident)
    actor = meant.actor
    if actor.role is not None and not allowed(actor.role, DRAFT, own=concerns(actor.unit, incident.unit)):
        raise Refused(f"您没有权限起草这个事件的评估：由责任单位或{office_name()}起草")
    if not _may_be_evaluated(incident):
        raise Refused(f"事件{incident.state.label}，办结以后才能评估")
    return incident


def _may_be_evaluated(incident: Incident) -> bool:
    return incident.state is IncidentState.CLOSED


def _before_closing(paper: OfficePaper, incident: Incident) -> bool:
    return paper.signed_at is not None and incident.closed_at is not None and paper.signed_at < incident.closed_at


def _differs(paper: OfficePaper, now: Content) -> bool:
    """Whether the data says anything else than the paper, but for the sections that people have written in."""
    return writing.refreshed(paper.content, now) != paper.content


def _altered(paper: OfficePaper, now: Content) -> tuple[str, ...]:
    """In which of the two sections of the records' own somebody has changed what the records say; adding to them is free."""
    own = {one.heading: _words(one) for one in now.sections if one.heading in (TIMES, SCORE)}
    kept = writing.refreshed(paper.content, now).sections
    return tuple(one.heading for one in kept if one.heading in own and not own[one.heading] <= _words(one))


def _words(section: PaperSection) -> set[str | Table | Chart]:
    """What a section says: the text of its paragraphs, its tables and charts."""
    return {block.text if isinstance(block, Paragraph) else block for block in section.blocks}


def _about(incident_id: str) -> About:
    return About(incident=incident_id)

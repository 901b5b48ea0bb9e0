"""Keeps the risk assessments of what is to be disclosed (第三十九条): who may make one, and what people see of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from casework.disclosures.procedure import End
from casework.disclosures.risk import (
    Compared,
    Outcome,
    awaits_head,
    calculation,
    compared,
    exceeded,
    faults,
    level_of,
)
from pipeline import proposing
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.ledger_view import ledger_rows
from pipeline.meant import Meant
from pipeline.proposal_reading import may_see
from pipeline.proposing import own
from pipeline.refusals import Refused
from pipeline.units import known_units
from pipeline.views import may_read
from records.disclosures import Disclosure
from records.incidents import IncidentState
from records.people import Person
from records.risks import Prepared, RiskAssessment, RiskForm, RiskNote, RiskNoted
from records.words import Risk, Severity
from regulation.permissions import allowed
from regulation.risk import RiskRules
from storage import tables
from storage.store import Store, Transaction

ASSESS, LOOK, NOTE, VIEW = "assess_risk", "look_at_risk", "note_risk_answer", "view_risk"
"""The acts as permissions.yaml and the audit name them."""

LONGEST = 4_000
"""So many characters of one text are kept."""

Mask = Callable[[str], str]
"""Cleans and masks: nlp.admission.without_personal_data."""


@dataclass(frozen=True, slots=True)
class Assessing:
    """What assessing needs besides the store: the office's own name, the rules, and what masks a text."""

    office: str
    rules: RiskRules
    mask: Mask


@dataclass(frozen=True, slots=True)
class Matter:
    """What is assessed. `subject` is the record's id, for what is not published yet the proposal's; what corrects or withdraws
    a record is assessed with it. `said` is the level that form or record (`said_in`) says."""

    subject: str
    title: str
    unit: str
    record: Disclosure | None
    proposal: proposing.Proposal | None
    said: Risk | None
    said_in: str


@dataclass(frozen=True, slots=True)
class RiskPage:
    """One matter with its assessments, oldest first, as one person sees it.

    `remark` says where the level differs from the one last assessed; `forecast` is the version that is held against what
    happened in `table`, None before the publication.
    """

    matter: Matter
    versions: Sequence[RiskAssessment]
    awaits_head: bool
    remark: str | None
    may_assess: bool
    may_look: bool
    may_note: bool
    forecast: RiskAssessment | None
    table: Sequence[Compared]

    @property
    def newest(self) -> RiskAssessment | None:
        """The version that counts."""
        return self.versions[-1] if self.versions else None


def assess(store: Store, meant: Meant, form: RiskForm, after: int, assessing: Assessing) -> RiskAssessment:
    """Keep a new version; `after` is the number of the one that the person has seen, 0 for none. Raises Refused."""
    with attempting(store, meant.actor, ASSESS, meant.subject, meant.at) as t:
        t.risks.take_turn()
        found = _permitted(t, meant, ASSESS, assessing)
        known = t.risks.newest(found.subject)
        if known is not None and meant.request is not None and done_before(t, meant.request) is not None:
            return known
        if (0 if known is None else known.version) != after:
            raise Refused("刚有人保存了新的一版评估，请刷新后再改")
        if found.record is None and found.proposal is not None and found.proposal.standing.end is End.DROPPED:
            raise Refused("这件事项已撤回，不需要再评估")
        form = _masked(form, assessing.mask)
        if wrong := faults(form, assessing.rules, {*known_units(t), assessing.office}):
            raise Refused("还不能保存：" + "；".join(wrong))
        made = RiskAssessment(
            subject=found.subject,
            version=after + 1,
            at=meant.at,
            actor=meant.actor.name,
            form=form,
            level=level_of(form.judged, assessing.rules),
            calculation=calculation(form.judged, assessing.rules),
        )
        made = replace(made, id=t.risks.add(made))
        if meant.request is not None:
            note_done(t, meant.request, found.subject)
        facts = {"version": made.version, "level": made.level.value}
        t.audit.append(meant.at, meant.actor.name, meant.actor.role, ASSESS, found.subject, True, facts)
        return made


def look_at(store: Store, meant: Meant, version: int, assessing: Assessing) -> None:
    """Note that the head has seen the assessment. Raises Refused."""
    with attempting(store, meant.actor, LOOK, meant.subject, meant.at) as t:
        t.risks.take_turn()
        found = _permitted(t, meant, LOOK, assessing)
        made = _newest(t, found, version)
        if made.seen is None:
            _note(t, meant, LOOK, found, RiskNote(made.id, RiskNoted.SEEN, meant.at, meant.actor.name))


def note_answer(store: Store, meant: Meant, version: int, answer: int, used: bool, assessing: Assessing) -> None:
    """Note whether a prepared answer was used. Raises Refused."""
    with attempting(store, meant.actor, NOTE, meant.subject, meant.at) as t:
        t.risks.take_turn()
        found = _permitted(t, meant, NOTE, assessing)
        made = next((one for one in t.risks.versions(found.subject) if one.version == version), None)
        if made is None or not 0 <= answer < len(made.form.prepared):
            raise Refused("没有这条准备的答复，请刷新")
        if (answer in made.used) != used:
            noted = RiskNoted.USED if used else RiskNoted.UNUSED
            _note(t, meant, NOTE, found, RiskNote(made.id, noted, meant.at, meant.actor.name, answer))


def matter(t: Transaction, any_id: str) -> Matter | None:
    """What the id of a proposal or a record stands for; None where there is neither."""
    found = proposing.proposal(t, any_id)
    form = None if found is None else found.standing.form
    record = t.disclosures.get((form and form.record) or any_id)
    if record is not None and (form is None or form.record is None):
        return Matter(record.id, record.title, record.unit, record, found, record.risk, "公开事项")
    if found is None or form is None:
        return None
    if record is not None:
        return Matter(record.id, record.title, record.unit, record, found, form.risk, "审批表")
    return Matter(any_id, form.title, found.kept.unit, None, found, form.risk, "审批表")


def page(t: Transaction, person: Person, any_id: str, assessing: Assessing) -> RiskPage | None:
    """The assessments of one matter, or None where there is none or the person may not see them."""
    found, actor = matter(t, any_id), Actor(person.name, person.role, person.unit)
    if found is None or not _may_see(person, actor, found, assessing):
        return None
    versions = t.risks.versions(found.subject)
    newest = versions[-1] if versions else None
    foreseen = None if found.record is None else forecast(versions, found.record.published_at)
    return RiskPage(
        matter=found,
        versions=versions,
        awaits_head=newest is not None and awaits_head(newest, assessing.rules),
        remark=remark(found, newest),
        may_assess=_may(actor, ASSESS, found, assessing),
        may_look=_may(actor, LOOK, found, assessing),
        may_note=_may(actor, NOTE, found, assessing),
        forecast=foreseen,
        table=_table(t, found, foreseen, assessing.rules),
    )


def remark(found: Matter, newest: RiskAssessment | None) -> str | None:
    """That form or record says another level than the assessment, in Chinese; None where they agree or none was made."""
    if newest is None or found.said in (None, newest.level):
        return None
    assert found.said is not None
    return f"{found.said_in}写的风险等级是“{found.said.label}”，最近一次风险评估（第 {newest.version} 版）是“{newest.level.label}”"


def forecast(versions: Sequence[RiskAssessment], published_at: datetime) -> RiskAssessment | None:
    """The version that counts as the forecast: the last before the publication, else the first after it."""
    before = [one for one in versions if one.at <= published_at]
    return before[-1] if before else next(iter(versions), None)


def held_against(
    t: Transaction, record: Disclosure, rules: RiskRules
) -> tuple[tuple[Compared, ...], bool | None] | None:
    """The forecast on a record against what came of it, and whether it held (None: made only after the publication).

    None where nothing was assessed.
    """
    found = matter(t, record.id)
    made = None if found is None else forecast(t.risks.versions(found.subject), record.published_at)
    if made is None:
        return None
    outcome, late = _outcome(t, record.id), made.at > record.published_at
    held = None if late else not exceeded(made, outcome, rules)
    return compared(made, outcome, rules, late=late), held


def _table(t: Transaction, found: Matter, made: RiskAssessment | None, rules: RiskRules) -> tuple[Compared, ...]:
    if found.record is None or made is None:
        return ()
    return compared(made, _outcome(t, found.subject), rules, late=made.at > found.record.published_at)


def _outcome(t: Transaction, record_id: str) -> Outcome:
    (row,) = ledger_rows(t, [record_id])
    incident = tables.incident
    states = [state.value for state in IncidentState if state.counts]
    real = incident.c.disclosure == record_id, incident.c.state.in_(states)
    severities = [Severity(one) for one in t.connection.execute(select(incident.c.severity).where(*real)).scalars()]
    gravest = max(severities, key=lambda one: one.rank, default=None)
    return Outcome(row.posts, row.negative, len(severities), gravest)


def _permitted(t: Transaction, meant: Meant, act: str, assessing: Assessing) -> Matter:
    found = matter(t, meant.subject)
    if found is None:
        raise Refused(f"没有编号为“{meant.subject[:60]}”的公开事项或拟公开事项")
    if not _may(meant.actor, act, found, assessing):
        raise Refused("您没有权限做这一步：请由责任单位或有此职责的人办理")
    return found


def _may(actor: Actor, act: str, found: Matter, assessing: Assessing) -> bool:
    return actor.role is None or allowed(actor.role, act, own=own(actor, found.unit, assessing.office))


def _may_see(person: Person, actor: Actor, found: Matter, assessing: Assessing) -> bool:
    if not _may(actor, VIEW, found, assessing):
        return False
    if found.record is not None:
        return may_read(person, found.record)
    return found.proposal is not None and may_see(actor, found.proposal)


def _newest(t: Transaction, found: Matter, version: int) -> RiskAssessment:
    made = t.risks.newest(found.subject)
    if made is None or made.version != version:
        raise Refused("评估刚有变动，请刷新后再看")
    return made


def _note(t: Transaction, meant: Meant, act: str, found: Matter, note: RiskNote) -> None:
    t.risks.note(note)
    facts = {"noted": note.noted.value, "answer": note.answer}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, found.subject, True, facts)


def _masked(form: RiskForm, mask: Mask) -> RiskForm:
    def said(text: str) -> str:
        return mask(text).strip()[:LONGEST]

    return replace(
        form,
        judged=tuple(replace(one, reasons=said(one.reasons)) for one in form.judged),
        plan=said(form.plan),
        prepared=tuple(Prepared(said(one.question), said(one.answer), one.unit) for one in form.prepared),
    )

"""What a person sees of the answers on an incident: drafts with what stands against them, agreed wording, verification records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from casework.answers.checks import Focus, Remark, valid
from casework.answers.course import AnswerStanding
from pipeline.acts import Actor
from pipeline.answer_checks import Checking, focal_points, remarks_on
from pipeline.answering import ACKNOWLEDGE, APPROVE, VIEW, WRITE, course_of, may
from pipeline.claiming import ENTER, SET_ASIDE, waiting_claims
from pipeline.verifying import VERIFY
from records.actions import Act
from records.answers import Answer, AnswerEntry, AnswerKind, AnswerState, Verification, Wording
from records.claims import Claim
from records.incidents import Incident
from records.people import Person
from records.same_person import same_person
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer with its entries, oldest first, what stands against its words while they may change, and what this person
    may do with it now; `unread` are the units that help and have not taken note of the agreed wording."""

    answer: Answer
    now: AnswerStanding
    wording: Wording
    entries: Sequence[AnswerEntry]
    remarks: Sequence[Remark]
    unread: Sequence[str]
    may_write: bool
    may_submit: bool
    may_return: bool
    may_approve: bool
    own_draft: bool
    may_acknowledge: bool
    may_drop: bool
    may_publish: bool


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The answers on one incident, the last begun first; `claims` are the statements that wait to be verified."""

    rows: Sequence[AnswerRow]
    points: Sequence[Focus]
    verifications: Sequence[Verification]
    back: frozenset[int | None]
    claims: Sequence[Claim]
    may_begin: bool
    may_verify: bool
    may_enter_claim: bool
    may_set_aside: bool

    @property
    def valid(self) -> list[Verification]:
        """The verification records that an answer may rest on."""
        return valid(self.verifications)


def answers_page(t: Transaction, person: Person, incident: Incident, checking: Checking) -> AnswersPage:
    """The answers on an incident that the person may see at all."""
    actor, helping = Actor(person.name, person.role, person.unit), t.co_units.names(incident.id)
    sees_all = any(may(actor, act, incident, helping) for act in (VIEW, WRITE, APPROVE))
    answers = list(reversed(t.answers.about(AnswerKind.INCIDENT, incident.id)))
    works = may(actor, WRITE, incident, helping) or may(actor, APPROVE, incident, helping)
    points = focal_points(t, incident.id) if works else []
    rows = [_row(t, actor, incident, one, points, checking, helping) for one in answers]
    seen = sees_all or may(actor, VERIFY, incident, helping)
    known = t.answers.verifications(incident.id) if seen else []
    return AnswersPage(
        rows=[row for row in rows if sees_all or (row.now.agreed and row.now.holds)],
        points=points,
        verifications=known,
        back=frozenset(one.of for one in known if one.of is not None),
        claims=waiting_claims(t, [incident.id])[incident.id] if seen else [],
        may_begin=may(actor, WRITE, incident, helping),
        may_verify=may(actor, VERIFY, incident, helping),
        may_enter_claim=incident.state.ongoing and may(actor, ENTER, incident, helping),
        may_set_aside=may(actor, SET_ASIDE, incident, helping),
    )


def _row(
    t: Transaction,
    actor: Actor,
    incident: Incident,
    answer: Answer,
    points: Sequence[Focus],
    checking: Checking,
    helping: Collection[str],
) -> AnswerRow:
    now, entries = course_of(t, answer).standing(), t.answers.entries([answer.id])[answer.id]
    assert isinstance(now.words, Wording)  # an answer begins with its first version
    changing = now.state in (AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.APPROVED)
    writes, approves = may(actor, WRITE, incident, helping), may(actor, APPROVE, incident, helping)
    own_draft = any(same_person(actor.name, one) for one in now.writers)
    return AnswerRow(
        answer=answer,
        now=now,
        wording=now.words,
        entries=entries,
        remarks=remarks_on(t, incident, now.words, points, checking) if changing and (writes or approves) else (),
        unread=[unit for unit in sorted(helping) if unit not in now.acknowledged] if now.agreed and now.holds else [],
        may_write=writes and changing,
        may_submit=writes and now.state is AnswerState.DRAFT,
        may_return=approves and now.state in (AnswerState.SUBMITTED, AnswerState.APPROVED),
        may_approve=approves and now.state is AnswerState.SUBMITTED and not own_draft,
        own_draft=own_draft,
        may_acknowledge=_may_acknowledge(actor, incident, now, helping),
        may_drop=writes and changing,
        may_publish=now.state is AnswerState.APPROVED and may(actor, Act.PUBLISH_RESPONSE, incident, helping),
    )


def _may_acknowledge(actor: Actor, incident: Incident, now: AnswerStanding, helping: Collection[str]) -> bool:
    if not (now.agreed and now.holds) or actor.unit is None or actor.unit in now.acknowledged:
        return False
    return actor.unit in helping and may(actor, ACKNOWLEDGE, incident, helping)

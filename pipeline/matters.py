"""Turns everything that waits for one person into one list (要办的事), what is due first at the head."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from casework.answers.course import standing
from casework.suggestions.standing import Wait
from casework.upward.standing import Standing
from pipeline import due_view, inspection_view, proposal_view, upward_view
from pipeline.answering import APPROVE
from pipeline.claiming import waiting_claims
from pipeline.duty_view import rosters
from pipeline.suggestion_courses import courses_of
from pipeline.upward_view import UpwardRow
from pipeline.verifying import VERIFY
from pipeline.views import IncidentRow, may, may_everywhere, still_owed
from records.actions import Act
from records.alerts import Deadline, Ending
from records.answers import Answer, AnswerKind, AnswerState
from records.claims import Claim
from records.people import Person
from records.words import Severity
from records.zone import CHINA
from regulation.disclosure_time import DisclosureTime
from regulation.papers import paper_rule, paper_rules
from regulation.time_limits import ACKNOWLEDGEMENT, CO_ACKNOWLEDGEMENT, DUTY_LABELS, FOLLOW_UP, INITIAL_REPORT
from storage.store import Transaction

_ANSWERED = {AnswerState.SUBMITTED: "审定答复", AnswerState.APPROVED: "公开答复"}
_ANSWER_ACTS = {AnswerState.SUBMITTED: APPROVE, AnswerState.APPROVED: Act.PUBLISH_RESPONSE.value}
_UPWARD_ACTS = {
    Standing.TO_SEND: "report_upward",
    Standing.FAILED: "report_upward",
    Standing.TO_DECIDE: "decide_upward",
}
_NOTES = 5
_CLAIM = 30
_HOUR = timedelta(hours=1)
_SOON = timedelta(days=7)
"""A clock of an incident that has ended is nobody's matter sooner: a revisit has four weeks."""


class About(StrEnum):
    """What kind of thing a matter is about: it says which page opens it."""

    INCIDENT = "incident"
    PROPOSALS = "proposals"
    PROPOSAL = "proposal"
    RECORD = "record"
    SUGGESTION = "suggestion"
    HANDOVER = "handover"
    RECTIFICATION = "rectification"
    INSPECTIONS = "inspections"
    PAPER = "paper"
    PAPERS = "papers"


class Band(StrEnum):
    """How pressing a matter is, the most pressing first."""

    AT_ONCE = "at_once"
    WITHIN_AN_HOUR = "within_an_hour"
    LATER = "later"
    UNTIMED = "untimed"

    @property
    def label(self) -> str:
        """What people read for it."""
        return {"at_once": "须立即办", "within_an_hour": "一小时内", "later": "一小时以上", "untimed": "没有时限"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to be done, in Chinese, and until when. With `since` it has no clock and time goes by from then on."""

    what: str
    due_at: datetime | None = None
    since: datetime | None = None
    acknowledges: bool = False

    @property
    def at(self) -> datetime | None:
        """By which moment it takes its place in the list."""
        return self.since or self.due_at


@dataclass(frozen=True, slots=True)
class Matter:
    """An incident, a record and so on of which something is wanted: what is due first stands first in `wanted`.

    `item` opens it on its page; `incident` is its row where it is one.
    """

    about: About
    item: str | None
    title: str
    wanted: Sequence[Wanted]
    incident: IncidentRow | None = None

    @property
    def acknowledges(self) -> bool:
        """Whether the person may acknowledge it, and nobody has."""
        return any(one.acknowledges for one in self.wanted)

    def band(self, now: datetime) -> Band:
        """How pressing it is."""
        at = self.wanted[0].at
        if at is None:
            return Band.UNTIMED
        return Band.AT_ONCE if at < now else Band.WITHIN_AN_HOUR if at - now <= _HOUR else Band.LATER


def matters(
    t: Transaction, person: Person, rows: Sequence[IncidentRow], now: datetime, rules: DisclosureTime
) -> list[Matter]:
    """Everything of which something is wanted from this person; `rows` are the ongoing incidents that they may see.

    Ended ones of which something is owed join them. The clocks of incidents show to everybody who sees the incident, the
    rest only to those who may do it.
    """
    found = [
        *_of_incidents(t, person, rows, now),
        *_proposals(t, person),
        *_due_days(t, person, now, rules),
        *_suggestions(t, person, now),
        *_rectifications(t, person, now),
        *_inspections(t, person, now),
        *_handovers(t, person),
        *_papers(t, person),
    ]
    return sorted(found, key=_place)


def counts(found: Iterable[Matter], now: datetime) -> dict[Band, int]:
    """How many matters there are of each band that has any."""
    bands = [one.band(now) for one in found]
    return {band: bands.count(band) for band in Band if band in bands}


def _place(one: Matter) -> tuple[bool, float, int]:
    at = one.wanted[0].at
    rank = one.incident.severity.rank if one.incident is not None else Severity.GENERAL.rank
    return at is None, 0.0 if at is None else at.timestamp(), -rank


def _of_incidents(t: Transaction, person: Person, listed: Sequence[IncidentRow], now: datetime) -> list[Matter]:
    answers: dict[str, list[Answer]] = {}
    for answer in _others_answers(t, person):
        answers.setdefault(answer.about, []).append(answer)
    untold: dict[str, list[UpwardRow]] = {}
    for one in upward_view.waiting(t, person, now):
        if may(person, _UPWARD_ACTS[one.body.standing], one.incident.unit):
            untold.setdefault(one.incident.id, []).append(one)
    rows = [*listed, *still_owed(t, person, {*answers, *untold}, [row.id for row in listed])]
    ids = [row.id for row in rows]
    drafted, claims = t.reports.unconfirmed(ids), waiting_claims(t, ids)
    found = []
    for row in rows:
        running = [one for one in row.all_running if row.state.ongoing or _soon(one, now)]
        wanted = [
            *_plan(row),
            *_clocks(person, row, running),
            *_parts(person, row, drafted),
            *_claims(person, row, claims[row.id]),
            *_answers(person, row, answers.get(row.id, ())),
            *_upward(untold.get(row.id, ())),
        ]
        if wanted:
            found.append(Matter(About.INCIDENT, row.id, row.title, _in_order(wanted), row))
    return found


def _soon(clock: Deadline, now: datetime) -> bool:
    """Whether what is owed after the end of an incident is anybody's matter by now; an evaluation is from the first day on."""
    return clock.ends is Ending.EVALUATION or clock.due_at - now <= _SOON


def _plan(row: IncidentRow) -> list[Wanted]:
    return [Wanted("启动预案", since=row.detected_at)] if row.awaits_plan else []


def _clocks(person: Person, row: IncidentRow, running: Iterable[Deadline]) -> list[Wanted]:
    return [wanted for clock in running if (wanted := _clock(person, row, clock)) is not None]


def _clock(person: Person, row: IncidentRow, clock: Deadline) -> Wanted | None:
    duty = clock.kind.partition(".")[0]
    if duty == INITIAL_REPORT:
        return Wanted("报送首报", clock.due_at)
    if clock.ends is not None:
        return Wanted(clock.label or clock.ends.label, clock.due_at)
    if duty == FOLLOW_UP and may(person, "confirm", row.unit):
        return Wanted(DUTY_LABELS[FOLLOW_UP], clock.due_at)
    if duty == ACKNOWLEDGEMENT and may(person, "acknowledge", row.unit):
        return Wanted("签收", clock.due_at, acknowledges=True)
    if duty == CO_ACKNOWLEDGEMENT and clock.unit is not None and clock.unit == person.unit:
        acknowledges = may(person, "acknowledge", row.unit, helping=[clock.unit])
        return Wanted("协办签收", clock.due_at, acknowledges=True) if acknowledges else None
    if duty == CO_ACKNOWLEDGEMENT and may_everywhere(person, "acknowledge"):
        return Wanted(f"{clock.unit}协办签收", clock.due_at)
    return None


def _parts(person: Person, row: IncidentRow, drafted: Mapping[str, int]) -> list[Wanted]:
    """What is drafted of a report and nobody stands for yet; it is due with the report."""
    left = drafted.get(row.id, 0)
    if not left or not may(person, "confirm_part", row.unit):
        return []
    return [Wanted(f"确认报告的 {left} 个部分", None if row.running is None else row.running.due_at)]


def _claims(person: Person, row: IncidentRow, claims: Sequence[Claim]) -> list[Wanted]:
    """What was heard and waits to be verified; no article gives a time for it."""
    helping = [one.unit for one in row.co_units]
    if not claims or not row.state.ongoing or not may(person, VERIFY, row.unit, helping):
        return []
    said = f"“{claims[0].text[:_CLAIM]}{'…' if len(claims[0].text) > _CLAIM else ''}”"
    return [Wanted(f"核实说法{said}" + (f"等 {len(claims)} 个" if len(claims) > 1 else ""))]


def _answers(person: Person, row: IncidentRow, answers: Iterable[Answer]) -> list[Wanted]:
    return [Wanted(_ANSWERED[one.state]) for one in answers if may(person, _ANSWER_ACTS[one.state], row.unit)]


def _others_answers(t: Transaction, person: Person) -> list[Answer]:
    """What waits to be approved and the person neither wrote nor handed in, and what waits to be published."""
    waiting = t.answers.standing_at(AnswerKind.INCIDENT, *_ANSWERED)
    entries = t.answers.entries([one.id for one in waiting if one.state is AnswerState.SUBMITTED])
    own = {key for key, noted in entries.items() if person.name in standing(AnswerKind.INCIDENT, noted).writers}
    return [one for one in waiting if one.id not in own]


def _upward(untold: Collection[UpwardRow]) -> list[Wanted]:
    if not untold:
        return []
    first = next(iter(untold)).body
    more = f"等 {len(untold)} 项" if len(untold) > 1 else ""
    return [Wanted(f"向上报告 {first.label}（{first.standing.label}）{more}")]


def _in_order(wanted: Iterable[Wanted]) -> list[Wanted]:
    return sorted(wanted, key=lambda one: (one.at is None, 0.0 if one.at is None else one.at.timestamp()))


def _proposals(t: Transaction, person: Person) -> list[Matter]:
    count = proposal_view.waiting(t, person)
    title = f"有 {count} 件拟公开事项等您办理"
    return [Matter(About.PROPOSALS, None, title, [Wanted("审签")])] if count else []


def _due_days(t: Transaction, person: Person, now: datetime, rules: DisclosureTime) -> list[Matter]:
    """One matter for each proposal and record, whose periods may be several: one that was missed and the one that runs."""
    found: dict[tuple[About, str | None], Matter] = {}
    for row in due_view.due_rows(t, person, now, rules):
        if not row.may_act or not row.left.urgency.pressing or row.due.day is None:
            continue
        about, item = (About.RECORD, row.record) if row.proposal is None else (About.PROPOSAL, row.proposal)
        one = found.get((about, item), Matter(about, item, row.title, ()))
        wanted = _in_order([*one.wanted, Wanted(f"公开{row.what or ''}", _end_of(row.due.day))])
        found[about, item] = replace(one, wanted=wanted)
    return list(found.values())


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def _suggestions(t: Transaction, person: Person, now: datetime) -> list[Matter]:
    """Those that are late; who may answer one is to see to it."""
    late = t.shared("late suggestions", None, now, lambda: courses_of(t, t.suggestions.overdue(now)))
    return [
        Matter(About.SUGGESTION, one.suggestion, f"意见建议 {one.suggestion}", _in_order(_late(one.waits, now)))
        for one in late.values()
        if one.overdue(now) and may(person, "answer_suggestion", one.unit)
    ]


def _late(waits: Iterable[Wait], now: datetime) -> list[Wanted]:
    return [Wanted(one.standing.label, one.due_at) for one in waits if one.overdue(now)]


def _papers(t: Transaction, person: Person) -> list[Matter]:
    """The papers of periods that are over and that this person may sign."""
    kinds = [kind for kind, rule in paper_rules().items() if may_everywhere(person, rule.sign)]
    found = []
    for one in t.periodic.owed(kinds) if kinds else ():
        draft = t.papers.draft_of(one.kind, one.about)
        about, item = (About.PAPERS, None) if draft is None else (About.PAPER, str(draft.id))
        title = paper_rule(one.kind).label if draft is None else draft.content.title
        found.append(Matter(about, item, title, [Wanted("签发", one.due_at)]))
    return found


def _inspections(t: Transaction, person: Person, now: datetime) -> list[Matter]:
    """The half-yearly inspection that is not told of yet; the article says 每半年 and names no day."""
    owed = inspection_view.owed(t, person, now)
    return [] if owed is None else [Matter(About.INSPECTIONS, None, f"{owed[0].label}督导检查", [Wanted(owed[1])])]


def _rectifications(t: Transaction, person: Person, now: datetime) -> list[Matter]:
    """What an inspection found wrong in the person's unit; for the office what is to be checked, and what is late."""
    return [
        Matter(
            About.RECTIFICATION,
            row.item.id,
            f"整改事项 {row.item.id}（{row.item.unit}）",
            [Wanted(row.course.standing.label, row.course.next_due)],
        )
        for row in inspection_view.waiting(t, person, now)
    ]


def _handovers(t: Transaction, person: Person) -> list[Matter]:
    """What the one before handed over to this person and they have not signed for."""
    notes = [note for recipient in rosters(t, person) for note in t.duty.handovers(recipient, _NOTES)]
    return [
        Matter(About.HANDOVER, None, f"{note.by_name}的交接班记录", [Wanted("签收接班")])
        for note in notes
        if note.to == person.username and note.signed_at is None
    ]

"""Takes an answer on an incident through its course: drafted by the unit, approved by the office, published, kept to.

第四十四条. Each deed is one audited entry; which may be noted when, casework/answers/course.py says alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from casework.answers.checks import Focus, Remark
from casework.answers.course import AnswerCourse, AnswerStanding, NotNow
from pipeline.acts import Actor
from pipeline.answer_checks import Checking, focal_points, remarks_on, require_clear
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.merged import require_unmerged
from pipeline.notify import Routes, tell
from pipeline.refusals import Refused
from pipeline.unacknowledged import followed_up
from records.answers import Answer, AnswerEntry, AnswerKind, AnswerNoted, Wording
from records.incidents import Incident
from records.naming import office_name
from regulation.answers import Effect
from regulation.permissions import allowed, concerns
from storage.store import Store, Transaction

WRITE, APPROVE, ACKNOWLEDGE, VIEW = "write_answer", "approve_answer", "acknowledge_wording", "view_answers"
"""The acts as permissions.yaml and the audit name them."""

ACTS: Mapping[AnswerNoted, str] = MappingProxyType(
    {
        AnswerNoted.WRITTEN: WRITE,
        AnswerNoted.SUBMITTED: WRITE,
        AnswerNoted.DROPPED: WRITE,
        AnswerNoted.RETURNED: APPROVE,
        AnswerNoted.APPROVED: APPROVE,
        AnswerNoted.ACKNOWLEDGED: ACKNOWLEDGE,
    }
)
"""The act of each entry; that it is published is noted by the act `publish_response` alone."""

LONGEST = 5000
"""No text of an answer is longer."""

Mask = Callable[[str], str]
"""Cleans and masks: nlp.admission.without_personal_data."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What acts on answers need besides the store."""

    checking: Checking
    mask: Mask
    routes: Routes


def begin(
    store: Store,
    incident_id: str,
    wording: Wording,
    actor: Actor,
    at: datetime,
    answering: Answering,
    request: str | None = None,
) -> str:
    """Begin an answer with its first version; its id. Raises Refused."""
    with attempting(store, actor, WRITE, incident_id, at) as t:
        t.answers.take_turn()
        if request is not None and (done := done_before(t, request)) is not None:
            return done
        incident = incident_of(t, incident_id)
        check_permission(t, actor, WRITE, incident)
        begun = Answer(
            t.answers.next_id(AnswerKind.INCIDENT, at), AnswerKind.INCIDENT, incident_id, actor.unit, at, actor.name
        )
        t.answers.begin(begun)
        entry = AnswerEntry(
            begun.id, AnswerNoted.WRITTEN, at, actor.name, actor.unit, words=_checked(t, incident, wording)
        )
        _take(t, Meant(begun.id, actor, at, request), begun, incident, entry, answering)
    return begun.id


def write(store: Store, meant: Meant, wording: Wording, after: int, answering: Answering) -> None:
    """Write another version; `after` is the number of the one that the person has seen. An approval is void. Raises Refused."""

    def entry(t: Transaction, incident: Incident, now: AnswerStanding) -> AnswerEntry:
        if now.version != after:
            raise Refused("刚有人改过这件回应，请刷新后再改")
        return replace(_bare(meant, AnswerNoted.WRITTEN), words=_checked(t, incident, wording))

    _note(store, meant, WRITE, entry, answering)


def submit(store: Store, meant: Meant, answering: Answering) -> None:
    """Hand the draft to the office. Raises Refused, also where something blocks it."""

    def entry(t: Transaction, incident: Incident, now: AnswerStanding) -> AnswerEntry:
        require_clear(_remarks(t, incident, now, (), answering))
        return _bare(meant, AnswerNoted.SUBMITTED)

    _note(store, meant, WRITE, entry, answering)


def send_back(store: Store, meant: Meant, reason: str | None, answering: Answering) -> None:
    """Return it to those who write it. Raises Refused."""
    said = _said(reason, answering)
    _note(
        store,
        meant,
        APPROVE,
        lambda t, incident, now: replace(_bare(meant, AnswerNoted.RETURNED), reason=said),
        answering,
    )


def approve(store: Store, meant: Meant, version: int, reason: str | None, answering: Answering) -> None:
    """Approve exactly the version that the person has read; with a reason where a check asks for one. Raises Refused."""
    said, points = _said(reason, answering), _points(store, meant.subject)

    def entry(t: Transaction, incident: Incident, now: AnswerStanding) -> AnswerEntry:
        if now.version != version:
            raise Refused("刚有人改过这件回应，请刷新后重新阅读")
        found = _remarks(t, incident, now, points, answering)
        require_clear(found)
        asking = [one.rule.label for one in found if one.effect is Effect.REASON]
        if asking and said is None:
            raise Refused(f"还有提示：{'、'.join(asking)}。可以照此公开的，请写明理由；否则退回修改")
        return replace(_bare(meant, AnswerNoted.APPROVED), reason=said)

    _note(store, meant, APPROVE, entry, answering)


def acknowledge(store: Store, meant: Meant, answering: Answering) -> None:
    """Note that a unit which helps has read the agreed wording. Raises Refused."""
    _note(store, meant, ACKNOWLEDGE, lambda t, incident, now: _bare(meant, AnswerNoted.ACKNOWLEDGED), answering)


def drop(store: Store, meant: Meant, reason: str | None, answering: Answering) -> None:
    """Give up what is not published. Raises Refused."""
    said = _said(reason, answering)
    _note(
        store, meant, WRITE, lambda t, incident, now: replace(_bare(meant, AnswerNoted.DROPPED), reason=said), answering
    )


def incident_of(t: Transaction, incident_id: str) -> Incident:
    """The incident. Raises Refused where there is none."""
    found = t.incidents.get(incident_id)
    if found is None:
        raise Refused(f"没有编号为“{incident_id[:40]}”的事件")
    require_unmerged(found)
    return found


def may(actor: Actor, act: str, incident: Incident, helping: Collection[str]) -> bool:
    """Whether `actor` may do `act` with the answers of this incident."""
    if actor.role is None:
        return True
    return allowed(actor.role, act, own=concerns(actor.unit, incident.unit), helping=actor.unit in helping)


def check_permission(t: Transaction, actor: Actor, act: str, incident: Incident) -> None:
    """Raise Refused where `actor` may not do `act` with this incident."""
    if not may(actor, act, incident, t.co_units.names(incident.id)):
        raise Refused(f"您没有权限做这一步：请由责任单位或{office_name()}办理")


def course_of(t: Transaction, answer: Answer) -> AnswerCourse:
    """The course of an answer as its entries have it."""
    return course_through(answer, t.answers.entries([answer.id])[answer.id])


def course_through(answer: Answer, entries: Iterable[AnswerEntry]) -> AnswerCourse:
    """The course of an answer through these entries, which are all of its own."""
    course = AnswerCourse(answer.kind)
    for entry in entries:
        course.take(entry)
    return course


_Making = Callable[[Transaction, Incident, AnswerStanding], AnswerEntry]


def _note(store: Store, meant: Meant, act: str, making: _Making, answering: Answering) -> None:
    with attempting(store, meant.actor, act, meant.subject, meant.at) as t:
        t.answers.take_turn()
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        answer = t.answers.get(meant.subject)
        if answer is None or answer.kind is not AnswerKind.INCIDENT:
            raise Refused(f"没有编号为“{meant.subject[:40]}”的回应")
        incident = incident_of(t, answer.about)
        check_permission(t, meant.actor, act, incident)
        entry = making(t, incident, course_of(t, answer).standing())
        _take(t, meant, answer, incident, entry, answering)


def _take(
    t: Transaction, meant: Meant, answer: Answer, incident: Incident, entry: AnswerEntry, answering: Answering
) -> None:
    """Write one entry where the course allows it, and what follows from it. Raises Refused."""
    course = course_of(t, answer)
    try:
        course.take(entry)
    except NotNow as fault:
        raise Refused(str(fault)) from None
    kept, now = t.answers.add(entry), course.standing()
    t.answers.stand(answer.id, now.state)
    if entry.noted is not AnswerNoted.ACKNOWLEDGED:
        followed_up(t, incident.id, meant.at, meant.actor.name)
    _tell(t, incident, kept, now, answering.routes)
    if meant.request is not None:
        note_done(t, meant.request, answer.id)
    facts = {"answer": answer.id, "noted": entry.noted.value, "version": now.version}
    t.audit.append(
        meant.at,
        meant.actor.name,
        meant.actor.role,
        ACTS[entry.noted],
        incident.id,
        True,
        facts | ({"reason": entry.reason} if entry.reason else {}),
    )


def _tell(t: Transaction, incident: Incident, entry: AnswerEntry, now: AnswerStanding, routes: Routes) -> None:
    """Tell whoever is to do the next thing."""
    kinds = {
        AnswerNoted.SUBMITTED: ["answer_submitted"],
        AnswerNoted.RETURNED: ["answer_returned"],
        AnswerNoted.APPROVED: ["answer_approved", *(["wording_agreed"] if now.agreed else [])],
    }.get(entry.noted, [])
    for kind in kinds:
        facts = {"by": entry.actor}
        tell(t, kind, incident, entry.at, str(entry.id), routes, facts)


def _checked(t: Transaction, incident: Incident, wording: Wording) -> Wording:
    """The wording as it may be kept. Raises Refused."""
    text = wording.text.strip()
    if not text:
        raise Refused("请填写回应的内容")
    grounds = tuple(said for one in wording.grounds if (said := one.strip()))
    if max(len(text), *(len(one) for one in grounds), 0) > LONGEST:
        raise Refused(f"文字过长：最多 {LONGEST} 个字")
    known = {one.id for one in t.answers.verifications(incident.id)}
    if not known.issuperset(wording.verifications):
        raise Refused("引用的核实记录不属于这个事件，请刷新")
    return replace(wording, text=text, grounds=grounds)


def _points(store: Store, answer_id: str) -> Sequence[Focus]:
    """The focal points of the incident that the answer is about, read before anybody has to wait for it."""
    with store.reading() as t:
        answer = t.answers.get(answer_id)
        return [] if answer is None else focal_points(t, answer.about)


def _remarks(
    t: Transaction, incident: Incident, now: AnswerStanding, points: Sequence[Focus], answering: Answering
) -> list[Remark]:
    if not isinstance(now.words, Wording):
        return []
    return remarks_on(t, incident, now.words, points, answering.checking)


def _bare(meant: Meant, noted: AnswerNoted) -> AnswerEntry:
    return AnswerEntry(meant.subject, noted, meant.at, meant.actor.name, meant.actor.unit)


def _said(reason: str | None, answering: Answering) -> str | None:
    """The reason as it may be kept and told: masked, since it may name what is to be left out."""
    return answering.mask(reason).strip() or None if reason is not None else None

"""Notes on an incident's checklist: a step that a person adds, one that is done, one that is not done after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.answering import Mask, check_permission, incident_of, may
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.unacknowledged import followed_up
from playbooks.playbook import library
from records.checklists import ChecklistEntry, Noted
from records.incidents import Incident
from records.naming import named
from storage.store import Store, Transaction

ADD = "add_step"
TICK = "tick_step"


@dataclass(frozen=True, slots=True)
class Step:
    """A step as a person adds it: what is to be done, by whom, and perhaps by when. Nothing of it is masked yet."""

    text: str
    who: str
    due_at: datetime | None = None


def add_step(store: Store, meant: Meant, step: Step, mask: Mask) -> None:
    """Add a step to the incident's checklist. A request that was carried out before changes nothing. Raises Refused."""
    text, who = mask(step.text), mask(step.who)
    with attempting(store, meant.actor, ADD, meant.subject, meant.at) as t:
        incident = _incident(t, meant, ADD)
        if _done_before(t, meant):
            return
        text, who = _needed(text, "要做什么"), _needed(who, "由谁来做")
        if step.due_at is not None and step.due_at < meant.at:
            raise Refused("最迟时间已经过去，请改写")
        entry = ChecklistEntry(
            incident.id, Noted.ADDED, meant.at, meant.actor.name, text=text, who=who, due_at=step.due_at
        )
        _keep(t, meant, incident, entry, ADD, {"step": text, "who": who})


def tick(store: Store, meant: Meant, step: str, done: bool, note: str | None, mask: Mask) -> None:
    """Note that a step is done, with how, or that it is not done after all, with why.

    A request that was carried out before changes nothing. Raises Refused.
    """
    said = mask(note or "").strip() or None
    with attempting(store, meant.actor, TICK, meant.subject, meant.at) as t:
        incident = _incident(t, meant, TICK)
        if _done_before(t, meant):
            return
        entries = t.checklists.of_incident(incident.id)
        what = _what(entries, step)
        if done == _is_done(entries, step):
            raise Refused("这一步刚由他人登记过，请刷新后再看" if done else "这一步没有登记为已做，不需撤回")
        if not done:
            said = _needed(said, "撤回的理由")
        noted = Noted.DONE if done else Noted.UNDONE
        entry = ChecklistEntry(incident.id, noted, meant.at, meant.actor.name, step=step, text=said)
        _keep(t, meant, incident, entry, TICK, {"step": what, "done": done, "reason": said})


def _keep(
    t: Transaction, meant: Meant, incident: Incident, entry: ChecklistEntry, act: str, facts: dict[str, object]
) -> None:
    t.checklists.add(entry)
    if may(meant.actor, act, incident, ()):
        followed_up(t, incident.id, meant.at, meant.actor.name)
    if meant.request is not None:
        note_done(t, meant.request, incident.id)
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, incident.id, True, facts)


def _incident(t: Transaction, meant: Meant, act: str) -> Incident:
    t.incidents.take_turn()
    incident = incident_of(t, meant.subject)
    check_permission(t, meant.actor, act, incident)
    return incident


def _done_before(t: Transaction, meant: Meant) -> bool:
    return meant.request is not None and done_before(t, meant.request) is not None


def _what(entries: list[ChecklistEntry], step: str) -> str:
    """What the step says. Raises Refused for one that no playbook has, that an act shows by itself, or that nobody added."""
    for book in library():
        for one in book.steps:
            if step == f"{book.id}/{one.id}":
                if one.done_by is not None:
                    raise Refused("这一步在本系统里办理后自动打勾，不必登记")
                return named(one.do)
    added = next((one.text for one in entries if one.noted is Noted.ADDED and str(one.id) == step), None)
    if added is None:
        raise Refused("没有这个步骤，请刷新后再试")
    return added


def _is_done(entries: list[ChecklistEntry], step: str) -> bool:
    notes = [one for one in entries if one.step == step]
    return bool(notes) and notes[-1].noted is Noted.DONE


def _needed(text: str | None, what: str) -> str:
    if not text or not text.strip():
        raise Refused(f"请填写{what}")
    return text.strip()

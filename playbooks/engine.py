"""Turns a playbook and an incident's moments into a checklist: who does what by when, and what is done already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.playbook import Playbook, Start
from records.actions import Act
from records.checklists import ChecklistEntry, Noted
from records.naming import named


@dataclass(frozen=True, slots=True)
class Moments:
    """When the incident opened, when it reached its present severity, and when its plan started (None: not yet)."""

    opened_at: datetime
    raised_at: datetime
    plan_started_at: datetime | None = None

    def of(self, start: Start) -> datetime | None:
        """The moment that a step counts from, or None while it has not come."""
        return {
            Start.OPENED: self.opened_at,
            Start.RAISED: self.raised_at,
            Start.PLAN_STARTED: self.plan_started_at,
        }[start]


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the checklist. `who` does it. A playbook's step counts from `after` (None: one that a person added) and has
    a `clause`; `due_at` is None while that has not come. `done_at` is None while it is not done; `by_hand` says that a
    person ticks it, `done_by` and `note` who did and how."""

    step: str
    who: str
    do: str
    after: Start | None
    due_at: datetime | None
    clause: str | None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None
    by_hand: bool = True

    def late(self, now: datetime) -> bool:
        """Whether it was done, or is still undone, after its time."""
        return self.due_at is not None and (self.done_at or now) > self.due_at


def checklist(
    playbook: Playbook, moments: Moments, done: Mapping[Act, datetime], entries: Sequence[ChecklistEntry] = ()
) -> list[Task]:
    """The playbook's steps in its order, then those that people added, each with its time.

    `done` gives the first moment of each act so far: it ticks the steps that it shows to be done. The others are ticked by
    what people noted, the last note of a step counting.
    """
    ticked = {entry.step: entry for entry in entries if entry.noted is not Noted.ADDED}
    tasks = [*_of_playbook(playbook, moments, done), *_own(entries)]
    return [_as_noted(task, ticked.get(task.step)) for task in tasks]


def _of_playbook(playbook: Playbook, moments: Moments, done: Mapping[Act, datetime]) -> list[Task]:
    tasks = []
    for step in playbook.steps:
        start = moments.of(step.after)
        tasks.append(
            Task(
                step=f"{playbook.id}/{step.id}",
                who=step.who.label,
                do=named(step.do),
                after=step.after,
                due_at=None if start is None else start + step.within,
                clause=step.clause,
                done_at=done.get(step.done_by) if step.done_by is not None else None,
                by_hand=step.done_by is None,
            )
        )
    return tasks


def _own(entries: Sequence[ChecklistEntry]) -> list[Task]:
    return [
        Task(str(one.id), one.who or "", one.text or "", None, one.due_at, None)
        for one in entries
        if one.noted is Noted.ADDED
    ]


def _as_noted(task: Task, noted: ChecklistEntry | None) -> Task:
    if noted is None or noted.noted is Noted.UNDONE or not task.by_hand:
        return task
    return replace(task, done_at=noted.at, done_by=noted.actor, note=noted.text)

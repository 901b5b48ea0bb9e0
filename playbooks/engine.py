"""Turns a playbook and an incident's moments into a checklist: who does what by when, and what is done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from playbooks.playbook import Doer, Playbook, Start
from records.actions import Act
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
    """One line of the checklist. `due_at` is None while `after` has not come; `done_at` None while it is not done."""

    step: str
    who: Doer
    do: str
    after: Start
    due_at: datetime | None
    clause: str
    done_at: datetime | None = None

    def late(self, now: datetime) -> bool:
        """Whether it was done, or is still undone, after its time."""
        return self.due_at is not None and (self.done_at or now) > self.due_at


def checklist(playbook: Playbook, moments: Moments, done: Mapping[Act, datetime]) -> list[Task]:
    """The playbook's steps in its order, each with its time; `done` gives the first moment of each act so far."""
    tasks = []
    for step in playbook.steps:
        start = moments.of(step.after)
        tasks.append(
            Task(
                step=step.id,
                who=step.who,
                do=named(step.do),
                after=step.after,
                due_at=None if start is None else start + step.within,
                clause=step.clause,
                done_at=done.get(step.done_by) if step.done_by is not None else None,
            )
        )
    return tasks

"""Keeps deadlines, the policy that each was started with, and the steps that its clock still has to take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from records.alerts import Deadline, DeadlineState, Ending, Step
from records.reminders import Reminder, ReminderState
from records.words import Rung
from storage.inserting import insert_new
from storage.tables import deadline as deadlines
from storage.tables import reminder as reminders


class Deadlines:
    """Deadlines and their reminder steps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deadline: Deadline, steps: Iterable[Reminder]) -> Deadline | None:
        """Write a deadline with all its steps; None where (incident, activation, kind) is already there."""
        written = insert_new(
            self._connection,
            deadlines,
            incident=deadline.incident,
            activation=deadline.activation,
            kind=deadline.kind,
            started_at=deadline.started_at,
            recorded_at=deadline.recorded_at or deadline.started_at,
            due_at=deadline.due_at,
            steps=[_step_row(step) for step in deadline.steps],
            clause=deadline.clause,
            state=DeadlineState.OPEN,
            start_reason=deadline.start_reason,
            started_by=deadline.started_by or "",
            label=deadline.label,
            ends=deadline.ends,
            working_days=deadline.working_days,
            calendar=deadline.calendar,
            unit=deadline.unit,
        )
        if not written:
            return None
        stored = self.latest(deadline.incident, deadline.kind)
        assert stored is not None
        assert stored.id is not None
        for step in steps:
            self.add_step(stored.id, step)
        return stored

    def add_step(self, deadline_id: int, step: Reminder) -> None:
        """Write one further step of a clock."""
        self._connection.execute(
            insert(reminders).values(
                deadline=deadline_id,
                step=step.step,
                round=step.round,
                kind=step.kind,
                at=step.at,
                state=step.state,
                fired_at=step.fired_at,
            )
        )

    def get(self, deadline_id: int) -> Deadline | None:
        """The deadline of that id."""
        return self._one(select(deadlines).where(deadlines.c.id == deadline_id))

    def lock(self, deadline_id: int) -> Deadline | None:
        """The deadline of that id, held against other writers until the transaction ends."""
        return self.lock_all([deadline_id]).get(deadline_id)

    def lock_all(self, deadline_ids: Sequence[int]) -> dict[int, Deadline]:
        """The deadlines of these ids, held, and with them all that are open of their incidents.

        Always in this order, and all of an incident at once: two that hold the same deadlines never wait for each other.
        Whoever holds those of several incidents takes them in one call.
        """
        incidents = select(deadlines.c.incident).where(deadlines.c.id.in_(deadline_ids))
        wanted = or_(deadlines.c.id.in_(deadline_ids), deadlines.c.state == DeadlineState.OPEN)
        query = select(deadlines).where(deadlines.c.incident.in_(incidents), wanted).order_by(deadlines.c.id)
        held = [_deadline(row) for row in self._connection.execute(query.with_for_update())]
        return {one.id: one for one in held if one.id is not None and one.id in deadline_ids}

    def latest(self, incident_id: str, kind: str) -> Deadline | None:
        """The newest activation of one kind of deadline of an incident, whatever its state."""
        return self._one(
            select(deadlines)
            .where(deadlines.c.incident == incident_id, deadlines.c.kind == kind)
            .order_by(deadlines.c.activation.desc())
            .limit(1)
        )

    def of_incident(self, incident_id: str) -> list[Deadline]:
        """Every deadline that an incident has had, oldest first."""
        query = select(deadlines).where(deadlines.c.incident == incident_id).order_by(deadlines.c.id)
        return [_deadline(row) for row in self._connection.execute(query)]

    def of_incidents(self, incident_ids: Sequence[str]) -> dict[str, list[Deadline]]:
        """The deadlines of several incidents, by incident id."""
        query = select(deadlines).where(deadlines.c.incident.in_(incident_ids)).order_by(deadlines.c.id)
        found: dict[str, list[Deadline]] = {incident_id: [] for incident_id in incident_ids}
        for row in self._connection.execute(query):
            found[row.incident].append(_deadline(row))
        return found

    def running(self) -> list[Deadline]:
        """Every open deadline, the one due first at the head."""
        query = select(deadlines).where(deadlines.c.state == DeadlineState.OPEN).order_by(deadlines.c.due_at)
        return [_deadline(row) for row in self._connection.execute(query)]

    def open_dues(self) -> list[tuple[str, datetime]]:
        """(kind, moment) of every open deadline, the one due first at the head."""
        query = select(deadlines.c.kind, deadlines.c.due_at).where(deadlines.c.state == DeadlineState.OPEN)
        return [(row.kind, row.due_at) for row in self._connection.execute(query.order_by(deadlines.c.due_at))]

    def due_between(self, since: datetime, until: datetime) -> list[Deadline]:
        """Every deadline due from `since` up to, not with, `until`, whatever became of it; the one due first at the head."""
        due = (deadlines.c.due_at >= since, deadlines.c.due_at < until)
        query = select(deadlines).where(*due).order_by(deadlines.c.due_at, deadlines.c.id)
        return [_deadline(row) for row in self._connection.execute(query)]

    def in_working_days(self) -> list[Deadline]:
        """Every open deadline that is due in working days, by id."""
        query = select(deadlines).where(deadlines.c.state == DeadlineState.OPEN, deadlines.c.working_days.is_not(None))
        return [_deadline(row) for row in self._connection.execute(query.order_by(deadlines.c.id))]

    def move(self, deadline: Deadline, steps: Iterable[Reminder]) -> None:
        """Write when a stored deadline is due now, by which steps and which calendar; `steps` are those to come, and those
        that are pending already are moved."""
        assert deadline.id is not None
        self._connection.execute(
            update(deadlines)
            .where(deadlines.c.id == deadline.id)
            .values(
                due_at=deadline.due_at, steps=[_step_row(step) for step in deadline.steps], calendar=deadline.calendar
            )
        )
        for step in steps:
            moved = self._connection.execute(
                update(reminders)
                .where(
                    reminders.c.deadline == deadline.id,
                    reminders.c.step == step.step,
                    reminders.c.round == step.round,
                    reminders.c.state == ReminderState.PENDING,
                )
                .values(at=step.at)
            )
            if moved.rowcount == 0:
                self.add_step(deadline.id, step)

    def due(self, now: datetime, *, only: str | None = None, but: str | None = None) -> list[int]:
        """Ids of the open deadlines that have a step to take at `now`, the most overdue first.

        `only` those of one family of duties (`family.severity`), or all `but` those.
        """
        query = (
            select(reminders.c.deadline, func.min(reminders.c.at))
            .join(deadlines, deadlines.c.id == reminders.c.deadline)
            .where(
                reminders.c.state == ReminderState.PENDING,
                reminders.c.at <= now,
                deadlines.c.state == DeadlineState.OPEN,
            )
            .group_by(reminders.c.deadline)
            .order_by(func.min(reminders.c.at), reminders.c.deadline)
        )
        if only is not None:
            query = query.where(deadlines.c.kind.startswith(f"{only}.", autoescape=True))
        if but is not None:
            query = query.where(~deadlines.c.kind.startswith(f"{but}.", autoescape=True))
        return [row[0] for row in self._connection.execute(query)]

    def next_at(self) -> datetime | None:
        """The moment of the next step of any open deadline."""
        query = (
            select(reminders.c.at)
            .join(deadlines, deadlines.c.id == reminders.c.deadline)
            .where(reminders.c.state == ReminderState.PENDING, deadlines.c.state == DeadlineState.OPEN)
            .order_by(reminders.c.at)
            .limit(1)
        )
        return self._connection.execute(query).scalar()

    def next_steps(self) -> list[tuple[int, str, datetime | None]]:
        """(id, incident, moment of the next pending step or None) of every open deadline."""
        pending = and_(reminders.c.deadline == deadlines.c.id, reminders.c.state == ReminderState.PENDING)
        query = (
            select(
                deadlines.c.id, deadlines.c.incident, func.min(reminders.c.at, type_=reminders.c.at.type).label("next")
            )
            .select_from(deadlines.outerjoin(reminders, pending))
            .where(deadlines.c.state == DeadlineState.OPEN)
            .group_by(deadlines.c.id, deadlines.c.incident)
            .order_by(deadlines.c.id)
        )
        return [(row.id, row.incident, row.next) for row in self._connection.execute(query)]

    def steps(self, deadline_id: int) -> list[Reminder]:
        """Every step of a deadline, in order of time."""
        query = (
            select(reminders)
            .where(reminders.c.deadline == deadline_id)
            .order_by(reminders.c.at, reminders.c.step, reminders.c.round)
        )
        return [_reminder(row) for row in self._connection.execute(query)]

    def pending(self, deadline_id: int) -> list[Reminder]:
        """The steps that a deadline's clock still has to take, in order of time."""
        return [step for step in self.steps(deadline_id) if step.state is ReminderState.PENDING]

    def mark(self, deadline_id: int, step: Reminder, state: ReminderState, at: datetime) -> bool:
        """Move a pending step to `state`; False where it was pending no more."""
        changed = self._connection.execute(
            update(reminders)
            .where(
                reminders.c.deadline == deadline_id,
                reminders.c.step == step.step,
                reminders.c.round == step.round,
                reminders.c.state == ReminderState.PENDING,
            )
            .values(state=state, fired_at=at)
        )
        return changed.rowcount == 1

    def move_step(self, deadline_id: int, step: Reminder, to: Reminder) -> None:
        """Let a pending step wait as another round of itself instead, one that has not fired."""
        of_step = and_(reminders.c.deadline == deadline_id, reminders.c.step == step.step)
        rounds = reminders.c.round.in_([step.round, to.round])
        self._connection.execute(delete(reminders).where(of_step, rounds, reminders.c.state != ReminderState.FIRED))
        self.add_step(deadline_id, to)

    def end(self, deadline_id: int, state: DeadlineState, at: datetime, reason: str) -> int:
        """End an open deadline and cancel its pending steps; the number of steps cancelled."""
        self._connection.execute(
            update(deadlines)
            .where(deadlines.c.id == deadline_id, deadlines.c.state == DeadlineState.OPEN)
            .values(state=state, ended_at=at, end_reason=reason)
        )
        cancelled = self._connection.execute(
            update(reminders)
            .where(reminders.c.deadline == deadline_id, reminders.c.state == ReminderState.PENDING)
            .values(state=ReminderState.CANCELLED, fired_at=at)
        )
        return cancelled.rowcount

    def _one(self, query: Any) -> Deadline | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _deadline(row)


def _step_row(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "after_s": step.after.total_seconds(),
        "repeat_s": None if step.repeat is None else step.repeat.total_seconds(),
        "recipients": list(step.recipients),
        "rung": step.rung,
        "day": step.day,
        "minute": step.minute,
    }


def _step(row: dict[str, Any]) -> Step:
    return Step(
        kind=row["kind"],
        after=timedelta(seconds=row["after_s"]),
        recipients=tuple(row["recipients"]),
        repeat=None if row["repeat_s"] is None else timedelta(seconds=row["repeat_s"]),
        # A clock that was started before there were rungs has none.
        rung=Rung(row["rung"]) if row.get("rung") else None,
        day=row.get("day"),
        minute=row.get("minute", 0),
    )


def _deadline(row: Row[Any]) -> Deadline:
    return Deadline(
        id=row.id,
        incident=row.incident,
        activation=row.activation,
        kind=row.kind,
        started_at=row.started_at,
        recorded_at=row.recorded_at,
        due_at=row.due_at,
        steps=tuple(_step(step) for step in row.steps),
        clause=row.clause,
        state=DeadlineState(row.state),
        start_reason=row.start_reason,
        started_by=row.started_by,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        label=row.label,
        ends=None if row.ends is None else Ending(row.ends),
        working_days=row.working_days,
        calendar=row.calendar,
        unit=row.unit,
    )


def _reminder(row: Row[Any]) -> Reminder:
    return Reminder(
        step=row.step,
        round=row.round,
        kind=row.kind,
        at=row.at,
        state=ReminderState(row.state),
        fired_at=row.fired_at,
    )

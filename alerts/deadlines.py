"""Turns a time limit into a deadline with the steps of its clock, and says which steps are to be taken at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from records.alerts import Deadline, DeadlineState, Step
from records.reminders import Reminder, ReminderState
from records.zone import CHINA
from regulation.time_limits import TimeLimit
from regulation.working_days import Count, WorkingDays


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of a pending step: it fires as `firing`, or is suppressed where a later step overtook it.

    `firing` is the step itself, or its latest round where a repeating step missed some. `overtaken_by` is the moment of
    the later step. `following` is the next round of a repeating step.
    """

    pending: Reminder
    firing: Reminder
    overtaken_by: datetime | None = None
    following: Reminder | None = None


def deadline_for(
    limit: TimeLimit,
    incident: str,
    activation: int,
    started_at: datetime,
    recorded_at: datetime,
    by: str,
    reason: str | None = None,
    calendar: WorkingDays | None = None,
) -> Deadline:
    """The deadline of a duty that began at `started_at`, with the policy of `limit` frozen into it.

    Raises ValueError for a duty that is due in working days without a `calendar` to count by.
    """
    begun = Deadline(
        incident=incident,
        activation=activation,
        kind=limit.duty,
        started_at=started_at,
        recorded_at=recorded_at,
        due_at=started_at + limit.due_after,
        steps=limit.steps,
        clause=limit.clause,
        start_reason=reason,
        started_by=by,
        label=limit.label,
        ends=limit.ends,
        working_days=limit.working_days,
    )
    if limit.working_days is None:
        return begun
    if calendar is None:
        raise ValueError(f"{limit.duty} is due in working days: a calendar is needed")
    return recounted(begun, calendar)


def counted(deadline: Deadline, calendar: WorkingDays) -> Count | None:
    """How the working days of a deadline are counted by this calendar; None for one that is not due in working days."""
    if deadline.working_days is None:
        return None
    return calendar.after(deadline.started_at.astimezone(CHINA).date(), deadline.working_days)


def recounted(deadline: Deadline, calendar: WorkingDays) -> Deadline:
    """The deadline as this calendar has it: when it is due, and the steps that fall on working days."""
    count = counted(deadline, calendar)
    if count is None:
        return deadline
    furthest = max([count.count, *(step.day for step in deadline.steps if step.day is not None)])
    days = calendar.after(count.start, furthest).worked()
    return replace(
        deadline,
        due_at=count.due_at,
        steps=tuple(_placed(step, days, deadline.started_at) for step in deadline.steps),
        calendar=calendar.counted_by(count.start, days[-1]),
    )


def moved_steps(deadline: Deadline, steps: Iterable[Reminder], now: datetime) -> list[Reminder]:
    """Where the steps of a clock stand that was recounted: those to come at their new moments, and once more those that
    were taken and whose new moment is still to come."""
    taken = list(steps)
    moved = []
    for number, step in enumerate(deadline.steps):
        mine = [one for one in taken if one.step == number]
        if step.day is None or not mine:
            continue
        last, base = max(mine, key=lambda one: one.round), deadline.started_at + step.after
        if last.state is ReminderState.PENDING:
            moved.append(replace(last, at=_next(base, step.repeat, last.round, now)))
        elif base > now:
            moved.append(Reminder(number, last.round + 1, step.kind, base))
    return moved


def _next(base: datetime, repeat: timedelta | None, rounds: int, now: datetime) -> datetime:
    """When a step is taken next that begins at `base`: one that has been taken before is not for what is past."""
    if repeat is None or not rounds or base > now:
        return base
    return base + ((now - base) // repeat + 1) * repeat


def _placed(step: Step, days: Sequence[date], started_at: datetime) -> Step:
    """The step at the moment that its working day gives it."""
    if step.day is None:
        return step
    midnight = datetime.combine(days[step.day - 1], time(0), CHINA)
    return replace(step, after=midnight + timedelta(minutes=step.minute) - started_at)


def first_steps(deadline: Deadline) -> list[Reminder]:
    """Every step of a deadline's policy, a repeating one for its first time."""
    return [
        Reminder(step=number, round=0, kind=step.kind, at=deadline.started_at + step.after)
        for number, step in enumerate(deadline.steps)
    ]


def steps_to_take(deadline: Deadline, pending: Iterable[Reminder], now: datetime) -> list[Taken]:
    """What becomes at `now` of the pending steps that are due by then, in order of time.

    The announcement of the start and everything from the due moment on is always told. Of the reminders before it only
    the latest is, and none once the duty itself is due: after down time nobody gets a burst of stale ones. A repeating
    step keeps to its grid and speaks once. A step to the next one up is overtaken by no other: each tells somebody else.
    """
    due = sorted((step for step in pending if step.at <= now), key=lambda step: (step.at, step.step))
    return [_taken(deadline, step, due, now) for step in due]


def in_time(deadline: Deadline) -> bool | None:
    """Whether a duty was done in time (exactly at its due moment is); None while it is not done."""
    if deadline.state is not DeadlineState.MET or deadline.ended_at is None:
        return None
    return deadline.ended_at <= deadline.due_at


def _taken(deadline: Deadline, step: Reminder, due: list[Reminder], now: datetime) -> Taken:
    own = deadline.steps[step.step].rung
    later = [other.at for other in due if other.at > step.at and deadline.steps[other.step].rung is own]
    if deadline.started_at < step.at < deadline.due_at and later:
        return Taken(step, step, overtaken_by=max(later))
    repeat = deadline.steps[step.step].repeat
    if repeat is None:
        return Taken(step, step)
    missed = (now - step.at) // repeat
    latest = Reminder(step.step, step.round + missed, step.kind, step.at + missed * repeat)
    return Taken(step, latest, following=Reminder(latest.step, latest.round + 1, latest.kind, latest.at + repeat))

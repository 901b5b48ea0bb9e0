"""Everything that an evaluation is made from, and the times of the incident, each held against its limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from records.alerts import Alert, Deadline, DeadlineState
from records.corrections import Correction
from records.incidents import Incident, SeverityChange
from records.measures import Measure
from records.papers import OfficePaper
from records.patrols import Trouble
from records.posts import BACKLOG, UNDATED
from records.reports import Report, Response
from records.zone import CHINA
from regulation.evaluation import Family, Moment
from regulation.severity import calls_for_plan
from regulation.time_limits import ACKNOWLEDGEMENT, CO_ACKNOWLEDGEMENT, FOLLOW_UP, INITIAL_REPORT, after_closing

_FAMILIES: Mapping[str, Family] = {
    ACKNOWLEDGEMENT: "acknowledgement",
    CO_ACKNOWLEDGEMENT: "co_acknowledgement",
    FOLLOW_UP: "follow_up",
    INITIAL_REPORT: "initial_report",
}


class Standing(StrEnum):
    """How a duty stands against its limit."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_REACHED = "not_reached"
    RUNNING = "running"
    NOT_OWED = "not_owed"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "in_time": "按时",
            "late": "超时",
            "not_reached": "到期未办",
            "running": "未到期",
            "not_owed": "不需办",
        }[self.value]


class After(StrEnum):
    """What reaction did after an answer, as calming.yaml has it."""

    CALMER = "calmer"
    ALIKE = "alike"
    WORSE = "worse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SeenPost:
    """A post of the incident: where and when it was seen. `published_at` is None where the post is no longer stored."""

    source: str
    seen_at: datetime
    published_at: datetime | None
    flags: tuple[str, ...] = ()
    id: str = ""

    @property
    def lag(self) -> timedelta | None:
        """How long after its publication it was seen; None where that says nothing."""
        if self.published_at is None or {BACKLOG, *UNDATED} & set(self.flags):
            return None
        return max(timedelta(0), self.seen_at - self.published_at)


@dataclass(frozen=True, slots=True)
class Asked:
    """One round in which an acknowledgement was asked for: of which unit, when a message first arrived, by whom and how it
    was given, how often all were told again, and who was told further up."""

    clock: Deadline
    unit: str | None
    arrived_at: datetime | None
    by: str | None
    again: int
    climbed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One alert, with when it first arrived anywhere."""

    alert: Alert
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What reaction did after a response; `said` puts it into words with its figures."""

    response: Response
    after: After
    said: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """The risk assessment against what happened: (what, forecast, happened) line by line, and whether it held (None: it was
    made only after the publication)."""

    lines: Sequence[tuple[str, str, str]]
    held: bool | None


@dataclass(frozen=True, slots=True)
class Course:
    """An incident with everything that belongs to it, also of those `merged` into it. `subject` is how a paper names it.

    `heard` are the moments of the negative posts about the matter that came after the incident had ended. `added` are
    corrections of posts that belong to it and that the machine had read otherwise, `taken` those of posts that do not.
    """

    at: datetime
    incident: Incident
    subject: str
    co_units: Sequence[str] = ()
    merged: Sequence[Incident] = ()
    split_off: Sequence[Incident] = ()
    history: Sequence[SeverityChange] = ()
    posts: Sequence[SeenPost] = ()
    heard: Sequence[datetime] = ()
    confirmed_at: datetime | None = None
    clocks: Sequence[Deadline] = ()
    asked: Sequence[Asked] = ()
    told: Sequence[Told] = ()
    added: Sequence[Correction] = ()
    taken: Sequence[Correction] = ()
    troubles: Sequence[Trouble] = ()
    forecast: Forecast | None = None
    reports: Sequence[Report] = ()
    replaced: Sequence[OfficePaper] = ()
    effects: Sequence[Effect] = ()
    measures: Sequence[Measure] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """What people call the sources."""
    units: Mapping[int, str | None] = field(default_factory=dict)
    """The unit that answered for the incident when a clock ended, by the clock."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What people call the troubles of sources."""

    @property
    def counted_clocks(self) -> list[Deadline]:
        """The clocks of the incident itself: those that count from its closing belong to what comes after it."""
        later = after_closing()
        return sorted(
            (one for one in self.clocks if one.kind not in later), key=lambda one: (one.started_at, one.id or 0)
        )

    @property
    def plans(self) -> list[Deadline]:
        """Every start of the plan that was not taken back, the first one first."""
        return [
            one
            for one in self.counted_clocks
            if family_of(one) == "initial_report" and one.state is not DeadlineState.CANCELLED
        ]

    @property
    def called_at(self) -> datetime | None:
        """When it first became so grave that the plan must be started; None for one that is not so grave now."""
        if not calls_for_plan(self.incident.severity):
            return None
        found = [change.at for change in self.history if calls_for_plan(change.severity)]
        return min(found, default=self.incident.opened_at)

    @property
    def posted_at(self) -> datetime | None:
        """When its first post was published, as far as is still known."""
        dated = [one.published_at for one in self.posts if one.published_at is not None and one.lag is not None]
        return min(dated, default=None)

    @property
    def lags(self) -> list[tuple[str, timedelta]]:
        """By source how long after its publication each post was seen, where that is known."""
        return [(one.source, lag) for one in self.posts if (lag := one.lag) is not None]


def family_of(clock: Deadline) -> Family:
    """Together with which others a clock is counted."""
    return _FAMILIES.get(clock.kind.partition(".")[0], "further")


def standing_of(clock: Deadline, at: datetime) -> Standing:
    """How a clock stands at `at` by the limit that was frozen into it; done exactly when it is due is in time.

    A clock that was cancelled is not owed. But an acknowledgement that was overdue before something else took its place
    was not given, and one that lapsed (签收失效) was not followed up.
    """
    if clock.state is DeadlineState.MET and clock.ended_at is not None:
        return Standing.IN_TIME if clock.ended_at <= clock.due_at else Standing.LATE
    if clock.state is DeadlineState.CANCELLED:
        return Standing.NOT_REACHED if _overdue_when_cancelled(clock) else Standing.NOT_OWED
    return Standing.NOT_REACHED if at > clock.due_at else Standing.RUNNING


def moments_of(course: Course, calm_at: datetime | None) -> dict[Moment, datetime | None]:
    """The moments of the incident, None for what never came or is not known any more."""
    incident = course.incident
    return {
        "posted": course.posted_at,
        "detected": incident.detected_at,
        "opened": incident.opened_at,
        "called": course.called_at,
        "confirmed": course.confirmed_at,
        "plan_started": min((one.started_at for one in course.plans), default=None),
        "answered": min((one.response.published_at for one in course.effects), default=None),
        "calm": calm_at,
        "closed": incident.closed_at,
    }


def calm_at(posts: Sequence[datetime], stretch: timedelta, percent: int) -> datetime | None:
    """平息: from which moment on no stretch of that length had more posts than so many percent of the fullest one.

    None without posts. As long as no whole stretch has gone by since, it may still move.
    """
    moments = sorted(posts)
    if not moments:
        return None
    counts, end = [], 0
    for start, begin in enumerate(moments):
        while end < len(moments) and moments[end] <= begin + stretch:
            end += 1
        counts.append(end - start)
    limit = max(counts) * percent
    lively = [moment for moment, count in zip(moments, counts, strict=True) if count * 100 > limit]
    return lively[-1] if lively else moments[0]


def minute(at: datetime) -> str:
    """A minute as the tables and the score write it."""
    return f"{at.astimezone(CHINA):%-m月%-d日 %H:%M}"


def _overdue_when_cancelled(clock: Deadline) -> bool:
    if clock.ended_at is None:
        return False
    match family_of(clock):
        case "acknowledgement" | "co_acknowledgement":
            return clock.ended_at > clock.due_at
        case "follow_up":
            return clock.ended_at >= clock.due_at
        case _:
            return False

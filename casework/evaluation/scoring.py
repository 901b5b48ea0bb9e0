"""Scores the handling of an incident by the rows of evaluation.yaml: every item with its points, its rule and its figures.

Nothing that is done later ever scores better, and what was never done scores nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from casework.evaluation.course import After, Course, Standing, calm_at, family_of, minute, moments_of, standing_of
from casework.evaluation.missed import lags
from records.alerts import Deadline, DeadlineState
from records.measures import Side, valid
from records.spans import span
from records.words import Severity
from regulation.calming import CalmingRules
from regulation.evaluation import (
    MOMENTS,
    Clocks,
    Counted,
    Elapsed,
    EvaluationRules,
    Family,
    Fell,
    Held,
    Moment,
    Share,
    Sides,
)

_MINUTE = timedelta(minutes=1)
_EXACT = 6
_FELL = {After.CALMER: 1.0, After.ALIKE: 0.5, After.WORSE: 0.0}
_FELL_SAID = {After.CALMER: "已回落", After.ALIKE: "没有明显变化", After.WORSE: "仍在上升"}
_SIDES = ("线上、线下都没有登记措施", "只有一边登记了措施", "线上、线下都登记了措施")
AnyItem = Elapsed | Clocks | Share | Fell | Sides | Held


@dataclass(frozen=True, slots=True)
class Timed:
    """One clock as the score sees it. `begun_at` is from when its time is counted: see `_begun`."""

    family: Family
    begun_at: datetime
    limit: timedelta
    ended_at: datetime | None
    standing: Standing
    late_start: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a score is computed from. `shares` are (right, of all); `forecast` is None where nothing was assessed."""

    severity: Severity
    moments: Mapping[Moment, datetime | None]
    clocks: Sequence[Timed]
    shares: Mapping[Counted, tuple[int, int]]
    after: After
    sides: int
    forecast: bool | None


@dataclass(frozen=True, slots=True)
class Scored:
    """One item: the points given, None where it does not apply, and the figures that say so, in Chinese."""

    item: AnyItem
    rule: str
    given: float | None
    figures: str


@dataclass(frozen=True, slots=True)
class Score:
    """Every item, and the whole."""

    items: tuple[Scored, ...]

    @property
    def applying(self) -> list[Scored]:
        """The items that count."""
        return [one for one in self.items if one.given is not None]

    @property
    def left_out(self) -> list[Scored]:
        """The items that do not apply."""
        return [one for one in self.items if one.given is None]

    @property
    def given(self) -> float:
        """The points given, added up."""
        return sum(one.given or 0.0 for one in self.applying)

    @property
    def possible(self) -> int:
        """The points that the items which count could be given."""
        return sum(one.item.points for one in self.applying)

    @property
    def total(self) -> float | None:
        """From 0 to 100 with one decimal, a half upwards; None where nothing counts."""
        if not self.possible:
            return None
        reached = Decimal(str(round(self.given, _EXACT))) * 100 / self.possible
        return float(reached.quantize(Decimal("0.1"), ROUND_HALF_UP))


def facts_of(course: Course, rules: EvaluationRules, calming: CalmingRules) -> Facts:
    """What the score is computed from."""
    wrong = len({one.post_id for one in (*course.added, *course.taken)})
    left = {one.post_id for one in course.taken} - {one.id for one in course.posts}
    read = len(course.posts) + len(left)
    late = lags(course, timedelta(minutes=rules.figures.late_minutes))
    dated = sum(one.posts for one in late)
    return Facts(
        severity=course.incident.severity,
        moments=moments_of(course, calm_of(course, calming)),
        clocks=[_timed(one, course) for one in course.counted_clocks],
        shares={
            "read_right": (read - wrong, read),
            "seen_soon": (dated - sum(one.late for one in late), dated),
        },
        after=next((one.after for one in course.effects if one.after is not After.UNKNOWN), After.UNKNOWN),
        sides=len({one.side for one in valid(course.measures)}),
        forecast=None if course.forecast is None else course.forecast.held,
    )


def calm_of(course: Course, calming: CalmingRules) -> datetime | None:
    """When reaction came to rest, what came after the closing counted too."""
    moments = [*(one.seen_at for one in course.posts), *course.heard]
    return calm_at(moments, calming.window, calming.settled_percent)


def score(facts: Facts, rules: EvaluationRules) -> Score:
    """The score by these rules."""
    return Score(tuple(Scored(one, rules.wording(one), *_given(one, facts)) for one in rules.items))


def _timed(clock: Deadline, course: Course) -> Timed:
    return Timed(
        family=family_of(clock),
        begun_at=_begun(clock, course),
        limit=clock.due_at - clock.started_at,
        ended_at=clock.ended_at if clock.state is DeadlineState.MET else None,
        standing=standing_of(clock, course.at),
        late_start=_begun(clock, course) < clock.started_at,
    )


def _begun(clock: Deadline, course: Course) -> datetime:
    """From when the time of a clock is counted: its start. That of the first report counts from when the plan should have
    started, where it started later: else a late start would make a late report look early."""
    plans, called = course.plans, course.called_at
    if plans and clock == plans[0] and called is not None:
        return min(clock.started_at, called)
    return clock.started_at


def _given(item: AnyItem, facts: Facts) -> tuple[float | None, str]:
    if item.points == 0:
        return None, "本项分值为0"
    match item:
        case Elapsed():
            return _elapsed(item, facts)
        case Clocks():
            return _clocks(item, facts)
        case Share():
            return _share(item, facts)
        case Fell():
            return _fell(item, facts)
        case Sides():
            return item.points * facts.sides / len(Side), _SIDES[facts.sides]
        case Held():
            if facts.forecast is None:
                return None, "没有公开前的风险评估"
            return item.points * float(facts.forecast), "未超出预判" if facts.forecast else "超出预判"


def _share(item: Share, facts: Facts) -> tuple[float | None, str]:
    right, every = facts.shares[item.of]
    if not every:
        return None, "没有可计的帖文"
    percent = 100 * right / every
    said = f"{right}条，共{every}条，占{percent:.1f}%"
    return item.points * _between(percent, item.none_percent, item.full_percent), said


def _fell(item: Fell, facts: Facts) -> tuple[float | None, str]:
    if facts.after is After.UNKNOWN:
        return None, "没有回应，或时间太短，无从比较"
    return item.points * _FELL[facts.after], f"回应后{_FELL_SAID[facts.after]}"


def _elapsed(item: Elapsed, facts: Facts) -> tuple[float | None, str]:
    since, until = facts.moments[item.since], facts.moments[item.until]
    if facts.severity not in item.severities:
        return None, f"“{facts.severity.label}”事件不计本项"
    if since is None:
        return None, f"{MOMENTS[item.since]}的时间不详"
    begun = f"{minute(since)}{MOMENTS[item.since]}"
    if until is None and item.until == "calm":
        return None, "没有帖文"  # whatever was posted has come to rest by some moment
    if until is None:
        return 0.0, f"{begun}，没有{MOMENTS[item.until]}"
    took = max(timedelta(0), until - since)
    said = f"{begun}，{minute(until)}{MOMENTS[item.until]}，历时{span(took)}"
    return item.points * _between(took / _MINUTE, item.none_minutes, item.full_minutes), said


def _clocks(item: Clocks, facts: Facts) -> tuple[float | None, str]:
    mine = [one for one in facts.clocks if one.family in item.duties]
    counted = [one for one in mine if one.standing not in (Standing.NOT_OWED, Standing.RUNNING)]
    waiting = any(one.standing is Standing.RUNNING for one in mine)
    if not counted and not waiting and facts.severity in item.severities:
        return 0.0, f"“{facts.severity.label}”事件没有启动计时"
    if not counted:
        return None, "没有这样的时限" if not mine else "都不需办或没有到期"
    shares = [_used(one) for one in counted]
    given = sum(_between(share, item.none_percent, 100) for share in shares) / len(shares)
    late = "；预案晚启动，自应启动时起算" if any(one.late_start for one in counted) else ""
    return item.points * given, f"共{len(counted)}项，用时分别为时限的{'、'.join(map(_percent, shares))}{late}"


def _used(clock: Timed) -> float:
    """How much of its limit a clock used up, in percent; without end for one that was not done."""
    if clock.ended_at is None:
        return float("inf")
    return 100 * max(timedelta(0), clock.ended_at - clock.begun_at) / clock.limit


def _percent(used: float) -> str:
    return "（到期未办）" if used == float("inf") else f"{used:.0f}%"


def _between(value: float, none: float, full: float) -> float:
    """1 at `full`, 0 at `none`, evenly between, whichever of the two is the higher."""
    return min(1.0, max(0.0, (none - value) / (none - full)))


def in_time(clocks: Iterable[Deadline], at: datetime) -> dict[Standing, int]:
    """How many clocks stand how."""
    counted = [standing_of(one, at) for one in clocks]
    return {standing: counted.count(standing) for standing in Standing if standing in counted}

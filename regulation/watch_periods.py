"""Cuts a day into watch periods and says of a source in one of them whether it was patrolled (第四十一条).

"Nothing new" and "not collected" are never the same word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from records.patrols import PatrolTally
from records.shipped_files import content_of
from records.zone import CHINA
from regulation.rule_rows import BadRules

_FILE = Path(__file__).with_name("watch_periods.yaml")
_KEYS = {"starts", "clause"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WatchPeriod:
    """From `start` until just before `end`."""

    start: datetime
    end: datetime

    @property
    def label(self) -> str:
        """As people read it: 08:00–16:00; 20:00–次日08:00."""
        start, end = self.start.astimezone(CHINA), self.end.astimezone(CHINA)
        if end.date() == start.date():
            return f"{start:%H:%M}–{end:%H:%M}"
        return f"{start:%H:%M}–{'24:00' if end.time() == time(0) else f'次日{end:%H:%M}'}"


@dataclass(frozen=True, slots=True)
class WatchPeriods:
    """When each period of a day begins, in Asia/Shanghai."""

    starts: tuple[time, ...]

    def of(self, day: date) -> tuple[WatchPeriod, ...]:
        """The periods that begin on that day, in their order."""
        begun = [datetime.combine(day, start, CHINA).astimezone(UTC) for start in self.starts]
        ends = [*begun[1:], datetime.combine(day + _DAY, self.starts[0], CHINA).astimezone(UTC)]
        return tuple(WatchPeriod(start, end) for start, end in zip(begun, ends, strict=True))


class Patrolled(StrEnum):
    """What became of a source in a watch period."""

    NEW_POSTS = "new_posts"
    NOTHING_NEW = "nothing_new"
    NO_ANSWER = "no_answer"
    NOT_PATROLLED = "not_patrolled"
    NO_PUSH = "no_push"
    NOT_DUE = "not_due"
    PENDING = "pending"
    NOT_YET = "not_yet"
    UNKNOWN_THEN = "unknown_then"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return _LABELS[self.value]

    @property
    def missed(self) -> bool:
        """Whether nobody knows what was said there in that time."""
        return self in (Patrolled.NO_ANSWER, Patrolled.NOT_PATROLLED)


_LABELS = {
    "new_posts": "已巡查，有新帖",
    "nothing_new": "已巡查，无新帖",
    "no_answer": "无应答",
    "not_patrolled": "未巡查",
    "no_push": "无推送",
    "not_due": "间隔较长，本班未采集",
    "pending": "待巡查",
    "not_yet": "未到",
    "unknown_then": "尚未纳入",
}


@dataclass(frozen=True, slots=True)
class Watched:
    """How a source is patrolled: every `interval`, missed after `patience`, `since` when (None where nobody knows)."""

    interval: timedelta
    patience: timedelta
    since: datetime | None
    pushed: bool = False


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """One source in one period. `gap` is the longest time in it that is unaccounted for, None where there is none worth
    telling; `unattended` says that in this time nobody even asked."""

    patrolled: Patrolled
    tally: PatrolTally | None = None
    gap: timedelta | None = None
    unattended: bool = False


def report_on(tally: PatrolTally | None, watched: Watched, period: WatchPeriod, now: datetime) -> PeriodReport:
    """What became of a source in that period, as far as it has gone; `tally` is None where it was never tried."""
    if tally is None:
        return PeriodReport(_untried(watched, period, now))
    if not tally.answers:
        return PeriodReport(Patrolled.NO_ANSWER, tally)
    done = Patrolled.NEW_POSTS if tally.new_posts else Patrolled.NOTHING_NEW
    if watched.pushed:
        return PeriodReport(done, tally)
    begin, end = max(period.start, watched.since or period.start), min(period.end, now)
    unasked = max(tally.first_attempt_at - begin, tally.attempt_gap, end - tally.last_attempt_at)
    if unasked >= watched.patience:
        return PeriodReport(done, tally, unasked, unattended=True)
    first, last = tally.first_answer_at or end, tally.last_answer_at or begin
    unanswered = max(first - begin, tally.answer_gap, end - last)
    return PeriodReport(done, tally, unanswered if unanswered >= watched.patience else None)


def watch_periods(starts: Sequence[str] | None = None, path: Path = _FILE) -> WatchPeriods:
    """Read the periods; `starts` of settings.rules stand in place of the file's. Raises BadRules."""
    content = content_of(path)
    if not isinstance(content, dict) or content.keys() != _KEYS or not isinstance(content["starts"], list):
        raise BadRules(f"{path.name}：应有且只有 starts（列表）、clause 两项")
    place = "设置 rules.watch_periods" if starts else f"{path.name} starts"
    times = tuple(_time(text, place) for text in starts or content["starts"])
    if not times or any(later <= earlier for earlier, later in pairwise(times)):
        raise BadRules(f"{place}：至少写一个时刻，从早到晚，不重复")
    return WatchPeriods(times)


def _time(text: Any, place: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").replace(tzinfo=CHINA).time()
    except (TypeError, ValueError):
        raise BadRules(f"{place}：“{text}”不是“08:00”这样的时刻") from None


def _untried(watched: Watched, period: WatchPeriod, now: datetime) -> Patrolled:
    if now < period.start:
        return Patrolled.NOT_YET
    if watched.since is not None and period.end <= watched.since:
        return Patrolled.UNKNOWN_THEN
    if watched.pushed:
        return Patrolled.NO_PUSH
    begin = max(period.start, watched.since or period.start)
    if period.end - begin < watched.interval:
        return Patrolled.NOT_DUE
    return Patrolled.PENDING if now < period.end and now - begin < watched.patience else Patrolled.NOT_PATROLLED

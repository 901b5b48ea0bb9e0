"""Says of every source how it is doing: read or not and since when, and today's posts beside its usual day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from crawlers.reading import Via
from crawlers.sources import Source
from records.patrols import SourceDay, Trouble
from records.words import Channel
from records.zone import CHINA
from regulation.source_baseline import Baseline
from regulation.source_health import HealthRules, Rule, SourceView, source_health_rules
from storage.sources import SourceState
from storage.store import Transaction

NEVER_TRIED = "这段时间没有去采集"
"""Why nothing was collected where there was not even an attempt."""

_DAY = timedelta(days=1)


class Standing(StrEnum):
    """How a source stands. Of an `unread` one nothing is known, which is not the same as that there is nothing."""

    NEW = "new"
    GOOD = "good"
    FAILING = "failing"
    UNREAD = "unread"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source as it stands now.

    `badge` is a Chinese word or two, `wording` the rule that found it so, `since` when that began, `detail` what is known
    of the cause. `today` counts the new posts since midnight in China; `usual` is None while too few days are known, or
    where the days were not asked for.
    """

    id: str
    name: str
    kind: str
    channel: Channel
    pushed: bool
    interval: timedelta
    standing: Standing
    badge: str
    wording: str = ""
    since: datetime | None = None
    detail: str | None = None
    last_attempt_at: datetime | None = None
    last_answer_at: datetime | None = None
    last_post_at: datetime | None = None
    next_due_at: datetime | None = None
    failures: int = 0
    today: int = 0
    usual: Baseline | None = None


def source_states(
    t: Transaction, sources: Iterable[Source], now: datetime, rules: HealthRules | None = None, *, days: bool = True
) -> list[SourceHealth]:
    """Every one of these sources as it stands, in their order; without `days` no counts, which is quicker.

    What takes a look at many days was found by the watch (pipeline/source_watch.py) and is taken from the store; silence
    is judged here too, so that it shows even where the watch itself has stopped.
    """
    rules = rules or source_health_rules()
    seen = Seen.of(t, now)
    troubles = {trouble.source: trouble for trouble in t.source_troubles.unsettled() if trouble.ended_at is None}
    counted = t.source_days.since(first_day(now, rules)) if days else {}
    return [_health(source, seen, troubles.get(source.id), counted.get(source.id, ()), rules) for source in sources]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store holds of all sources at a moment."""

    now: datetime
    states: Mapping[str, SourceState]
    watched: Mapping[str, datetime]

    @classmethod
    def of(cls, t: Transaction, now: datetime) -> Seen:
        """Read it."""
        return cls(now, t.sources.states(), t.source_troubles.watched())

    def view(self, source: Source, days: Sequence[SourceDay] = (), outcomes: Sequence[str] = ()) -> SourceView:
        """What the rules ask of a source."""
        state = self.states.get(source.id)
        began = self.watched.get(source.id) or (state.watched_since if state else None)
        moments = (began, state.last_answer_at if state else None)
        # A moment in the future is one that a clock gave that has been set back since.
        heard = max((moment for moment in moments if moment is not None and moment <= self.now), default=None)
        seconds = max(source.interval, (state.interval_seconds if state else None) or 0)
        return SourceView(self.now, timedelta(seconds=seconds), source.via is Via.PUSH, heard, outcomes, days)

    def unread_since(self, source: Source) -> datetime:
        """Since when nothing was read of a source."""
        state = self.states.get(source.id)
        known = (state.last_answer_at or state.watched_since) if state else None
        return known or self.watched.get(source.id) or self.now

    def why(self, source: Source) -> str:
        """Why it is not read, as far as is known."""
        state = self.states.get(source.id)
        return (state.error if state and state.failures else None) or NEVER_TRIED


def first_day(now: datetime, rules: HealthRules) -> date:
    """The first of the days that the rules look at."""
    return now.astimezone(CHINA).date() - rules.days * _DAY


def _health(
    source: Source, seen: Seen, trouble: Trouble | None, days: Sequence[SourceDay], rules: HealthRules
) -> SourceHealth:
    state = seen.states.get(source.id)
    view = seen.view(source, days)
    rule = rules.rule(trouble.kind) if trouble is not None else rules.silence(view)
    standing, badge = _standing(rule, state)
    unread = standing is Standing.UNREAD or standing is Standing.FAILING
    noted = (trouble.since, trouble.detail) if trouble is not None else (None, None)
    since, detail = (seen.unread_since(source), seen.why(source)) if unread else noted
    return SourceHealth(
        id=source.id,
        name=source.name,
        kind=source.kind,
        channel=source.channel,
        pushed=view.pushed,
        interval=view.interval,
        standing=standing,
        badge=badge,
        wording=rule.wording if rule is not None else "",
        since=since,
        detail=detail,
        last_attempt_at=state.last_attempt_at if state else None,
        last_answer_at=state.last_answer_at if state else None,
        last_post_at=state.last_post_at if state else None,
        next_due_at=state.next_due_at if state else None,
        failures=state.failures if state else 0,
        today=view.posts_since(view.today),
        usual=rules.baseline(view) if days else None,
    )


def _standing(rule: Rule | None, state: SourceState | None) -> tuple[Standing, str]:
    if rule is not None:
        return (Standing.NOTICE if rule.collected else Standing.UNREAD), rule.badge
    if state is not None and state.failures:
        return Standing.FAILING, "暂未应答"
    if state is None or state.last_answer_at is None:
        return Standing.NEW, "未开始"
    return Standing.GOOD, "正常"

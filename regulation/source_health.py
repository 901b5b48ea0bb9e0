"""Reads source_health.yaml into typed rules and says which of them holds on a source (第四十一条)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from records.patrols import SourceDay
from records.zone import CHINA
from regulation.recipients import words_for
from regulation.rule_rows import RuleFile
from regulation.source_baseline import Baseline, baseline_of

"""The zone in which a source's days are counted."""

DROPPED_TIMES = 3
"""How many times the usual number of dropped entries is many."""

_FILE = Path(__file__).with_name("source_health.yaml")
_DAY = timedelta(days=1)

Failing = Literal[
    "nothing_extracted",
    "sign_in",
    "not_expected",
    "bad_content",
    "too_large",
    "empty_page",
    "robots",
    "private_address",
    "slow_down",
    "http_error",
    "timeout",
    "unreachable",
    "folder_missing",
    "hung",
    "cut_off",
    "crashed",
]
"""The words of the patrol log for a source that was not read."""

Whole = Annotated[int, Field(strict=True, ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]


@dataclass(frozen=True, slots=True)
class SourceView:
    """What the rules ask of a source at one moment.

    `heard_at` is the last answer or, where that is later, when the desk began to watch it; None before either. `outcomes`
    are those of the attempts since the last answer, the latest first. A source that is `pushed` owes no answer.
    """

    now: datetime
    interval: timedelta
    pushed: bool = False
    heard_at: datetime | None = None
    outcomes: Sequence[str] = ()
    days: Sequence[SourceDay] = ()

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai."""
        return self.now.astimezone(CHINA).date()

    def posts_since(self, first: date) -> int:
        """New posts from that day on."""
        return sum(day.new_posts for day in self.days if day.day >= first)

    def dropped_since(self, first: date) -> int:
        """Entries dropped from that day on."""
        return sum(day.dropped for day in self.days if day.day >= first)

    def whole_days(self, first: date) -> int:
        """How many whole days from that day on it could have brought something."""
        return sum(first <= day.day < self.today for day in self.known_days)

    @property
    def known_days(self) -> Sequence[SourceDay]:
        """The days on which it was read; of a pushed source every day since its first."""
        if not self.pushed or not self.days:
            return [day for day in self.days if day.answers]
        kept = {day.day: day for day in self.days}
        first = min(kept)
        every = (first + number * _DAY for number in range((self.today - first).days + 1))
        return [kept.get(day) or SourceDay(day, 0, 0, 0) for day in every]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Watch(_Row):
    """After how long without a look the watch begins anew."""

    gap_minutes: Whole
    clause: str


class Telling(_Row):
    """How many troubles become one message."""

    gather_minutes: Whole
    pause_minutes: Whole
    outage_sources: Whole
    outage_share: Share
    clause: str

    @property
    def gather(self) -> timedelta:
        """How long an alert waits for others of its kind."""
        return timedelta(minutes=self.gather_minutes)

    @property
    def pause(self) -> timedelta:
        """How long after one alert the next of its kind waits."""
        return timedelta(minutes=self.pause_minutes)

    def is_outage(self, failing: int, watched: int) -> bool:
        """Whether so many of the watched sources fail that the fault is rather here than with them."""
        return failing >= max(self.outage_sources, self.outage_share * watched)


class Usual(_Row):
    """Over which days a source's baseline is taken."""

    days: Whole
    least_days: Whole
    clause: str

    def before(self, view: SourceView, end: date) -> Baseline | None:
        """What was usual before the day `end`; None while too few days are known.

        The first day known is left out: a source's first reading brings what had gathered over years.
        """
        first = min((day.day for day in view.days), default=end)
        begin = max(end - self.days * _DAY, first + _DAY)
        found = baseline_of([day for day in view.known_days if begin <= day.day < end])
        return found if found is not None and found.days >= self.least_days else None


class _Rule(_Row):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    collected: bool
    alert: str | None
    again_hours: Whole
    remind_hours: Whole | None
    clause: Annotated[str, Field(min_length=1)]
    badge: Annotated[str, Field(min_length=1)]
    label: Annotated[str, Field(min_length=1)]

    @field_validator("alert")
    @classmethod
    def _known_alert(cls, value: str | None) -> str | None:
        if value is not None:
            words_for(value)
        return value

    @property
    def wording(self) -> str:
        """The condition in Chinese, with the figures in force."""
        return self.label.format(**self.model_dump())

    @property
    def again(self) -> timedelta:
        """The least time between two alerts about the same trouble of the same source."""
        return timedelta(hours=self.again_hours)

    @property
    def remind(self) -> timedelta | None:
        """How long after the last alert a trouble that lasts is told again."""
        return None if self.remind_hours is None else timedelta(hours=self.remind_hours)


class OutcomesRule(_Rule):
    """So many attempts in a row came to one of these outcomes."""

    kind: Literal["outcomes"]
    outcomes: Annotated[tuple[Failing, ...], Field(min_length=1)]
    attempts: Whole

    def holds(self, view: SourceView, usual: Usual) -> bool:
        """Whether the latest attempts all came to that."""
        latest = view.outcomes[: self.attempts]
        return len(latest) == self.attempts and all(outcome in self.outcomes for outcome in latest)


class SilenceRule(_Rule):
    """No answer for so many of its intervals, and for so many minutes."""

    kind: Literal["silence"]
    intervals: Whole
    minutes: Whole

    def patience(self, interval: timedelta) -> timedelta:
        """How long a source of that interval may go without an answer."""
        return max(self.intervals * interval, timedelta(minutes=self.minutes))

    def holds(self, view: SourceView, usual: Usual) -> bool:
        """Whether the last answer is too long ago; exactly at the limit it is."""
        if view.pushed or view.heard_at is None:
            return False
        return view.now - view.heard_at >= self.patience(view.interval)


class FewerRule(_Rule):
    """Over one of the last whole days, up to `days`, far fewer new posts than usual: that share at most, beyond chance.

    What comes today counts, but today is not owed anything yet: whole days hold nights and mornings in their usual
    proportion. With `dropped`, at least so many entries must have been dropped in that time, and many times the usual.
    """

    kind: Literal["fewer"]
    days: Whole
    share: Share
    chance: Share
    dropped: Whole | None = None

    def holds(self, view: SourceView, usual: Usual) -> bool:
        """Whether it does for some number of days; one of few posts needs many of them to say anything."""
        most = max((day.new_posts for day in view.days), default=0)
        return any(self._over(view.today - number * _DAY, view, usual, most) for number in range(1, self.days + 1))

    def _over(self, first: date, view: SourceView, usual: Usual, most: int) -> bool:
        days, posts = view.whole_days(first), view.posts_since(first)
        # No usual day has more than the one with most: where even that is not far more, the rest need not be counted.
        baseline = usual.before(view, first) if days and posts <= self.share * most * days else None
        if baseline is None or posts > self.share * baseline.mean * days:
            return False
        if self.dropped is not None:
            many = max(self.dropped, DROPPED_TIMES * baseline.dropped * days)
            if view.dropped_since(first) < many:
                return False
        return baseline.chance_of_fewer(posts, days) < self.chance


class MoreRule(_Rule):
    """Today already so many times the new posts of a usual day, and so many at least, beyond chance."""

    kind: Literal["more"]
    times: Whole
    posts: Whole
    chance: Share

    def holds(self, view: SourceView, usual: Usual) -> bool:
        """Whether there are; days before today without an answer are caught up with and count too."""
        baseline = usual.before(view, view.today)
        if baseline is None:
            return False
        posts, days = view.posts_since(view.today), 1 + _missed(view)
        enough = posts >= max(self.posts, self.times * baseline.mean * days)
        return enough and baseline.chance_of_more(posts, days) < self.chance


Rule = OutcomesRule | SilenceRule | FewerRule | MoreRule
_RULE: TypeAdapter[Rule] = TypeAdapter(Annotated[Rule, Field(discriminator="kind")])
_FIXED = frozenset({"name", "kind", "collected", "alert", "clause", "badge", "label", "outcomes"})
_SECTIONS: Mapping[str, type[BaseModel]] = {"watch": Watch, "telling": Telling, "baseline": Usual}


@dataclass(frozen=True)
class HealthRules:
    """The rules in force, in the file's order."""

    rules: tuple[Rule, ...]
    watch: Watch
    telling: Telling
    usual: Usual

    def trouble(self, view: SourceView) -> Rule | None:
        """The first rule that holds now: what is wrong with the source."""
        return next((rule for rule in self.rules if rule.holds(view, self.usual)), None)

    def silence(self, view: SourceView) -> Rule | None:
        """The rule of silence that holds now; it takes no look at the log."""
        return next(
            (rule for rule in self.rules if isinstance(rule, SilenceRule) and rule.holds(view, self.usual)), None
        )

    def baseline(self, view: SourceView) -> Baseline | None:
        """What was usual of a source before today."""
        return self.usual.before(view, view.today)

    def rule(self, name: str) -> Rule | None:
        """The rule of that name; None for one that is gone."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def patience(self, interval: timedelta) -> timedelta:
        """How long a source of that interval may go without an answer."""
        limits = [rule.patience(interval) for rule in self.rules if isinstance(rule, SilenceRule)]
        return min(limits, default=interval)

    @cached_property
    def alerts(self) -> tuple[str, ...]:
        """Every kind of alert that a rule tells of, in the rules' order."""
        return tuple(dict.fromkeys(rule.alert for rule in self.rules if rule.alert is not None))

    @cached_property
    def attempts(self) -> int:
        """How many of the latest attempts the rules look at."""
        return max((rule.attempts for rule in self.rules if isinstance(rule, OutcomesRule)), default=0)

    @cached_property
    def days(self) -> int:
        """How many days before today the rules look at."""
        return self.usual.days + 1 + max((rule.days for rule in self.rules if isinstance(rule, FewerRule)), default=0)


def source_health_rules(overrides: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> HealthRules:
    """Read the rules, with figures changed by name as settings.rules says. Raises BadRules."""
    file = RuleFile(path, "rules.source_health", _RULE, _FIXED, _SECTIONS, frozenset(_SECTIONS))
    sections, rules = file.read(overrides)
    return HealthRules(rules, sections["watch"], sections["telling"], sections["baseline"])


def _missed(view: SourceView) -> int:
    """How many days right before today it did not answer on, back to the last on which it did."""
    answered = [day.day for day in view.days if day.answers and day.day < view.today]
    return (view.today - max(answered)).days - 1 if answered else 0

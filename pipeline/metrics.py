"""Reads from the store what a monitoring system is told of the desk: counts and ages alone, no word of any incident or post.

Everything is read when it is asked for, so that it holds for all processes and all machines on one store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawlers.sources import Source
from pipeline.copy_note import copies_known
from pipeline.model_note import model_note
from pipeline.oversight import newest_beats
from pipeline.source_health import Standing, source_states
from records.deliveries import DeliveryState
from regulation.source_health import HealthRules
from storage.store import Transaction

_WHOLE = timedelta(days=7)
"""As far back as copies are ever looked for."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One value, with the labels that tell it from the others of its metric."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured under one name (`huiying_` goes before it), and in Chinese what it is."""

    name: str
    said: str
    samples: Sequence[Sample]


def metrics(t: Transaction, now: datetime, sources: Sequence[Source], rules: HealthRules) -> list[Metric]:
    """Everything that the store tells at `now`, of these sources too."""
    return [
        *_deadlines(t, now),
        *_alerts(t, now),
        *_workers(t, now),
        _sources(t, now, sources, rules),
        *_posts(t, now),
        *_audit(t, now),
    ]


def _deadlines(t: Transaction, now: datetime) -> Iterator[Metric]:
    dues = t.deadlines.open_dues()
    counted = Counter((duty, "overdue" if due < now else "in_time") for duty, due in dues)
    yield Metric(
        "open_deadlines",
        "没有了结的时限，按事由（duty）和是否超时（state）",
        [Sample(count, {"duty": duty, "state": state}) for (duty, state), count in sorted(counted.items())],
    )
    overdue = [(now - due).total_seconds() for _, due in dues if due < now]
    yield Metric("oldest_overdue_seconds", "超时最久的时限已超时多少秒；没有为 0", [Sample(max(overdue, default=0.0))])
    to_come = [(due - now).total_seconds() for _, due in dues if due >= now]
    yield Metric(
        "next_due_seconds", "离最近的时限还有多少秒；没有时限就没有这一项", [Sample(min(to_come))] if to_come else []
    )


def _alerts(t: Transaction, now: datetime) -> Iterator[Metric]:
    states = t.alerts.outbox_states()
    yield Metric("outbox", "待发表里的提醒，按状态", _by("state", states, DeliveryState))
    waiting = t.alerts.waiting_since(now)
    yield Metric(
        "oldest_waiting_alert_seconds",
        "等得最久、现在就可以发的提醒已等多少秒，按是否紧急；没有为 0",
        [Sample(_age(waiting.get(urgent), now), {"urgent": str(urgent).lower()}) for urgent in (True, False)],
    )
    yield Metric(
        "attempts",
        "发送次数，按渠道和结果（结果不明的以后可能改为已送达，所以不是只增的）",
        [
            Sample(count, {"channel": channel, "outcome": outcome})
            for (channel, outcome), count in sorted(t.alerts.attempt_outcomes().items())
        ],
    )
    yield Metric(
        "channel_down",
        "渠道是否不通：1 为不通",
        [Sample(state.down, {"channel": state.channel}) for state in t.alerts.channel_states()],
    )


def _workers(t: Transaction, now: datetime) -> Iterator[Metric]:
    beats = newest_beats(t.clock.heartbeats())
    yield Metric(
        "heartbeat_age_seconds",
        "各进程上一次报到是多少秒以前",
        [Sample(_age(beat.at, now), {"worker": worker}) for worker, beat in sorted(beats.items())],
    )


def _sources(t: Transaction, now: datetime, sources: Sequence[Source], rules: HealthRules) -> Metric:
    standings = Counter(state.standing.value for state in source_states(t, sources, now, rules, days=False))
    return Metric("sources", "采集源个数，按状况（unread 为没有采集到）", _by("standing", standings, Standing))


def _posts(t: Transaction, now: datetime) -> Iterator[Metric]:
    yield Metric("posts_waiting", "等着研判的帖文条数", [Sample(t.posts.waiting_count())])
    first = next(iter(t.posts.waiting(1)), None)
    yield Metric(
        "oldest_waiting_post_seconds",
        "等得最久的帖文已等多少秒；没有为 0",
        [Sample(_age(first.at if first else None, now))],
    )
    known = copies_known(t)
    yield Metric(
        "copies_known_hours",
        "认得出最近多少小时里的转载；七天都认得为 168",
        [Sample((_WHOLE if known is None else known) // timedelta(hours=1))],
    )
    note = model_note(t)
    yield Metric("model_present", "研判有没有模型可用：0 为没有", [Sample(note is not None and note.name is not None)])


def _audit(t: Transaction, now: datetime) -> Iterator[Metric]:
    head = next(iter(t.audit.newest(1)), None)
    yield Metric("audit_length", "操作日志有多少行；变少就是被截断了", [Sample(head.seq if head else 0)])
    yield Metric(
        "audit_head_age_seconds",
        "操作日志最后一行是多少秒以前；空的为 0",
        [Sample(_age(head.at if head else None, now))],
    )


def _by(label: str, counted: Mapping[str, int], every: Iterable[str]) -> list[Sample]:
    """A sample for every word there is, so that none comes and goes."""
    return [Sample(counted.get(word, 0), {label: str(word)}) for word in every]


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())

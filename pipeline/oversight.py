"""Looks whether the desk itself is in order: every running clock has its next step, whoever fires and sends is alive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from records.channels import channel_name
from records.messages import Heartbeat
from records.spans import lasting
from records.worker_names import kind_of, worker_name
from regulation.oversight import OversightRules
from storage.store import Transaction

CLOCK = "clock"
SEND = "send"
SILENT = "silent"
"""The kind of trouble that is a process without a sign of life."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong now. `kind` and `subject` name it for as long as it lasts, `said` says it in Chinese.

    `grave`: a running clock or an urgent alert may be lost, so that somebody must be told by another path.
    """

    kind: str
    subject: str
    said: str
    grave: bool = True


def troubles(t: Transaction, now: datetime, rules: OversightRules, workers: Iterable[str]) -> list[Trouble]:
    """What is wrong at `now` with the clocks, with the alerts and with those `workers` (as `newest_beats` names them)."""
    return [
        *_clocks(t, now, rules),
        *_alerts(t, now, rules),
        *_judging(t, now, rules),
        *_workers(t, now, rules, workers),
    ]


def newest_beats(beats: Iterable[Heartbeat]) -> dict[str, Heartbeat]:
    """The last sign of life of each kind of worker by name, on whichever machine it runs (`send/page`, `clock`).

    A kind is in order where one of its workers is.
    """
    return {kind_of(beat.worker): beat for beat in sorted(beats, key=lambda one: one.at)}


def forget_gone(t: Transaction, now: datetime, rules: OversightRules) -> list[str]:
    """Forget the workers that have been silent for so long that nobody expects them back, but the last one of its kind;
    their names."""
    beats = t.clock.heartbeats()
    newest = newest_beats(beats)
    last = {beat.worker for beat in newest.values()}
    gone = [beat.worker for beat in beats if now - beat.at > rules.forgotten and beat.worker not in last]
    if gone:
        t.clock.forget(gone)
    return gone


def _clocks(t: Transaction, now: datetime, rules: OversightRules) -> Iterator[Trouble]:
    """The promise of the two hours: a clock that runs always has a step to come, and what is due has been fired."""
    for deadline_id, incident, next_at in t.deadlines.next_steps():
        subject = f"{incident}/{deadline_id}"
        if next_at is None:
            yield Trouble(
                "no_next_step", subject, f"事件 {incident} 的计时没有下一步提醒：请人工盯住时限，并联系管理员"
            )
        elif now - next_at > rules.late:
            late = lasting(now - next_at)
            yield Trouble("late_step", subject, f"事件 {incident} 的提醒到时{late}仍未发出：计时进程可能停了")


def _alerts(t: Transaction, now: datetime, rules: OversightRules) -> Iterator[Trouble]:
    for channel, count in t.alerts.untried(now - rules.stuck):
        waited = f"{count} 条紧急提醒等了{lasting(rules.stuck)}还没有经{channel_name(channel)}发送"
        yield Trouble("stuck", channel, f"{waited}：发送进程可能停了，或没有启用这个渠道")


def _judging(t: Transaction, now: datetime, rules: OversightRules) -> Iterator[Trouble]:
    """A process may give signs of life and get no further: what waits shows it. Nothing is opened from what is not judged."""
    since = t.posts.waiting_since()
    if since is not None and now - since > rules.unjudged:
        waits = f"{t.posts.waiting_count()} 条帖文等待研判，最早的已等{lasting(now - since)}"
        yield Trouble("unjudged", "", f"{waits}：研判出错（请管理员看 judge 的日志），或一时来得太多")


def _workers(t: Transaction, now: datetime, rules: OversightRules, workers: Iterable[str]) -> Iterator[Trouble]:
    newest = newest_beats(t.clock.heartbeats())
    for name in workers:
        beat = newest.get(name)
        if beat is not None and now - beat.at <= rules.silent:
            continue
        grave = name == CLOCK or name.partition("/")[0] == SEND
        if beat is None:
            yield Trouble(SILENT, name, f"“{worker_name(name)}”进程没有动静：它还没有启动过", grave)
        else:
            yield Trouble(SILENT, name, f"“{worker_name(name)}”进程已{lasting(now - beat.at)}没有动静", grave)

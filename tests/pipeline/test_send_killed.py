"""kill -9 of a real sender in the middle of a send: the next one sends what was in hand, marked, and the rest once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks._sending import Senders, queue_alerts, unsent, until, verdict
from storage.store import Store

ALERTS = 5


@pytest.fixture
def senders(store: Store, tmp_path: Path) -> Iterator[Senders]:
    started = Senders(store.url, tmp_path / "sent.jsonl", "well", send_seconds=0.3)
    yield started
    for process in list(started.running):
        started.kill(process)


def last_event(senders: Senders) -> str | None:
    lines = senders.lines()
    return lines[-1].event if lines else None


@pytest.mark.parametrize("moment", ["begin", "got"])
def test_a_sender_killed_before_or_after_its_message_arrived_loses_nothing_and_marks_the_repeat(
    store: Store, senders: Senders, moment: str
):
    queue_alerts(store, ALERTS)
    victim = senders.start()
    assert until(lambda: last_event(senders) == moment)
    senders.kill(victim)
    cut_off = senders.lines()[-1].key
    senders.start()
    assert until(lambda: unsent(store) == 0)
    senders.stop()
    lines = senders.lines()
    result = verdict(lines, ALERTS)
    assert (result["lost"], result["unmarked_repeats"], result["overlaps"]) == (0, 0, 0)
    assert [line.marked for line in lines if line.key == cut_off and line.event == "got"][-1]
    assert sum(line.marked for line in lines if line.event == "got") == 1

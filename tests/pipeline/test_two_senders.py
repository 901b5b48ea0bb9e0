"""Two senders at one store share what waits: over a slow channel two send nearly twice as fast, and nothing goes out twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks._sending import Senders, queue_alerts, unsent, until, verdict
from storage.store import Store
from tests.storage.conftest import DATABASES

ALERTS = 10
SECONDS = 0.4


@pytest.fixture
def senders(store: Store, tmp_path: Path) -> Iterator[Senders]:
    started = Senders(store.url, tmp_path / "sent.jsonl", "well", send_seconds=SECONDS)
    yield started
    for process in list(started.running):
        started.kill(process)


@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_two_senders_send_at_the_same_time_and_each_message_once(store: Store, senders: Senders):
    def alive() -> set[str]:
        with store.reading() as t:
            return {beat.worker for beat in t.clock.heartbeats()}

    for _ in range(2):
        senders.start()
    assert until(lambda: len(alive()) == 2)
    queue_alerts(store, ALERTS)
    assert until(lambda: unsent(store) == 0)
    senders.stop()
    lines = senders.lines()
    assert verdict(lines, ALERTS) == {"lost": 0, "marked_repeats": 0, "unmarked_repeats": 0, "overlaps": 0}
    shares = Counter(line.pid for line in lines if line.event == "got")
    assert len(shares) == 2
    assert min(shares.values()) >= ALERTS / 4
    took = max(line.at for line in lines) - min(line.at for line in lines)
    assert took <= 0.8 * ALERTS * SECONDS, "one sender alone takes all of it"

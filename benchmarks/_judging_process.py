"""A judge in a process of its own: `DATABASE_URL`. It says when its model is loaded, and ends when its standard input does."""

from __future__ import annotations

import sys
from threading import Event, Thread

from huiying.clock import SystemClock
from nlp.judge import Judge
from pipeline.judging import Judging
from pipeline.notify import stored_contacts
from regulation.severity import severity_rules
from storage.store import Store

POLL_SECONDS = 0.05


def main(url: str) -> None:
    """Judge what waits until standard input ends."""
    store, clock, stop = Store(url), SystemClock(), Event()
    judge = Judge.load()
    judging = Judging(store, lambda: judge, severity_rules({}), stored_contacts)
    print("ready", flush=True)
    Thread(target=_until_the_parent_goes, args=(stop,), daemon=True).start()
    while not stop.is_set():
        if not judging.step(clock.now()):
            stop.wait(POLL_SECONDS)
    store.close()


def _until_the_parent_goes(stop: Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    main(sys.argv[1])

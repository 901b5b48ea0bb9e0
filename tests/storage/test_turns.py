"""Writers that count rows take turns: nobody counts what another is about to change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from records.incidents import SeverityChange
from records.words import Severity
from storage.store import Store
from tests.storage.making import DAY, NOON, incident, post

WRITERS = 8


def test_incidents_opened_at_once_get_different_numbers(store: Store):
    def open_one(writer: int) -> str:
        with store.transaction() as t:
            incident_id = t.incidents.next_id(NOON)
            gathering = t.incidents.start_gathering(f"d{writer}", NOON)
            made = incident(incident_id, disclosure=f"d{writer}")
            t.incidents.open(made, gathering.id, SeverityChange(NOON, Severity.GENERAL, "voices_3"))
            return incident_id

    with ThreadPoolExecutor(WRITERS) as pool:
        opened = sorted(pool.map(open_one, range(WRITERS), timeout=120))
    assert opened == [f"20260410-00{number}" for number in range(1, WRITERS + 1)]


def test_a_reader_that_follows_the_numbers_misses_no_post_however_many_write_at_once(store: Store):
    def add_some(writer: int) -> None:
        for number in range(5):
            with store.transaction() as t:
                t.posts.add(post(f"{writer}-{number}", seen_at=NOON + timedelta(seconds=number)), NOON + DAY)

    def pass_over(last: int, seen: list[str]) -> int:
        with store.reading() as t:
            listed = t.posts.after(last, 100)
        seen += [found.id for _, found in listed]
        return listed[-1][0] if listed else last

    seen: list[str] = []
    last = 0
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(add_some, writer) for writer in range(WRITERS)]
        while not all(writer.done() for writer in writing):
            last = pass_over(last, seen)
    assert [writer.result(120) for writer in writing] == [None] * WRITERS
    pass_over(last, seen)
    assert sorted(seen) == sorted(f"{writer}-{number}" for writer in range(WRITERS) for number in range(5))

"""Judging workers share the parts of their work: each part in one hand, nobody with more than a fair share, none left over."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from pipeline.shares import ALL, LEASE_SECONDS, Part, Shares, lease_seconds
from storage.store import Store
from tests.storage.making import NOON


class Clock:
    """The machine's clock. On PostgreSQL leases run by the server's: what runs out there is let run out in its table."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        with self.store.transaction() as t:
            if t.connection.dialect.name == "postgresql":
                back = int(seconds * 1_000_000)
                t.connection.exec_driver_sql(f"UPDATE lease SET until = until - {back} WHERE until IS NOT NULL")


def together(workers: list[Shares]) -> list[frozenset[Part]]:
    """What each has once all have looked often enough."""
    for _ in range(4):
        for one in workers:
            one.look()
    return [one.have for one in workers]


def fair(have: list[frozenset[Part]]) -> bool:
    share = -(-len(Part) // len(have))
    return sorted(part for mine in have for part in mine) == sorted(Part) and max(map(len, have)) <= share


def test_one_alone_has_everything_two_share_and_a_fourth_waits(store: Store):
    clock = Clock(store)
    workers = [Shares(store, f"judge-{n}", "here", clock) for n in range(4)]
    assert together(workers[:1]) == [ALL]
    # Reading is as much as all the rest.
    assert together(workers[:2]) == [{Part.READ}, {Part.SETTLE, Part.INDEX}]
    assert fair(together(workers[:3]))
    have = together(workers)
    assert fair(have)
    assert sorted(map(len, have)) == [0, 1, 1, 1]


def test_a_dead_worker_s_parts_are_taken_up_when_its_lease_has_run_out_and_not_before(store: Store):
    clock = Clock(store)
    one, two = (Shares(store, name, "here", clock) for name in ("a", "b"))
    together([one, two])
    clock.move(LEASE_SECONDS - 1)
    assert two.look() == {Part.SETTLE, Part.INDEX}
    clock.move(2)
    assert two.look() == ALL


def test_who_goes_leaves_everything_to_the_others_at_once(store: Store):
    clock = Clock(store)
    one, two = (Shares(store, name, "here", clock) for name in ("a", "b"))
    together([one, two])
    one.give_back()
    assert two.look() == ALL
    assert one.have == frozenset()


def test_an_index_in_a_file_is_kept_level_on_each_machine(store: Store):
    clock = Clock(store)
    here, there = Shares(store, "a", "here", clock), Shares(store, "b", "there", clock)
    have = together([here, there])
    assert all(Part.INDEX in mine for mine in have)
    assert {part for mine in have for part in mine if part is not Part.INDEX} == {Part.READ, Part.SETTLE}
    assert have[0] & have[1] == {Part.INDEX}


@pytest.mark.parametrize("places", ["aab", "aaab", "abc", "aabbcc"])
def test_however_many_work_wherever_nothing_is_left_undone(store: Store, places: str):
    clock = Clock(store)
    workers = [Shares(store, f"judge-{n}", place, clock) for n, place in enumerate(places)]
    for arrived in range(1, len(workers) + 1):
        together(workers[:arrived])
    have = together(workers)
    assert {part for mine in have for part in mine} == ALL
    indexing = [place for place, mine in zip(places, have, strict=True) if Part.INDEX in mine]
    assert sorted(indexing) == sorted(set(places))
    assert sum(map(len, have)) == 2 + len(set(places))


def test_no_part_is_ever_in_two_hands_and_in_the_end_none_is_left_over(store: Store):
    chance, clock = random.Random(9), Clock(store)
    workers = [Shares(store, f"judge-{n}", "here", clock) for n in range(5)]
    for _ in range(12):
        living = chance.sample(workers, chance.randint(1, 4))
        # The others stand still: what they believe to have is worth nothing once their lease has run out.
        clock.move(LEASE_SECONDS + 1)
        for _ in range(8):
            chance.choice(living).look()
            clock.move(chance.choice([0, 1, 5]))
        have = together(living)
        assert fair(have)
        assert sum(map(len, have)) == len(ALL)


@pytest.mark.parametrize("places", ["aa", "aaa", "aab", "abc"])
def test_who_cannot_read_leaves_the_work_to_those_who_can_and_comes_back_once_it_can(store: Store, places: str):
    clock = Clock(store)
    workers = [Shares(store, f"judge-{n}", place, clock) for n, place in enumerate(places)]
    together(workers)
    reader = next(n for n, one in enumerate(workers) if Part.READ in one.have)
    for _ in range(4):
        for n, one in enumerate(workers):
            one.look(can_read=n != reader)
    have = [one.have for one in workers]
    alone_there = places.count(places[reader]) == 1
    assert have[reader] == ({Part.INDEX} if alone_there else frozenset())
    assert {part for mine in have for part in mine} == ALL
    assert sum(map(len, have)) == 2 + len(set(places))
    for n, one in enumerate(workers):
        if n != reader:
            one.give_back()
    assert workers[reader].look() == ALL


def test_where_nobody_can_read_everything_else_goes_on(store: Store):
    clock = Clock(store)
    workers = [Shares(store, name, "here", clock) for name in ("a", "b")]
    for _ in range(4):
        for one in workers:
            one.look(can_read=False)
    assert fair([one.have for one in workers])


def test_who_remembers_more_texts_is_waited_for_longer(store: Store):
    assert [lease_seconds(texts) for texts in (10_000, 60_000, 300_000)] == [30.0, 30.0, 150.0]
    clock = Clock(store)
    slow, other = (Shares(store, name, "here", clock, lease_seconds(300_000)) for name in ("slow", "other"))
    together([slow, other])
    had = slow.have
    assert Part.READ in had
    clock.move(140)
    assert Part.READ not in other.look()
    clock.move(11)
    assert other.look() >= had

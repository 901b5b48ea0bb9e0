"""The desk's clock never goes back and never loses time that passed, whatever happens to the machine's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.timekeeping import advance, steady_clock
from storage.store import Store
from tests.pipeline.clocks import HOUR, SECOND, at
from tests.storage.making import NOON

YEAR = timedelta(days=365)


def tick(store: Store, wall: datetime, boot: str = "boot-1", boottime: float = 0) -> datetime:
    with store.transaction() as t:
        return advance(t, wall, boot, boottime)


def logical(store: Store) -> datetime | None:
    with store.reading() as t:
        return t.clock.logical()


def test_the_first_tick_takes_the_wall_clock(store: Store):
    assert logical(store) is None
    assert tick(store, NOON) == NOON
    assert logical(store) == NOON


def test_within_one_boot_the_clock_follows_the_seconds_since_boot(store: Store):
    tick(store, NOON, boottime=100)
    assert tick(store, NOON + 5 * SECOND, boottime=105) == NOON + 5 * SECOND


def test_a_wall_clock_set_back_by_years_holds_up_nothing(store: Store):
    tick(store, NOON, boottime=100)
    assert tick(store, NOON - 3 * YEAR, boottime=100 + 7200) == NOON + 2 * HOUR


def test_a_wall_clock_set_forward_is_followed_at_once_but_not_kept(store: Store):
    tick(store, NOON, boottime=100)
    assert tick(store, NOON + YEAR, boottime=101) == NOON + YEAR
    assert tick(store, NOON + 2 * SECOND, boottime=102) == NOON + 2 * SECOND


def test_a_sleep_counts_because_the_boot_clock_counts_it(store: Store):
    tick(store, NOON, boottime=100)
    assert tick(store, NOON, boottime=100 + 3600) == NOON + HOUR


def test_after_a_reboot_the_time_that_the_wall_clock_says_has_passed_is_added(store: Store):
    tick(store, NOON, "boot-1", 9000)
    assert tick(store, NOON + HOUR, "boot-2", 3) == NOON + HOUR
    assert logical(store) == NOON + HOUR


def test_after_a_reboot_with_a_clock_that_fell_back_to_1970_the_desks_clock_goes_on_from_where_it_was(store: Store):
    tick(store, NOON, "boot-1", 9000)
    assert tick(store, NOON - 50 * YEAR, "boot-2", 3) == NOON
    assert tick(store, NOON - 50 * YEAR, "boot-2", 63) == at(1)


def test_a_boot_clock_that_runs_backwards_moves_nothing_back(store: Store):
    tick(store, NOON, boottime=100)
    assert tick(store, NOON, boottime=50) == NOON
    assert tick(store, NOON, boottime=60) == NOON + 10 * SECOND


def test_two_machines_whose_wall_clocks_differ_keep_one_clock_that_does_not_run_away(store: Store):
    for second in range(60):
        tick(store, NOON + (second + 5) * SECOND, "ahead", 1000 + second)
        tick(store, NOON + second * SECOND, "behind", 2000 + second)
    assert logical(store) == NOON + 64 * SECOND


def test_a_process_that_only_reads_follows_the_stored_clock_and_never_goes_back(store: Store):
    tick(store, NOON, boottime=100)
    looks = iter(
        [
            (NOON + SECOND, "boot-1", 101.0),
            (NOON + 2 * SECOND, "boot-1", 102.0),
            (NOON - YEAR, "boot-1", 103.0),
            (NOON + HOUR, "boot-1", 104.0),
        ]
    )
    now = steady_clock(store, lambda: next(looks))
    assert [now(), now(), now()] == [NOON + 2 * SECOND, NOON + 3 * SECOND, NOON + HOUR]


def test_a_process_that_reads_before_the_first_tick_has_the_wall_clock(store: Store):
    assert steady_clock(store, lambda: (NOON, "boot-1", 1.0))() == NOON

"""Advances the desk's own clock, which never goes back, whatever happens to the machine's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.clock import Reading
from storage.store import Store, Transaction

Look = Callable[[], tuple[datetime, str, float]]
"""One look at the machine's clocks: the wall clock, the id of this boot, the seconds since boot."""


def advance(t: Transaction, wall: datetime, boot_id: str, boottime: float) -> datetime:
    """Move the stored clock on to this look at the machine's clocks; the moment up to which steps are due.

    Within one boot the stored clock follows the seconds since boot, so that setting the wall clock cannot move it; after
    a reboot it adds what the wall clock says has passed, never less than nothing. A step is due when either the stored
    clock or the wall clock has reached it: early is possible, late is not.
    """
    t.clock.take_turn()
    readings = t.clock.readings()
    logical = _logical(readings, wall, boot_id, boottime)
    t.clock.put(Reading(logical, wall, boot_id, boottime))
    return max(logical, wall)


def steady_clock(store: Store, look: Look) -> Callable[[], datetime]:
    """The desk's clock for a process that only reads it, such as the sender: it never goes back either.

    It starts from the stored clock and then follows the seconds since boot, without asking the store again.
    """
    wall, boot_id, boottime = look()
    with store.reading() as t:
        readings = t.clock.readings()
    start = Reading(max(wall, _logical(readings, wall, boot_id, boottime)), wall, boot_id, boottime)

    def now() -> datetime:
        wall, boot_id, boottime = look()
        return max(wall, _logical([start], wall, boot_id, boottime))

    return now


def _logical(readings: list[Reading], wall: datetime, boot_id: str, boottime: float) -> datetime:
    if not readings:
        return wall
    furthest = readings[0]
    own = next((reading for reading in readings if reading.boot == boot_id), None)
    if own is None:
        return furthest.logical + max(timedelta(0), wall - furthest.wall)
    # Another machine on the same database may be ahead; this one follows, so that there is one clock.
    return max(furthest.logical, own.logical + max(timedelta(0), timedelta(seconds=boottime - own.boottime)))

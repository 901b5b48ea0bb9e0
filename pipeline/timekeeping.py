"""Advances the desk's own clock, which never goes back, whatever happens to the machine's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from pipeline.set_back import mend
from storage.clock import Reading
from storage.store import Store, Transaction

CLOCK = "计时"
"""Who acts, in the audit, where nobody pressed a button."""

_NOTICED = timedelta(seconds=1)

Look = Callable[[], tuple[datetime, str, float]]
"""One look at the machine's clocks: the wall clock, the id of this boot, the seconds since boot."""


def advance(t: Transaction, wall: datetime, boot_id: str, boottime: float) -> datetime:
    """Move the stored clock on to this look at the machine's clocks; the moment up to which steps are due.

    Within one boot the stored clock follows the seconds since boot, so that setting the wall clock cannot move it; after
    a reboot it adds what the wall clock says has passed, never less than nothing. A step is due when either the stored
    clock or the wall clock has reached it: early is possible, late is not. What a wall clock that was ahead has put off is
    mended in the same transaction as it is seen to be set back.
    """
    t.clock.take_turn()
    readings = t.clock.readings()
    logical = _logical(readings, wall, boot_id, boottime)
    t.clock.put(Reading(logical, wall, boot_id, boottime))
    now = max(logical, wall)
    if _was_set_back(readings, wall, boot_id):
        mend(t, now)
    return now


def steady_clock(store: Store, look: Look) -> Callable[[], datetime]:
    """The desk's clock for a process that only reads it, such as the sender: a wall clock set back holds up nothing.

    It starts from the stored clock and then follows the seconds since boot, without asking the store again. Where the wall
    clock is ahead of that, the wall clock holds as long as it is.
    """
    wall, boot_id, boottime = look()
    with store.reading() as t:
        readings = t.clock.readings()
    start = Reading(_logical(readings, wall, boot_id, boottime), wall, boot_id, boottime)

    def now() -> datetime:
        wall, boot_id, boottime = look()
        return max(wall, _logical([start], wall, boot_id, boottime))

    return now


def _was_set_back(readings: list[Reading], wall: datetime, boot_id: str) -> bool:
    """Whether the wall clock shows less than at the last look, of this machine or of those before a reboot."""
    return bool(readings) and wall < next((one for one in readings if one.boot == boot_id), readings[0]).wall - _NOTICED


def _logical(readings: list[Reading], wall: datetime, boot_id: str, boottime: float) -> datetime:
    if not readings:
        return wall
    furthest = readings[0]
    own = next((reading for reading in readings if reading.boot == boot_id), None)
    if own is None:
        return furthest.logical + max(timedelta(0), wall - furthest.wall)
    # Another machine on the same database may be ahead; this one follows, so that there is one clock.
    return max(furthest.logical, own.logical + max(timedelta(0), timedelta(seconds=boottime - own.boottime)))

"""The only reader of time: the wall clock, the time since boot, and a simulated clock for replays."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Protocol

from records.zone import CHINA

"""The zone in which every time is shown."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the clocks: `wall` in UTC, `boottime` in seconds since boot (sleep included), `boot` names the boot."""

    wall: datetime
    boottime: float
    boot: str


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The present moment in UTC."""

    def read(self) -> Reading:
        """All clocks at once, for the stored clock that never goes back."""


class SystemClock:
    """The machine's clocks."""

    def __init__(self) -> None:
        self._boot = _boot_id()

    def now(self) -> datetime:
        """The wall clock in UTC."""
        return datetime.now(UTC)  # noqa: TID251

    def read(self) -> Reading:
        """Wall clock, CLOCK_BOOTTIME and boot id."""
        return Reading(self.now(), time.clock_gettime(time.CLOCK_BOOTTIME), self._boot)


class SimulatedClock:
    """A clock that stands still until it is moved, and only forward."""

    def __init__(self, start: datetime) -> None:
        self._start = self._now = _in_utc(start)

    def now(self) -> datetime:
        """The simulated moment in UTC."""
        return self._now

    def read(self) -> Reading:
        """The simulated moment, as if the machine had booted when the clock was made."""
        return Reading(self._now, (self._now - self._start).total_seconds(), "simulated")

    def move_to(self, moment: datetime) -> None:
        """Let it be `moment`. Raises ValueError for a moment that has passed."""
        moment = _in_utc(moment)
        if moment < self._now:
            raise ValueError(f"a clock does not go back from {self._now} to {moment}")
        self._now = moment


def shown(moment: datetime) -> str:
    """A moment as people read it in China: 2026-04-10 07:19:50."""
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def steady_seconds() -> float:
    """Seconds that only grow, for measuring how long something took or may take."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Let `seconds` go by."""
    time.sleep(seconds)


def synchronised() -> bool | None:
    """Whether the system keeps its clock in step with a time server; None where that cannot be found out."""
    if _TIMESYNC.exists():
        return True
    kernel = _KernelClock()
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(kernel))
    except (AttributeError, OSError):
        return None
    return None if answer < 0 else not kernel.status & _STA_UNSYNC


_TIMESYNC = Path("/run/systemd/timesync/synchronized")
_STA_UNSYNC = 0x40


class _KernelClock(ctypes.Structure):
    """The beginning of the kernel's `struct timex`; `modes` 0 only asks."""

    _fields_: ClassVar = [
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    ]


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment!r}")
    return moment.astimezone(UTC)


def _boot_id() -> str:
    file = Path("/proc/sys/kernel/random/boot_id")
    return file.read_text(encoding="ascii").strip() if file.exists() else "unknown"

"""People who work at the desk (never people who post): accounts, roles, units, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from records.words import Level, Role


@dataclass(frozen=True, slots=True)
class Person:
    """A desk account. `unit` is the responsible unit it belongs to (None for the office's own people).

    `username` signs in; `name` is what others see beside an act.
    """

    username: str
    name: str
    role: Role
    unit: str | None = None
    active: bool = True
    must_change_password: bool = False
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How one recipient is reached on one channel: `address` is what that channel needs (an e-mail address, …).

    Those of the lowest `rank` are told at once, the next ones only where nobody before them could be reached. `level` is
    as what the person is told: as one of those on duty, or as somebody who is told when those before have kept silent.
    """

    recipient: str
    channel: str
    address: str
    name: str = ""
    rank: int = 1
    level: Level = Level.DUTY

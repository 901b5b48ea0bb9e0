"""Duty: who is on duty for the office or a unit from when to when, what they note and what one hands over to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of duty: `name`, a contact of `recipient`, is on duty from `begins_at` until just before `ends_at`.

    `recipient` is a unit's name or OFFICE. After a swap (换班) `instead_of` is who was planned, and `reason` says why.
    """

    recipient: str
    name: str
    begins_at: datetime
    ends_at: datetime
    instead_of: str | None = None
    reason: str | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the duty lasts at that moment."""
        return self.begins_at <= at < self.ends_at

    def overlaps(self, begin: datetime, end: datetime) -> bool:
        """Whether some moment of [begin, end) lies in it."""
        return self.begins_at < end and begin < self.ends_at


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of the shift log (记事), masked: what happened when, and who wrote it down for whose duty; never changed.

    `of` is the number of one that this entry strikes, with the `reason`; its own `text` is what stands in its place, or
    nothing.
    """

    recipient: str
    happened_at: datetime
    at: datetime
    actor: str
    text: str
    incident: str | None = None
    of: int | None = None
    reason: str | None = None
    id: int | None = None


def struck(entries: Iterable[LogEntry]) -> dict[int, LogEntry]:
    """What strikes an entry, by that entry's number."""
    return {one.of: one for one in entries if one.of is not None}


@dataclass(frozen=True, slots=True)
class Handover:
    """One handing over of duty (交接班): the note that `by` wrote for `to`, and who signed for it. UNIQUE id.

    `open_matters` is what was open at that moment, listed by the desk: incidents, with their running clocks. Nothing of it
    ever changes, but that it is signed once. `by` and `to` are user names, the names beside them are what people read.
    `intact`: what is stored is what was written.
    """

    recipient: str
    by: str
    by_name: str
    to: str
    to_name: str
    note: str
    open_matters: tuple[Mapping[str, Any], ...]
    written_at: datetime
    signed_at: datetime | None = None
    id: int | None = None
    intact: bool = True

    @property
    def digest(self) -> str:
        """The hash over everything that was signed for: the audit log holds it too."""
        kept = asdict(self)
        del kept["signed_at"], kept["id"], kept["intact"]
        kept["written_at"] = self.written_at.timestamp()
        return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

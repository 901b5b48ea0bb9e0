"""A message on the local message page, and a worker's sign of life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One alert as the local message page shows it to `recipient` (a unit's name, or OFFICE).

    `kind` is that of the alert; None for a message of before kinds were kept.
    """

    id: int
    idem_key: str
    recipient: str
    at: datetime
    title: str
    body: str
    link: str | None
    repeated: bool
    read_at: datetime | None = None
    read_by: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When a worker last said that it is alive."""

    worker: str
    at: datetime
    detail: str | None = None

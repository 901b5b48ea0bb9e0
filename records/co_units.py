"""A unit that helps the responsible one with an incident (协办单位, 第四十条（三）)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CoUnit:
    """One unit on one incident: who named it when and why, and its own 签收, which says nothing of the responsible unit."""

    incident: str
    unit: str
    named_at: datetime
    named_by: str
    reason: str | None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None

"""A paper that the office owes of a period, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from records.papers import About, PaperKind


@dataclass(frozen=True, slots=True)
class PeriodicDue:
    """A paper of the days from `first` to `last` that must be signed until `due_at`, as the rules were when they ended.

    `remind_hours` before it the office is reminded. One that is due in `working_days` knows by which tables of days off it
    was counted (`calendar`, in Chinese): a new table moves it. `drafted_at` is when the desk drafted it.
    """

    kind: PaperKind
    first: date
    last: date
    due_at: datetime
    remind_hours: tuple[int, ...]
    recorded_at: datetime
    clause: str | None = None
    calendar: str | None = None
    drafted_at: datetime | None = None

    @property
    def about(self) -> About:
        """What its paper is about."""
        return About(first=self.first, last=self.last)

"""An incident: the negative posts on one record that people must answer, with its severity and state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from records.words import Category, Channel, Severity


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "open": "待核实",
            "confirmed": "已核实",
            "closed": "已办结",
            "dismissed": "已排除",
            "merged": "已并入",
        }[self.value]

    @property
    def ongoing(self) -> bool:
        """Whether posts still gather in it and people still work on it."""
        return self in (IncidentState.OPEN, IncidentState.CONFIRMED)

    @property
    def counts(self) -> bool:
        """Whether it is a matter of its own: one that was dismissed is none, one that was merged is part of another."""
        return self not in (IncidentState.DISMISSED, IncidentState.MERGED)


class IllegalMove(ValueError):
    """A state that cannot be reached from the present one. The message is Chinese."""


MOVES: dict[IncidentState, frozenset[IncidentState]] = {
    IncidentState.OPEN: frozenset(
        {IncidentState.CONFIRMED, IncidentState.CLOSED, IncidentState.DISMISSED, IncidentState.MERGED}
    ),
    IncidentState.CONFIRMED: frozenset({IncidentState.CLOSED, IncidentState.DISMISSED, IncidentState.MERGED}),
    IncidentState.CLOSED: frozenset({IncidentState.CONFIRMED}),
    IncidentState.DISMISSED: frozenset({IncidentState.OPEN}),
    IncidentState.MERGED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class SeverityChange:
    """One row of an incident's history: which rule (or `person`) set which severity, when."""

    at: datetime
    severity: Severity
    rule: str
    actor: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A negative post as the severity rules see it. `root` is the id of its first original (its own id if original)."""

    post_id: str
    seen_at: datetime
    channel: Channel
    category: Category | None
    root: str
    reactions: int
    voice: bool


def detected_at(opened_at: datetime, first_post_at: datetime | None) -> datetime:
    """The first sign of an incident: its first post, or its opening where people learned of it before any post."""
    return opened_at if first_post_at is None else min(opened_at, first_post_at)


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as it stands now. `revision` grows with every change, so that two editors notice each other.

    `category_by_person` freezes the category; `gathering` numbers the gatherings of one record from 1;
    `acknowledged_at` is the first 签收 that holds. `merged_into` is the incident that it has become part of, `split_from` the
    one that its first posts were taken out of.
    """

    id: str
    disclosure: str | None
    title: str
    unit: str | None
    category: Category | None
    severity: Severity
    state: IncidentState
    opened_at: datetime
    first_post_at: datetime | None
    gathering: int
    category_by_person: bool = False
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    closed_at: datetime | None = None
    revision: int = 1
    merged_into: str | None = None
    split_from: str | None = None

    @property
    def detected_at(self) -> datetime:
        """When the first sign of it was seen."""
        return detected_at(self.opened_at, self.first_post_at)

    def moved_to(self, state: IncidentState) -> Incident:
        """The same incident in `state`. Raises IllegalMove where the table of moves has no such step."""
        if state not in MOVES[self.state]:
            raise IllegalMove(f"事件现为“{self.state.label}”，不能改为“{state.label}”")
        return replace(self, state=state)

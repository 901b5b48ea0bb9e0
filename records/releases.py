"""A planned release (例行发布): what is told when, on which platform and by whose spokesperson, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IllegalRelease(ValueError):
    """What cannot become of a release any more. The message is Chinese."""


class ReleaseState(StrEnum):
    """How a release stands; one that was moved is still to come."""

    PLANNED = "planned"
    MOVED = "moved"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"planned": "计划", "moved": "已改期", "held": "已发布", "cancelled": "已取消"}[self.value]

    @property
    def ahead(self) -> bool:
        """Whether the release is still to come."""
        return bool(_MOVES[self])


_MOVES: Mapping[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.PLANNED: frozenset({ReleaseState.MOVED, ReleaseState.HELD, ReleaseState.CANCELLED}),
    ReleaseState.MOVED: frozenset({ReleaseState.MOVED, ReleaseState.HELD, ReleaseState.CANCELLED}),
    ReleaseState.HELD: frozenset(),
    ReleaseState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class ReleaseStep:
    """One thing that happened to a release; `due` is when it is to be from then on."""

    state: ReleaseState
    at: datetime
    actor: str
    due: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A release with all its steps, the planning first. `unit` plans it, `spokesperson` is the unit or office that speaks."""

    id: int
    what: str
    platform: str
    record: str | None
    proposal: str | None
    unit: str | None
    spokesperson: str
    steps: tuple[ReleaseStep, ...]

    @property
    def state(self) -> ReleaseState:
        """How it stands."""
        return self.steps[-1].state

    @property
    def due(self) -> datetime:
        """When it is to be, or was."""
        return self.steps[-1].due

    def require(self, state: ReleaseState) -> None:
        """Raise IllegalRelease where the release cannot come to this."""
        if state not in _MOVES[self.state]:
            raise IllegalRelease(f"这次发布{self.state.label}，不能再改")

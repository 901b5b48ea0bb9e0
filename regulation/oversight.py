"""From when on something is wrong with the desk itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from regulation.figures import figures
from regulation.telling import TimeOfDay

_FILE = Path(__file__).with_name("oversight.yaml")
Count = Annotated[int, Field(ge=1)]


class Room(Enum):
    """How much room there is on a disk."""

    ENOUGH = auto()
    LOW = auto()
    LITTLE = auto()


class OversightRules(BaseModel):
    """oversight.yaml as read; see there for what each figure means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    silent_seconds: Annotated[int, Field(ge=10, le=50)]
    late_seconds: Count
    stuck_seconds: Count
    unjudged_minutes: Count
    low_disk_mb: Count
    little_disk_mb: Count
    audit_head_at: tuple[TimeOfDay, ...]
    every_seconds: Annotated[int, Field(ge=1, le=10)]
    told_minutes: Count
    again_minutes: Count
    forgotten_minutes: Count

    @model_validator(mode="after")
    def _shown_before_it_is_an_alarm(self) -> Self:
        if self.low_disk_mb < self.little_disk_mb:
            raise ValueError("low_disk_mb 应不小于 little_disk_mb")
        return self

    def room(self, free_mb: int) -> Room:
        """What so many free megabytes are."""
        if free_mb < self.little_disk_mb:
            return Room.LITTLE
        return Room.LOW if free_mb < self.low_disk_mb else Room.ENOUGH

    @property
    def silent(self) -> timedelta:
        """How long a process may go without a sign of life."""
        return timedelta(seconds=self.silent_seconds)

    @property
    def forgotten(self) -> timedelta:
        """After how long without a sign of life a process is shown no more, where another one does its work."""
        return timedelta(minutes=self.forgotten_minutes)

    @property
    def late(self) -> timedelta:
        """How long after its time a step of a clock may still be unfired."""
        return timedelta(seconds=self.late_seconds)

    @property
    def stuck(self) -> timedelta:
        """How long an urgent alert may wait without being tried."""
        return timedelta(seconds=self.stuck_seconds)

    @property
    def told(self) -> timedelta:
        """How long something must be wrong before the office is told."""
        return timedelta(minutes=self.told_minutes)

    @property
    def unjudged(self) -> timedelta:
        """How long a post may wait to be judged."""
        return timedelta(minutes=self.unjudged_minutes)


def oversight_rules(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> OversightRules:
    """The rules in force, with the settings' changes. Raises BadRules."""
    return figures(OversightRules, path, "rules.oversight", changes)

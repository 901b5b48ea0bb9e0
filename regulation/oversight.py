"""From when on something is wrong with the desk itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from regulation.figures import figures

_FILE = Path(__file__).with_name("oversight.yaml")
Count = Annotated[int, Field(ge=1)]


class OversightRules(BaseModel):
    """oversight.yaml as read; see there for what each figure means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    silent_seconds: Annotated[int, Field(ge=10, le=50)]
    late_seconds: Count
    stuck_seconds: Count
    little_disk_mb: Count
    every_seconds: Annotated[int, Field(ge=1, le=10)]
    again_minutes: Count

    @property
    def silent(self) -> timedelta:
        """How long a process may go without a sign of life."""
        return timedelta(seconds=self.silent_seconds)

    @property
    def late(self) -> timedelta:
        """How long after its time a step of a clock may still be unfired."""
        return timedelta(seconds=self.late_seconds)

    @property
    def stuck(self) -> timedelta:
        """How long an urgent alert may wait without being tried."""
        return timedelta(seconds=self.stuck_seconds)


def oversight_rules(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> OversightRules:
    """The rules in force, with the settings' changes. Raises BadRules."""
    return figures(OversightRules, path, "rules.oversight", changes)

"""How a duty roster is checked, and when its holes are said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from regulation.figures import figures

_FILE = Path(__file__).with_name("duty.yaml")


class DutyRules(BaseModel):
    """duty.yaml as read; see there for what each figure means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    longest_hours: Annotated[int, Field(ge=1, le=800)]
    warn_hours: Annotated[int, Field(ge=24, le=800)]

    @property
    def longest(self) -> timedelta:
        """No shift is longer."""
        return timedelta(hours=self.longest_hours)

    @property
    def warned(self) -> timedelta:
        """How far ahead holes are said."""
        return timedelta(hours=self.warn_hours)


def duty_rules(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> DutyRules:
    """The rules in force, with the settings' changes. Raises BadRules."""
    return figures(DutyRules, path, "rules.duty", changes)

"""From when on reaction counts as calmed down after an answer: reads calming.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from regulation.figures import figures

_FILE = Path(__file__).with_name("calming.yaml")
Count = Annotated[int, Field(strict=True, ge=1)]


class CalmingRules(BaseModel):
    """calming.yaml as read; see there for what each figure means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    window_hours: Count
    least_hours: Count
    calmer_percent: Count
    worse_percent: Count
    settled_percent: Count

    @model_validator(mode="after")
    def _calmer_is_not_worse(self) -> Self:
        if self.calmer_percent >= self.worse_percent:
            raise ValueError("应大于 calmer_percent")
        if self.least_hours > self.window_hours:
            raise ValueError("least_hours 应不大于 window_hours")
        return self

    @property
    def window(self) -> timedelta:
        """How long before and after an answer is looked at, at most."""
        return timedelta(hours=self.window_hours)

    @property
    def least(self) -> timedelta:
        """Sooner after an answer nothing is said."""
        return timedelta(hours=self.least_hours)


def calming_rules(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> CalmingRules:
    """The figures in force, with the settings' changes. Raises BadRules."""
    return figures(CalmingRules, path, "rules.calming", changes)

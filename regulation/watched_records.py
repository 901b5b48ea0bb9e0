"""Which published records posts are read beside, and for how long after publication."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from regulation.figures import figures

_FILE = Path(__file__).with_name("watched_records.yaml")


class WatchedRecords(BaseModel):
    """watched_records.yaml as read; see there for what each figure means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    days: Annotated[int, Field(ge=30, le=36500)]
    at_least: Annotated[int, Field(ge=0, le=5000)]

    @property
    def window(self) -> timedelta:
        """How long after its publication a record is watched."""
        return timedelta(days=self.days)


def watched_records(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> WatchedRecords:
    """The rules in force, with the settings' changes. Raises BadRules."""
    return figures(WatchedRecords, path, "rules.watched_records", changes)

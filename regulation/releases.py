"""When planned releases are called to mind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from records.zone import CHINA
from regulation.figures import figures
from regulation.telling import TimeOfDay
from regulation.working_days import WorkingDays

_FILE = Path(__file__).with_name("releases.yaml")


class ReleaseRules(BaseModel):
    """releases.yaml as read; see there for what each figure means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    remind_at: TimeOfDay

    def reminded(self, due: datetime, calendar: WorkingDays) -> datetime:
        """When a release that is due then is called to mind."""
        return datetime.combine(calendar.before(due.astimezone(CHINA).date()), self.remind_at, CHINA)


def release_rules(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> ReleaseRules:
    """The rules in force, with the settings' changes. Raises BadRules."""
    return figures(ReleaseRules, path, "rules.releases", changes)

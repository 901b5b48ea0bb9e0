"""When an alert may go out over a channel: urgent ones at once, others after a while together, and not at night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from records.zone import CHINA
from regulation.figures import figures

_FILE = Path(__file__).with_name("telling.yaml")


def _time(value: Any) -> time:
    if not isinstance(value, str):
        raise ValueError("应为带引号的时刻，如 '22:00'")
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError("应为时刻，如 '22:00'") from None


TimeOfDay = Annotated[time, BeforeValidator(_time)]


class Telling(BaseModel):
    """telling.yaml as read; see there for what each figure means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    fail_over_seconds: Annotated[int, Field(ge=1, le=120)]
    digest_seconds: Annotated[int, Field(ge=0)]
    digest_most: Annotated[int, Field(ge=1, le=100)]
    give_up_hours: Annotated[float, Field(ge=1, le=720)]
    quiet_from: TimeOfDay
    quiet_to: TimeOfDay
    urgent_share: Annotated[float, Field(ge=0, lt=1)]

    @property
    def fail_over_after(self) -> timedelta:
        """How long an urgent alert may have reached nobody before the next contacts are tried."""
        return timedelta(seconds=self.fail_over_seconds)

    @property
    def give_up_after(self) -> timedelta:
        """How long an alert is tried that belongs to no clock, and any for a channel that is not set up."""
        return timedelta(hours=self.give_up_hours)

    def given_up(self, since: datetime, at: datetime) -> bool:
        """Whether a refused alert that belongs to no clock, tried since then, is tried no more when the next try would be `at`."""
        return at - since > self.give_up_after

    def others_before(self, now: datetime) -> datetime | None:
        """Since when an alert that is not urgent must have waited to go out now; None in the quiet hours."""
        return None if self._is_quiet(now.astimezone(CHINA).time()) else now - timedelta(seconds=self.digest_seconds)

    def _is_quiet(self, now: time) -> bool:
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= now < self.quiet_to
        return now >= self.quiet_from or now < self.quiet_to


def telling(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> Telling:
    """The rules in force, with the settings' changes. Raises BadRules."""
    return figures(Telling, path, "rules.telling", changes)

"""Which records are watched closer for their risk, for how long and how: reads closer_watch.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from records.shipped_files import content_of
from records.words import Risk
from regulation.clauses import citation
from regulation.rule_rows import BadRules, fault_in
from regulation.severity import SeverityRules

_FILE = Path(__file__).with_name("closer_watch.yaml")
_SETTING = "rules.closer_watch"
Percent = Annotated[int, Field(strict=True, ge=1, le=100)]


class WatchRow(BaseModel):
    """How records of one level are watched; see closer_watch.yaml for what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Literal[Risk.MEDIUM, Risk.HIGH]
    used: bool
    days: Annotated[int, Field(strict=True, ge=1, le=3650)]
    threshold_percent: Percent
    figures: Mapping[str, Mapping[str, Annotated[int, Field(strict=True, ge=1)]]]
    interval_percent: Percent
    sources: tuple[str, ...]


class CloserWatch(BaseModel):
    """closer_watch.yaml as read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str
    levels: tuple[WatchRow, ...]

    @property
    def used(self) -> tuple[WatchRow, ...]:
        """The rows that the settings switched on."""
        return tuple(row for row in self.levels if row.used)

    @property
    def window(self) -> timedelta:
        """How far back a record may have been published that is watched closer."""
        return timedelta(days=max((row.days for row in self.used), default=0))

    def of(self, level: Risk | None, published_at: datetime, at: datetime) -> WatchRow | None:
        """How a record of that level is watched at that moment; None where it is watched like any other."""
        row = next((row for row in self.used if row.level is level), None)
        if row is None or not published_at <= at <= published_at + timedelta(days=row.days):
            return None
        return row

    def lowered(self, rules: SeverityRules) -> dict[Risk, SeverityRules]:
        """The rules that hold for a record of each level that is watched closer. Raises BadRules."""
        return {
            row.level: rules.lowered(row.threshold_percent, row.figures, self._because(row), _SETTING)
            for row in self.used
        }

    def _because(self, row: WatchRow) -> str:
        return f"舆情风险评估为“{row.level.label}”，公开后{row.days}天内降低门槛（{citation(self.clause)}）"


def closer_watch(changes: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> CloserWatch:
    """The rows in force, with the settings' changes by level. Raises BadRules."""
    content = content_of(path)
    rows = {row["level"]: row for row in content["levels"]}
    for level, change in (changes or {}).items():
        if level not in rows or "level" in change:
            raise BadRules(f"设置 {_SETTING}：没有“{level}”这一等，或改了 level；可写 {'、'.join(rows)}")
        rows[level] = {**rows[level], **change}
    try:
        return CloserWatch.model_validate({**content, "levels": list(rows.values())})
    except ValidationError as error:
        raise BadRules(f"设置 {_SETTING}：{fault_in(error, {}, '缺少、多余或值不对')}") from None

"""From when on something is wrong with the desk itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from regulation.rule_rows import BadRules

_FILE = Path(__file__).with_name("oversight.yaml")
_SETTING = "rules.oversight"
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
    changed = dict(changes or {})
    if "clause" in changed:
        raise BadRules(f"设置 {_SETTING}：不能改 clause")
    try:
        return OversightRules.model_validate(yaml.safe_load(path.read_text("utf-8")) | changed)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        place = f"设置 {_SETTING}" if key in changed else path.name
        fault = {"extra_forbidden": "没有这一项", "missing": "缺少这一项"}.get(first["type"], "的值不对")
        raise BadRules(f"{place}：“{key}”{fault}") from None

"""Until which day something must be published (二（五）): reads disclosure_time.yaml; an unknown word is an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from records.shipped_files import content_of
from records.words import TimeKind
from regulation.clauses import citation
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("disclosure_time.yaml")
_SETTING = "rules.disclosure_time"
_CLOSING, _DRAFT, _EVERY = "closing", "interpretation", "every_minutes"
_FIGURES = ("days", "remind")
_NUMBER = "应为不小于 0、不大于 250 的整数"
_FAULTS = {
    "extra_forbidden": "没有这一项",
    "missing": "缺少这一项",
    "enum": "没有这个词",
    "literal_error": "没有这个词",
    "tuple_type": "应为列表，如 [3, 0]",
    "too_short": "至少写一个",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "greater_than_equal", "less_than_equal"), _NUMBER),
}

Days = Annotated[int, Field(ge=1, le=250)]
Reminders = Annotated[tuple[Annotated[int, Field(ge=0, le=250)], ...], Field(min_length=1)]
Counts = Literal["working_days", "decided_on", "period_end", "planned_on"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    clause: str

    @field_validator("clause")
    @classmethod
    def _cited(cls, value: str) -> str:
        citation(value)
        return value

    @property
    def cited(self) -> str:
        """The article as people cite it."""
        return citation(self.clause)


class TimeRule(_Row):
    """One row of `rules`; see the head of the file."""

    kind: TimeKind
    counts: Counts
    days: Days | None = None
    remind: Reminders
    extends: bool

    @model_validator(mode="after")
    def _with_days(self) -> Self:
        if (self.counts == "working_days") != (self.days is not None):
            raise ValueError("days 应在 counts 为 working_days 时写，其他时候不写")
        return self


class Closing(_Row):
    """When staged work is published once more after its end."""

    days: Days
    remind: Reminders


class Draft(_Row):
    """When the draft of an interpretation is called to mind."""

    remind: Reminders


class Again(_Row):
    """Which records count for a series."""

    same: Annotated[tuple[Literal["unit", "catalogue_item"], ...], Field(min_length=1)]


class DisclosureTime(BaseModel):
    """disclosure_time.yaml as read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[TimeRule, ...]
    closing: Closing
    again: Again
    interpretation: Draft
    every_minutes: Annotated[int, Field(ge=1, le=1440)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sorted(rule.kind for rule in self.rules) != sorted(TimeKind):
            raise ValueError(f"应正好写 {'、'.join(TimeKind)} 各一条")
        return self

    def rule(self, kind: TimeKind) -> TimeRule:
        """The row of that kind."""
        return next(rule for rule in self.rules if rule.kind is kind)

    @property
    def every(self) -> timedelta:
        """So often the due days are looked through."""
        return timedelta(minutes=self.every_minutes)


def disclosure_time(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> DisclosureTime:
    """The rules in force, with what the settings change by the kind's name. Raises BadRules."""
    content = content_of(path)
    place = f"设置 {_SETTING}" if changes else path.name
    try:
        return DisclosureTime.model_validate(_changed(content, dict(changes or {})))
    except ValidationError as error:
        raise BadRules(f"{place}：{fault_in(error, _FAULTS)}") from None


def _changed(content: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    rows = {row["kind"]: row for row in content["rules"]} | {
        _CLOSING: content[_CLOSING],
        _DRAFT: content[_DRAFT],
    }
    known = (*rows, _EVERY)
    unknown = sorted(set(changes) - set(known))
    if unknown:
        raise BadRules(f"设置 {_SETTING}：没有名为 {'、'.join(unknown)} 的时限，可改 {'、'.join(known)}")
    every = changes.pop(_EVERY, content[_EVERY])
    rows |= {name: _with(name, rows[name], values) for name, values in changes.items()}
    beside = {name: rows.pop(name) for name in (_CLOSING, _DRAFT)}
    return content | {"rules": list(rows.values()), **beside, _EVERY: every}


def _with(name: str, row: Mapping[str, Any], values: Any) -> dict[str, Any]:
    may = [key for key in _FIGURES if key in row]
    if not isinstance(values, Mapping) or not set(values) <= set(may):
        raise BadRules(f"设置 {_SETTING}.{name}：只能改 {'、'.join(may)}")
    return {**row, **values}

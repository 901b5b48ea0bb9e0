"""Who must be told upward of an incident, by its severity (第四十三条): reads upward.yaml; an unknown word is an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from records.alerts import OFFICE
from records.naming import named
from records.shipped_files import content_of
from records.upward import BY_CHANNEL, Need
from records.words import Severity
from regulation.clauses import citation
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("upward.yaml")
_SETTING = "rules.upward"
_CHANGEABLE = frozenset({"label", *Severity})
_FAULTS = {"extra_forbidden": "没有这一项", "missing": "缺少这一项", "enum": "应为 must、as_needed 或 none"}


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=40)
    label: str = Field(min_length=1, max_length=100)

    @field_validator("label")
    @classmethod
    def _called_as_here(cls, value: str) -> str:
        return named(value)


class OtherWay(_Row):
    """How something is handed over beside the channels of the desk."""


class Body(_Row):
    """Somebody above who is told: at each severity whether it must be, and by which article."""

    general: Need
    major: Need
    major_emergency: Need
    clause: str
    must_clause: str | None = None

    @field_validator("clause", "must_clause")
    @classmethod
    def _cited(cls, value: str | None) -> str | None:
        if value is not None:
            citation(value)
        return value

    @model_validator(mode="after")
    def _never_less_when_worse(self) -> Self:
        ranks = [list(Need).index(self.need(severity)) for severity in Severity]
        if ranks != sorted(ranks):
            raise ValueError("等级更高时要求不能更低")
        return self

    def need(self, severity: Severity) -> Need:
        """Whether it must be told of an incident of that severity."""
        needs = {
            Severity.GENERAL: self.general,
            Severity.MAJOR: self.major,
            Severity.MAJOR_EMERGENCY: self.major_emergency,
        }
        return needs[severity]

    def grounds(self, need: Need) -> str:
        """The article by which."""
        return self.must_clause or self.clause if need is Need.MUST else self.clause


class UpwardRules(BaseModel):
    """upward.yaml as read; see there for what each row means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ways: tuple[OtherWay, ...]
    bodies: tuple[Body, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for rows in (self.ways, self.bodies):
            for what in ("name", "label"):
                said = [str(getattr(row, what)) for row in rows]
                twice = sorted({one for one in said if said.count(one) > 1})
                if twice:
                    raise ValueError(f"{what} 重复：{'、'.join(twice)}")
        if any(way.name == BY_CHANNEL for way in self.ways) or any(body.label == OFFICE for body in self.bodies):
            raise ValueError(f"“{BY_CHANNEL}”和“{OFFICE}”另有所指，不能用作名称")
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """What the bodies are called, which is also the name of their contacts."""
        return tuple(body.label for body in self.bodies)

    def body(self, name: str) -> Body | None:
        """The body of that name."""
        return next((one for one in self.bodies if one.name == name), None)

    def way(self, name: str) -> OtherWay | None:
        """The way of that name."""
        return next((one for one in self.ways if one.name == name), None)


def upward_rules(changes: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> UpwardRules:
    """The rules in force, with the settings' changes by the body's name. Raises BadRules."""
    content = content_of(path)
    place = _SETTING if changes else path.name
    try:
        return UpwardRules.model_validate(_changed(content, changes or {}))
    except ValidationError as error:
        raise BadRules(f"{place}：{fault_in(error, _FAULTS)}") from None


def _changed(content: Any, changes: Mapping[str, Mapping[str, Any]]) -> Any:
    bodies = content.get("bodies") if isinstance(content, dict) else None
    if not isinstance(bodies, list):
        return content
    unknown = sorted(set(changes) - {row.get("name") for row in bodies if isinstance(row, dict)})
    if unknown:
        raise BadRules(f"设置 {_SETTING}：没有名为 {'、'.join(unknown)} 的上报对象")
    for name, values in changes.items():
        fixed = sorted(set(values) - _CHANGEABLE)
        if fixed:
            raise BadRules(f"设置 {_SETTING}.{name}：不能改 {'、'.join(fixed)}，只能改名称和各等级的要求")
    return {**content, "bodies": [{**row, **changes.get(row.get("name"), {})} for row in bodies]}

"""How a risk assessment becomes a level, and what a level asks for (第三十九条): reads risk.yaml; an unknown word is an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from records.shipped_files import content_of
from records.words import Risk, Severity
from regulation.clauses import citation
from regulation.rule_rows import BadRules, fault_in

STEPS = 5
"""Probability and impact go from 1 to this."""

_FILE = Path(__file__).with_name("risk.yaml")
_SETTING = "rules.risk"
_CHANGEABLE = "from"

Need = Literal["plan", "prepared", "lead_unit", "head"]
Label = Annotated[str, Field(min_length=1, max_length=20)]
Words = Annotated[tuple[Label, ...], Field(min_length=STEPS, max_length=STEPS)]


class _Cited(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    clause: str

    @field_validator("clause")
    @classmethod
    def _known(cls, value: str) -> str:
        citation(value)
        return value


class LevelRule(_Cited):
    """Where a level begins and what it asks for."""

    level: Risk
    least: Annotated[int, Field(alias="from", strict=True, ge=1, le=STEPS * STEPS)]
    needs: frozenset[Need]
    up_to: Severity | None


class KindRule(_Cited):
    """One kind of risk."""

    kind: str
    label: Label


class MeansRule(_Cited):
    """One way of finding out."""

    means: str
    label: Label


class RiskRules(_Cited):
    """risk.yaml as read; see there for what each row means."""

    probability: Words
    impact: Words
    levels: tuple[LevelRule, ...]
    kinds: Annotated[tuple[KindRule, ...], Field(min_length=1)]
    means: Annotated[tuple[MeansRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if [row.level for row in self.levels] != list(Risk):
            raise ValueError(f"levels 应依次写 {'、'.join(Risk)} 各一条")
        begins = [row.least for row in self.levels]
        if begins[0] != 1 or sorted(set(begins)) != begins:
            raise ValueError("最低一等从 1 起，往上一等比一等高")
        for names in ([row.kind for row in self.kinds], [row.means for row in self.means]):
            if len(set(names)) != len(names):
                raise ValueError("名称重复")
        return self

    def level(self, level: Risk) -> LevelRule:
        """The row of that level."""
        return next(row for row in self.levels if row.level is level)

    def reached(self, probability: int, impact: int) -> Risk:
        """The level of one kind of risk so judged."""
        return next(row.level for row in reversed(self.levels) if probability * impact >= row.least)

    def kind_label(self, kind: str) -> str:
        """What people read for a kind; one that is gone shows by its name."""
        return next((row.label for row in self.kinds if row.kind == kind), kind)

    def means_label(self, means: str) -> str:
        """What people read for a means; one that is gone shows by its name."""
        return next((row.label for row in self.means if row.means == means), means)


def risk_rules(changes: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> RiskRules:
    """The rules in force, with the settings' figures by the level's name. Raises BadRules."""
    content = content_of(path)
    place = f"设置 {_SETTING}" if changes else path.name
    try:
        return RiskRules.model_validate(_changed(content, changes or {}))
    except ValidationError as error:
        raise BadRules(f"{place}：{fault_in(error, {}, '缺少、多余或值不对')}") from None


def _changed(content: Any, changes: Mapping[str, Mapping[str, Any]]) -> Any:
    levels = content.get("levels") if isinstance(content, dict) else None
    if not isinstance(levels, list):
        return content
    known = {str(row["level"]) for row in levels if isinstance(row, dict) and "level" in row}
    for name, values in changes.items():
        if name not in known or set(values) != {_CHANGEABLE}:
            raise BadRules(f"设置 {_SETTING}.{name}：只能改 {'、'.join(sorted(known))} 的 {_CHANGEABLE}")
    return {**content, "levels": [{**row, **changes.get(str(row.get("level")), {})} for row in levels]}

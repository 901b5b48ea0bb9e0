"""What may be done with a suggestion, and by when (第四十六至四十八条): reads suggestions.yaml; an unknown word is an error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from records.shipped_files import content_of
from records.suggestions import Did, Standing
from regulation.clauses import citation
from regulation.rule_rows import BadRules, fault_in

FROM_POST = "post"
"""The way of a suggestion that a person took from a post."""

OTHER_WAY = "other"
"""The way of a suggestion of which nobody said how it came in."""

_FILE = Path(__file__).with_name("suggestions.yaml")
_SETTING = "rules.suggestions"
_REPORT = "report"
_FAULTS = {
    "extra_forbidden": "没有这一项",
    "missing": "缺少这一项",
    "enum": "没有这个词",
    "literal_error": "没有这个词",
    "int_parsing": "应为 1 至 250 的整数",
    "int_type": "应为 1 至 250 的整数",
    "greater_than_equal": "应为 1 至 250 的整数",
    "less_than_equal": "应为 1 至 250 的整数",
}

Needed = Literal["text", "unit", "way", "happened_at", "due_on"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Way(_Row):
    """One way in which a suggestion comes in, or is answered."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    label: Annotated[str, Field(min_length=1, max_length=40)]


class Cited(_Row):
    """A row with its article."""

    clause: str

    @field_validator("clause")
    @classmethod
    def _cited(cls, value: str) -> str:
        citation(value)
        return value


class ReportRule(Cited):
    """To whom important suggestions are reported in writing."""

    addressee: Annotated[str, Field(min_length=1, max_length=80)]


class StepRule(Cited):
    """One row of `steps`: when it may be noted, what must be said with it, and until when what follows is due."""

    step: Did
    label: str
    when: frozenset[Standing]
    needs: frozenset[Needed]
    asks: str
    days: Annotated[int, Field(ge=1, le=250)] | None = None


class SuggestionRules(_Row):
    """suggestions.yaml as read; see there for what each row means."""

    report: ReportRule
    ways: tuple[Way, ...]
    feedback_ways: tuple[Way, ...]
    steps: tuple[StepRule, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sorted(row.step for row in self.steps) != sorted(Did):
            raise ValueError(f"应正好写 {'、'.join(Did)} 各一条")
        for rows in (self.ways, self.feedback_ways):
            for said in ([row.name for row in rows], [row.label for row in rows]):
                if len(set(said)) != len(said):
                    raise ValueError("名称重复")
        if {FROM_POST, OTHER_WAY} - {row.name for row in self.ways}:
            raise ValueError(f"ways 里应有 {FROM_POST} 和 {OTHER_WAY}")
        return self

    def step(self, did: Did) -> StepRule:
        """The row of that step."""
        return next(row for row in self.steps if row.step is did)

    def way(self, name: str | None) -> Way | None:
        """The way in of that name."""
        return next((row for row in self.ways if row.name == name), None)

    def feedback_way(self, name: str | None) -> Way | None:
        """The way of feedback of that name."""
        return next((row for row in self.feedback_ways if row.name == name), None)


def suggestion_rules(changes: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> SuggestionRules:
    """The rules in force, with the settings' days by the step's name, and their addressee. Raises BadRules."""
    content = content_of(path)
    place = _SETTING if changes else path.name
    try:
        return SuggestionRules.model_validate(_changed(content, changes or {}))
    except ValidationError as error:
        raise BadRules(f"{place}：{fault_in(error, _FAULTS)}") from None


def _changed(content: Any, changes: Mapping[str, Mapping[str, Any]]) -> Any:
    steps = content.get("steps") if isinstance(content, dict) else None
    if not isinstance(steps, list):
        return content
    changeable = {str(row["step"]): "days" for row in steps if isinstance(row, dict) and "days" in row}
    changeable |= {_REPORT: "addressee"}
    unknown = sorted(set(changes) - changeable.keys())
    if unknown:
        raise BadRules(f"设置 {_SETTING}：没有名为 {'、'.join(unknown)} 的一项，可改 {'、'.join(sorted(changeable))}")
    for name, values in changes.items():
        if set(values) != {changeable[name]}:
            raise BadRules(f"设置 {_SETTING}.{name}：只能改 {changeable[name]}")
    return {
        **content,
        _REPORT: {**content.get(_REPORT, {}), **changes.get(_REPORT, {})},
        "steps": [{**row, **changes.get(str(row.get("step")), {})} for row in steps],
    }

"""How the handling of a closed incident is scored (第四十五条): reads evaluation.yaml; an unknown word is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from records.words import Severity
from regulation.clauses import citation
from regulation.rule_rows import BadRules, RuleFile

_FILE = Path(__file__).with_name("evaluation.yaml")

Moment = Literal["posted", "detected", "opened", "called", "confirmed", "plan_started", "answered", "calm", "closed"]
"""The moments of an incident between which time is counted."""

MOMENTS: Mapping[Moment, str] = {
    "posted": "首帖发布",
    "detected": "发现",
    "opened": "立案",
    "called": "应启动预案",
    "confirmed": "核实",
    "plan_started": "启动预案",
    "answered": "首次回应",
    "calm": "平息",
    "closed": "办结",
}
"""What people read for them."""

Family = Literal["acknowledgement", "co_acknowledgement", "follow_up", "initial_report", "further"]
"""The duties by which clocks are counted together."""

Counted = Literal["read_right", "seen_soon"]
"""What a share is taken of."""

_COUNTED: Mapping[Counted, str] = {
    "read_right": "机器研判未被人工更正的帖文",
    "seen_soon": "发布后{late_minutes}分钟内发现的帖文",
}
Points = Annotated[int, Field(strict=True, ge=0, le=100)]
Minutes = Annotated[int, Field(strict=True, ge=0)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    clause: str

    @field_validator("clause")
    @classmethod
    def _known(cls, value: str) -> str:
        citation(value)
        return value


class Figures(_Row):
    """What several items are counted by."""

    late_minutes: Annotated[int, Field(strict=True, ge=1)]


class _Item(_Row):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    label: Annotated[str, Field(min_length=1, max_length=20)]
    points: Points

    @property
    def fault(self) -> str | None:
        """Why its figures cannot stand together, in Chinese."""
        return None


class Elapsed(_Item):
    """Points by how long it took from one moment to another."""

    how: Literal["elapsed"]
    since: Moment
    until: Moment
    full_minutes: Minutes
    none_minutes: Minutes
    severities: frozenset[Severity] = frozenset(Severity)

    @property
    def fault(self) -> str | None:
        """Why these figures cannot stand together."""
        return None if self.full_minutes < self.none_minutes else "得满分的分钟数应小于不得分的分钟数"

    @property
    def wording(self) -> str:
        """The rule in Chinese, with the figures in force."""
        return (
            f"{MOMENTS[self.since]}至{MOMENTS[self.until]}不超过{self.full_minutes}分钟得满分，"
            f"达到{self.none_minutes}分钟不得分，中间按比例"
        )


class Clocks(_Item):
    """Points by how much of their limits the clocks of some duties used up."""

    how: Literal["clocks"]
    duties: Annotated[tuple[Family, ...], Field(min_length=1)]
    none_percent: Annotated[int, Field(strict=True, ge=101, le=10_000)]
    severities: frozenset[Severity] = frozenset()

    @property
    def wording(self) -> str:
        """The rule in Chinese, with the figures in force."""
        late = "；预案晚启动的，首报自应启动时起算" if "initial_report" in self.duties else ""
        return (
            f"在时限内办结得满分，用时达到时限的{self.none_percent}%或到期未办不得分，中间按比例；有几项的取平均{late}"
        )


class Share(_Item):
    """Points by how many of those counted were right."""

    how: Literal["share"]
    of: Counted
    full_percent: Percent
    none_percent: Percent

    @property
    def fault(self) -> str | None:
        """Why these figures cannot stand together."""
        return None if self.none_percent < self.full_percent else "得满分的百分比应大于不得分的百分比"

    @property
    def wording(self) -> str:
        """The rule in Chinese; what is counted may name a figure of the file."""
        return f"{_COUNTED[self.of]}占{self.full_percent}%以上得满分，{self.none_percent}%以下不得分，中间按比例"


class Fell(_Item):
    """Points by what reaction did after an answer."""

    how: Literal["fell"]

    @property
    def wording(self) -> str:
        """The rule in Chinese."""
        return "第一次能判断效果的回应之后，已回落得满分，没有明显变化得一半，仍在上升不得分"


class Sides(_Item):
    """Points by where measures were taken."""

    how: Literal["sides"]

    @property
    def wording(self) -> str:
        """The rule in Chinese."""
        return "线上、线下都有措施得满分，只有一边得一半"


class Held(_Item):
    """Points for a forecast that held."""

    how: Literal["held"]

    @property
    def wording(self) -> str:
        """The rule in Chinese."""
        return "实际出现的事件没有超出公开前风险评估的预判得满分，超出不得分"


Item = Annotated[Elapsed | Clocks | Share | Fell | Sides | Held, Field(discriminator="how")]

_ITEMS: TypeAdapter[Any] = TypeAdapter(Item)


@dataclass(frozen=True)
class EvaluationRules:
    """evaluation.yaml as read."""

    figures: Figures
    items: tuple[Elapsed | Clocks | Share | Fell | Sides | Held, ...]

    def wording(self, item: Elapsed | Clocks | Share | Fell | Sides | Held) -> str:
        """The item's rule in Chinese, with every figure in force."""
        return item.wording.format(late_minutes=self.figures.late_minutes)


def evaluation_rules(changes: Mapping[str, Mapping[str, Any]] | None = None, path: Path = _FILE) -> EvaluationRules:
    """The rules in force, with the settings' changes. Raises BadRules."""
    file = RuleFile(
        path=path,
        setting="rules.evaluation",
        rule=_ITEMS,
        fixed=frozenset({"name", "label", "how", "since", "until", "duties", "of", "severities", "clause"}),
        sections={"figures": Figures},
        changeable=frozenset({"figures"}),
    )
    sections, items = file.read(changes)
    figures = sections["figures"]
    assert isinstance(figures, Figures)
    for item in items:
        if item.fault is not None:
            place = f"设置 rules.evaluation.{item.name}" if item.name in (changes or {}) else path.name
            raise BadRules(f"{place}：“{item.label}”{item.fault}")
    return EvaluationRules(figures, items)

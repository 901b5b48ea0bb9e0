"""Reads a file of rules whose figures the settings may change by name; whatever it does not know is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from records.shipped_files import content_of

_FAULTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "union_tag_invalid": "没有这种规则",
    "union_tag_not_found": "缺少“kind”",
    "enum": "没有这个词",
    "literal_error": "没有这个词",
    "greater_than_equal": "应为正整数",
    "int_type": "应为正整数",
}


class BadRules(ValueError):
    """Rules that cannot be used. The message is Chinese and names the file (or setting), the row and the fault."""


class NamedRule(Protocol):
    """What every rule has: a name, and a wording that must be possible with its own figures."""

    @property
    def name(self) -> str:
        """By this name the settings change its figures."""

    @property
    def wording(self) -> str:
        """The condition in Chinese, with the figures in force."""


R = TypeVar("R", bound=NamedRule)


@dataclass(frozen=True)
class RuleFile(Generic[R]):
    """How one file of rules is read.

    `sections` stand beside the rows under `rules`; the settings under `setting` may change those that are `changeable`,
    and of a rule whatever is not `fixed`.
    """

    path: Path
    setting: str
    rule: TypeAdapter[R]
    fixed: frozenset[str]
    sections: Mapping[str, type[BaseModel]]
    changeable: frozenset[str]

    def read(self, overrides: Mapping[str, Mapping[str, Any]] | None) -> tuple[dict[str, Any], tuple[R, ...]]:
        """The sections by name and the rules in the file's order. Raises BadRules."""
        content = content_of(self.path)
        if not isinstance(content, dict) or set(content) != {*self.sections, "rules"}:
            raise BadRules(f"{self.path.name}：应有且只有 {'、'.join([*self.sections, 'rules'])} 这几部分")
        changes = {name: dict(values or {}) for name, values in (overrides or {}).items()}
        sections = {name: self._section(name, content[name], changes) for name in self.sections}
        rules = tuple(self._rule(row, number, changes) for number, row in enumerate(content["rules"], 1))
        self._check(rules, changes)
        return sections, rules

    def _section(self, name: str, values: Any, changes: dict[str, dict[str, Any]]) -> BaseModel:
        changed = changes.pop(name, {}) if name in self.changeable else {}
        place = f"设置 {self.setting}.{name}" if changed else f"{self.path.name} {name}"
        try:
            return self.sections[name].model_validate(values | changed)
        except ValidationError as error:
            raise BadRules(f"{place}：{_fault(error)}") from None

    def _rule(self, row: Any, number: int, changes: dict[str, dict[str, Any]]) -> R:
        place = f"{self.path.name} 第{number}条"
        if not isinstance(row, dict):
            raise BadRules(f"{place}：应为一行规则")
        changed = changes.pop(str(row.get("name")), {})
        fixed = sorted(self.fixed & changed.keys())
        if fixed:
            raise BadRules(f"设置 {self.setting}.{row['name']}：不能改 {'、'.join(fixed)}，只能改数值")
        if changed:
            place = f"设置 {self.setting}.{row['name']}"
        try:
            rule = self.rule.validate_python(row | changed)
            rule.wording  # noqa: B018 (a label that names an unknown figure must fail here)
        except ValidationError as error:
            raise BadRules(f"{place}：{_fault(error)}") from None
        except (KeyError, IndexError):
            raise BadRules(f"{place}：label 里的花括号应是这一条自己的参数名") from None
        return rule

    def _check(self, rules: tuple[R, ...], unused: Mapping[str, Any]) -> None:
        names = [rule.name for rule in rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BadRules(f"{self.path.name}：规则名重复：{'、'.join(twice)}")
        if unused:
            raise BadRules(f"设置 {self.setting}：没有名为 {'、'.join(sorted(unused))} 的规则")


def fault_in(error: ValidationError, words: Mapping[str, str], otherwise: str = "的值不对") -> str:
    """Where the first fault of a file is and what it is, in Chinese: a check's own words, else those of `words` for its type."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    told = str(first["ctx"]["error"]) if first["type"] == "value_error" else words.get(first["type"], otherwise)
    return f"“{where}”{told}"


def _fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    key = next((str(part) for part in reversed(first["loc"]) if isinstance(part, str)), "")
    return f"“{key}”{_FAULTS.get(first['type'], '的值不对')}"

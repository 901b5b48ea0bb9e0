"""Reads playbooks: each YAML file in library/ says who does what within how many minutes for one severity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from records.actions import Act
from records.naming import office_name
from records.shipped_files import content_of
from records.words import Category, Severity

Known = TypeVar("Known", bound=StrEnum)

_LIBRARY = Path(__file__).with_name("library")
_KEYS = {"name", "severity", "categories", "items", "steps"}
_STEP_KEYS = {"id", "who", "after", "minutes", "do", "done_by", "clause"}


class BadPlaybook(ValueError):
    """A playbook file that cannot be used; the message is Chinese and names file, step and fault."""


class Doer(StrEnum):
    """Who does a step."""

    DUTY = "duty"
    UNIT = "unit"
    OFFICE = "office"
    PUBLICITY = "publicity"
    CYBERSPACE = "cyberspace"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "duty": "值班员",
            "unit": "责任单位",
            "office": office_name(),
            "publicity": "宣传部",
            "cyberspace": "网信办",
        }[self.value]


class Start(StrEnum):
    """From which moment a step's minutes count."""

    OPENED = "opened"
    RAISED = "raised"
    PLAN_STARTED = "plan_started"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"opened": "立案", "raised": "达到本等级", "plan_started": "启动预案"}[self.value]


@dataclass(frozen=True, slots=True)
class PlaybookStep:
    """One step: `who` does `do` within `within` of `after`; the act `done_by`, if any, shows by itself that it is done."""

    id: str
    who: Doer
    do: str
    after: Start
    within: timedelta
    clause: str
    done_by: Act | None = None


@dataclass(frozen=True, slots=True)
class Playbook:
    """What is done about incidents of `severity`; `categories` narrows it to some kinds, `items` to records of some items
    of the catalogue (empty: all)."""

    id: str
    name: str
    severity: Severity
    categories: frozenset[Category]
    steps: tuple[PlaybookStep, ...]
    items: tuple[str, ...] = ()

    def covers(self, item: str | None) -> bool:
        """Whether it is for records of that catalogue item: by its whole name, or by the levels above it."""
        return item is not None and any(item == one or item.startswith(f"{one}/") for one in self.items)


def playbook_from(content: Any, playbook_id: str) -> Playbook:
    """Read one playbook. Raises BadPlaybook."""
    place = f"{playbook_id}.yaml"
    if not isinstance(content, dict):
        raise BadPlaybook(f"{place}：应为 name、severity、steps 等键")
    _only(content, _KEYS, {"name", "severity", "steps"}, place)
    if not isinstance(content["steps"], list) or not content["steps"]:
        raise BadPlaybook(f"{place}：steps 应为非空的列表")
    steps = tuple(_step(row, f"{place} 第{number}步") for number, row in enumerate(content["steps"], 1))
    twice = {step.id for step in steps if sum(other.id == step.id for other in steps) > 1}
    if twice:
        raise BadPlaybook(f"{place}：步骤编号重复：{'、'.join(sorted(twice))}")
    return Playbook(
        id=playbook_id,
        name=_text(content, "name", place),
        severity=_word(Severity, content["severity"], "severity", place),
        categories=frozenset(
            _word(Category, name, "categories", place) for name in _list(content.get("categories"), "categories", place)
        ),
        steps=steps,
        items=tuple(_item(one, place) for one in _list(content.get("items"), "items", place)),
    )


@cache
def library(folder: Path = _LIBRARY) -> tuple[Playbook, ...]:
    """Every playbook of the folder, by file name. Raises BadPlaybook, also where a severity has none for all its kinds."""
    books = tuple(playbook_from(content_of(file), file.stem) for file in sorted(folder.glob("*.yaml")))
    for severity in Severity:
        general = [book.id for book in books if book.severity is severity and not (book.categories or book.items)]
        if len(general) != 1:
            raise BadPlaybook(
                f"{folder.name}：“{severity.label}”应有且只有一个不限类别和目录项的预案，现有 {len(general)} 个"
            )
    return books


def _step(row: Any, place: str) -> PlaybookStep:
    if not isinstance(row, dict):
        raise BadPlaybook(f"{place}：应为一行步骤")
    _only(row, _STEP_KEYS, _STEP_KEYS - {"done_by"}, place)
    minutes = row["minutes"]
    if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < 1:
        raise BadPlaybook(f"{place}：minutes 应为不小于 1 的整数")
    return PlaybookStep(
        id=_text(row, "id", place),
        who=_word(Doer, row["who"], "who", place),
        do=_text(row, "do", place),
        after=_word(Start, row["after"], "after", place),
        within=timedelta(minutes=minutes),
        clause=_text(row, "clause", place),
        done_by=_word(Act, row["done_by"], "done_by", place) if "done_by" in row else None,
    )


def _only(row: Mapping[Any, Any], known: set[str], needed: set[str], place: str) -> None:
    unknown = {str(key) for key in row} - known
    if unknown:
        raise BadPlaybook(f"{place}：不认识的键 {'、'.join(sorted(unknown))}")
    missing = needed - row.keys()
    if missing:
        raise BadPlaybook(f"{place}：缺少 {'、'.join(sorted(missing))}")


def _text(row: Mapping[str, Any], key: str, place: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value.strip():
        raise BadPlaybook(f"{place}：{key} 应为非空的文字")
    return value.strip()


def _list(value: Any, key: str, place: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadPlaybook(f"{place}：{key} 应为列表")
    return value


def _item(value: Any, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadPlaybook(f"{place}：items 的每一项应为目录项的名称")
    return value.strip()


def _word(words: type[Known], value: Any, key: str, place: str) -> Known:
    try:
        return words(value)
    except ValueError:
        raise BadPlaybook(f"{place}：{key} 没有“{value}”，可用 {'、'.join(words)}") from None

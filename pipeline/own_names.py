"""What the office calls itself and prints at the head of its papers, in place of what the settings file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline import own_values
from pipeline.own_values import Made, Own, Standing
from records.people import Person
from regulation.permissions import allowed
from storage.store import Transaction

CHANGE = "change_names"
"""The act in permissions.yaml and in the log."""

SUBJECT = "organisation"
"""Of the log's rows, and the group of settings that these stand over."""

LABELS = {
    "name": "单位名称",
    "office_name": "办公室名称",
    "letterhead": "报告版头",
    "serial_prefix": "文号代字",
    "report_to": "主送机关",
}
"""What each setting of the organisation is called on the page."""

LONGEST = {"name": 40, "office_name": 30, "letterhead": 30, "serial_prefix": 15, "report_to": 30}
"""So many letters at most; of each addressee."""

MOST_ADDRESSEES = 6
_KEY = "own_names"
_LIST = "report_to"


@dataclass(frozen=True, slots=True)
class Names(own_values.Ground):
    """What the office's own names stand over: those of the settings file, by their names there."""

    act: ClassVar = CHANGE
    subject: ClassVar = SUBJECT
    kept_as: ClassVar = _KEY
    called: ClassVar = "单位名称和抬头"
    settings: Mapping[str, Any]

    def standing(self, own: Own) -> Mapping[str, Standing]:
        """Every name; one that is known no more is left out."""
        usual = {name: _plain(self.settings[name]) for name in LABELS}
        return {
            name: Standing(name, label, own.get(name, usual[name]), usual[name], {"value": name})
            for name, label in LABELS.items()
        }

    def fault(self, name: str, after: Any) -> str | None:
        """Why this can be no such name."""
        given = after if name == _LIST else [after]
        if not isinstance(given, list) or not 1 <= len(given) <= MOST_ADDRESSEES:
            return f"应写 1 到 {MOST_ADDRESSEES} 个单位，用顿号隔开"
        if not all(isinstance(one, str) and one.strip() for one in given):
            return "不能为空"
        if any(not one.isprintable() or one != one.strip() or set(one) & set("{}") for one in given):
            return "不能有换行、控制字符、花括号或首尾的空格"
        if any(len(one) > LONGEST[name] for one in given):
            return f"不能超过 {LONGEST[name]} 个字"
        return "写了两次" if len(set(given)) != len(given) else None


@dataclass(frozen=True, slots=True)
class NamesPage:
    """The names, the newest changes, and how many accounts belong to the office by the name that it has now."""

    names: Mapping[str, Standing]
    changes: tuple[Made, ...]
    accounts: int


def own_names(t: Transaction) -> Own:
    """What the office has changed and not taken back."""
    kept: dict[str, Any] = t.meta.get(_KEY) or {}
    return kept


def names_page(t: Transaction, person: Person, ground: Names) -> NamesPage | None:
    """What the page shows; None for somebody who may not change it."""
    if not allowed(person.role, CHANGE):
        return None
    names = ground.standing(own_names(t))
    accounts = [one for one in t.people.all() if one.unit == names["office_name"].now]
    return NamesPage(names, tuple(own_values.history(t, ground)), len(accounts))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value

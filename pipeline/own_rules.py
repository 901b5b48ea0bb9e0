"""The office's own figures in place of those of the rules and the settings, other than the severity rules' (own_figures.py).

They hold for what happens from then on: a clock that runs keeps the policy that it was started with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pipeline import own_values
from pipeline.own_figures import CHANGE
from pipeline.own_limits import KEY, own_rules
from pipeline.own_values import Made, Own, Standing
from records.people import Person
from regulation import office_values
from regulation.office_values import Value
from regulation.permissions import allowed
from regulation.rule_rows import BadRules
from storage.store import Transaction

SUBJECT = "rules"
"""Of the log's rows."""

_PLACE = re.compile(r"^(?:设置 )?rules\.[a-z_.]+(?: 第\d+条)?：")
_FIGURE_NAME = re.compile(r"[a-z]+(?:_[a-z]+)+")


@dataclass(frozen=True, slots=True)
class OfficeRules(own_values.Ground):
    """What the office's own figures stand over: what the settings change of the rules, by family."""

    act: ClassVar = CHANGE
    subject: ClassVar = SUBJECT
    kept_as: ClassVar = KEY
    called: ClassVar = "规则的数值"
    settings: Mapping[str, Any]

    def standing(self, own: Own) -> Mapping[str, Standing]:
        """Every figure. Raises BadRules where these cannot stand together."""
        try:
            now, usual = (office_values.in_force(self.settings, values) for values in (own, {}))
        except BadRules as fault:
            raise BadRules(_plainly(str(fault))) from None
        return {
            name: Standing(name, value.label, now[name], usual[name], {"value": name, "clause": value.clause})
            for name, value in office_values.values().items()
        }

    def fault(self, name: str, after: Any) -> str | None:
        """Why this can be no value of that figure."""
        return office_values.values()[name].fault(after)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as the page shows it. `shipped` is what it is without the settings file too."""

    value: Value
    now: Any
    usual: Any
    shipped: Any


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The figures by group, and the newest changes."""

    groups: Mapping[str, tuple[Row, ...]]
    changes: tuple[Made, ...]


def rules_page(t: Transaction, person: Person, ground: OfficeRules) -> RulesPage | None:
    """What the page shows; None for somebody who may not change it."""
    if not allowed(person.role, CHANGE):
        return None
    standing = ground.standing(own_values.usable(ground, own_rules(t)))
    shipped = office_values.in_force({}, {})
    groups = {
        group.group: tuple(
            Row(value, standing[value.value].now, standing[value.value].usual, shipped[value.value])
            for value in group.values
        )
        for group in office_values.groups()
    }
    return RulesPage(groups, tuple(own_values.history(t, ground)))


def _plainly(fault: str) -> str:
    """A fault of the settings in the words of the page."""
    labels = {value.figure: value.label for value in office_values.values().values() if "_" in value.figure}
    said = _PLACE.sub("", fault)
    return (
        _FIGURE_NAME.sub(lambda found: f"“{labels[found[0]]}”" if found[0] in labels else found[0], said)
        .replace("““", "“")
        .replace("””", "”")
    )

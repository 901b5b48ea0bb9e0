"""The figures of the rules that an office changes at its desk: reads office_values.yaml, puts them over what the settings say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from records.shipped_files import content_of
from records.words import Severity
from regulation.calming import calming_rules
from regulation.clauses import citation
from regulation.disclosure_time import disclosure_time
from regulation.duty import duty_rules
from regulation.escalation import escalation
from regulation.evaluation import evaluation_rules
from regulation.limit_figures import figures_of, limits_with
from regulation.oversight import oversight_rules
from regulation.periodic import periodic_rules
from regulation.releases import release_rules
from regulation.risk import risk_rules
from regulation.rule_rows import BadRules, fault_in
from regulation.source_health import source_health_rules
from regulation.suggestions import suggestion_rules
from regulation.telling import telling
from regulation.time_limits import limit_for
from regulation.watched_records import watched_records

TIME_LIMITS = "time_limits"
"""The family of rules that has no settings: its figures are looked up where a clock begins."""

MOST_DAYS, MOST_REMINDERS = 250, 10
_FILE = Path(__file__).with_name("office_values.yaml")
_ESCALATION = "escalation"
_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

Plain = bool | int | str | list[int]
"""A value as it is kept: yes or no, a whole number, a time of day, or days before something."""

Own = Mapping[str, Any]
"""The office's own values by name."""


class Value(BaseModel):
    """One row of office_values.yaml; see its head."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_0-9]+)+$")]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Literal["whole", "time", "days", "switch"] = "whole"
    unit: str = ""
    least: int | None = None
    most: int | None = None
    clause: str
    because: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        citation(self.clause)
        if (self.kind == "whole") != (self.least is not None and self.most is not None):
            raise ValueError("least 和 most 应在 kind 为 whole 时写，其他时候不写")
        return self

    @property
    def family(self) -> str:
        """The rules it belongs to."""
        return self.value.partition(".")[0]

    @property
    def row(self) -> str:
        """The row of those rules, "" where they have none."""
        return ".".join(self.value.split(".")[1:-1])

    @property
    def figure(self) -> str:
        """Its name within the row."""
        return self.value.rpartition(".")[2]

    def shown(self, value: Any) -> str:
        """The value as people read it."""
        if self.kind == "switch":
            return "是" if value else "否"
        if self.kind == "days":
            return f"前 {'、'.join(str(day) for day in value)} 个工作日"
        return f"{value} {self.unit}" if self.unit else str(value)

    def fault(self, value: Any) -> str | None:
        """Why this can be no value of it, in Chinese."""
        if self.kind == "switch":
            return None if isinstance(value, bool) else "应为是或否"
        if self.kind == "time":
            return None if _fits(str, value, pattern=_TIME) else "应为时刻，如 22:00"
        if self.kind == "days":
            day = Annotated[int, Field(ge=0, le=MOST_DAYS, strict=True)]
            fits = _fits(list[day], value, min_length=1, max_length=MOST_REMINDERS) and len(set(value)) == len(value)
            return None if fits else f"应为 0 到 {MOST_DAYS} 的整数，最多 {MOST_REMINDERS} 个，不重复，如 3、0"
        if isinstance(value, bool) or not isinstance(value, int) or self.least is None or self.most is None:
            return "应为整数"
        if self.least <= value <= self.most:
            return None
        return self.because if value > self.most and self.because else f"应为 {self.least} 到 {self.most} 的整数"


class Group(BaseModel):
    """The values that belong together on the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: Annotated[str, Field(min_length=1)]
    values: Annotated[tuple[Value, ...], Field(min_length=1)]


@cache
def groups(path: Path = _FILE) -> tuple[Group, ...]:
    """Every value that may be changed, as the page shows them. Raises BadRules."""
    try:
        found = TypeAdapter(tuple[Group, ...]).validate_python(content_of(path))
    except ValidationError as error:
        raise BadRules(f"{path.name}：{fault_in(error, {})}") from None
    names = [value.value for group in found for value in group.values]
    unknown = [value.value for group in found for value in group.values if value.family not in _READ]
    if len(set(names)) != len(names) or unknown:
        raise BadRules(f"{path.name}：{'、'.join(unknown) or '名称'}不认识或写了两次")
    return found


@cache
def values() -> Mapping[str, Value]:
    """The same by name."""
    return {value.value: value for group in groups() for value in group.values}


def in_force(settings: Mapping[str, Any], own: Own) -> dict[str, Plain]:
    """Every value as it counts with the office's own over the settings, which are given by family. Raises BadRules."""
    by_family = changes(settings, own)
    read = {family: _READ[family](by_family.get(family)) for family in {value.family for value in values().values()}}
    return {name: read[value.family][name.partition(".")[2]] for name, value in values().items()}


def changes(settings: Mapping[str, Any], own: Own) -> dict[str, Any]:
    """What the settings change, by family, with the office's own values over that. A value that is known no more is left out."""
    found = dict(settings)
    for name, kept in own.items():
        value = values().get(name)
        if value is not None:
            found[value.family] = _put(found.get(value.family), value, kept)
    return found


def _put(changed: Any, value: Value, kept: Any) -> Any:
    if value.family == _ESCALATION:
        return _put_row(changed or (), value, kept)
    if not value.row:
        return {**(changed or {}), value.figure: kept}
    return {**(changed or {}), value.row: {**(changed or {}).get(value.row, {}), value.figure: kept}}


def _put_row(rows: Any, value: Value, kept: Any) -> tuple[Mapping[str, Any], ...]:
    """The settings' rows of 逐级提醒; the row of a severity for every unit is changed, or added."""
    others = [row for row in rows if row.get("unit") or row.get("severity") != value.row]
    mine: Mapping[str, Any] = next(
        (row for row in rows if not row.get("unit") and row.get("severity") == value.row), {}
    )
    return (*others, {"severity": value.row, **mine, value.figure: kept})


def _fits(kind: Any, value: Any, **limits: Any) -> bool:
    try:
        TypeAdapter(Annotated[kind, Field(**limits)]).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _flat(rules: BaseModel) -> dict[str, Any]:
    return {name: _plain(value) for name, value in rules.model_dump(mode="python").items()}


def _plain(value: Any) -> Any:
    """As it is kept and compared: 22:00 for a time of day, 24 for 24.0, a list for a tuple."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return list(value) if isinstance(value, tuple) else value


def _rows(rows: Mapping[str, BaseModel], *, by_alias: bool = False) -> dict[str, Any]:
    found = {row: {k: _plain(v) for k, v in rules.model_dump(by_alias=by_alias).items()} for row, rules in rows.items()}
    return {f"{row}.{name}": value for row, values in found.items() for name, value in values.items()}


def _health(settings: Any) -> dict[str, Any]:
    rules = source_health_rules(settings)
    return _rows({**{rule.name: rule for rule in rules.rules}, "telling": rules.telling, "watch": rules.watch})


def _climbing(settings: Any) -> dict[str, Any]:
    rows = escalation(settings or ()).rows
    return _rows({severity.value: rows[severity, None] for severity in Severity})


def _disclosing(settings: Any) -> dict[str, Any]:
    rules = disclosure_time(settings)
    return _rows({**{rule.kind.value: rule for rule in rules.rules}, "closing": rules.closing})


def _evaluation(settings: Any) -> dict[str, Any]:
    rules = evaluation_rules(settings)
    return _rows({**{item.name: item for item in rules.items}, "figures": rules.figures})


def _limits(settings: Any) -> dict[str, Any]:
    changed = limits_with(settings or {})
    names = dict.fromkeys(value.row for value in values().values() if value.family == TIME_LIMITS)
    limits = {name: changed.get(name) or limit_for(name) for name in names}
    return {f"{name}.{figure}": value for name, limit in limits.items() for figure, value in figures_of(limit).items()}


_READ: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    TIME_LIMITS: _limits,
    _ESCALATION: _climbing,
    "telling": lambda settings: _flat(telling(settings)),
    "source_health": _health,
    "calming": lambda settings: _flat(calming_rules(settings)),
    "disclosure_time": _disclosing,
    "releases": lambda settings: _flat(release_rules(settings)),
    "suggestions": lambda settings: _rows({row.step.value: row for row in suggestion_rules(settings).steps}),
    "risk": lambda settings: _rows({row.level.value: row for row in risk_rules(settings).levels}, by_alias=True),
    "evaluation": _evaluation,
    "duty": lambda settings: _flat(duty_rules(settings)),
    "watched_records": lambda settings: _flat(watched_records(settings)),
    "periodic": lambda settings: _rows({kind.value: rule for kind, rule in periodic_rules(settings).rules.items()}),
    "oversight": lambda settings: _flat(oversight_rules(settings)),
}

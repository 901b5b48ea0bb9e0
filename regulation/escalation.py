"""Who is told as well when nobody acknowledges an incident: reads escalation.yaml and what the settings change of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from records.alerts import OFFICE, Step
from records.shipped_files import content_of
from records.words import Rung, Severity
from regulation.recipients import RESPONSIBLE_UNIT
from regulation.rule_rows import BadRules

CLIMBED = "climbed"
"""The kind of alert by which the next one up is told."""

_FILE = Path(__file__).with_name("escalation.yaml")
_SETTING = "rules.escalation"
_TO = {Rung.UNIT_HEAD: RESPONSIBLE_UNIT, Rung.OFFICE: OFFICE, Rung.LEADERS: OFFICE}
_FAULTS = {"extra_forbidden": "没有这一项", "missing": "缺少这一项", "enum": "没有这个等级"}
Minutes = Annotated[int, Field(ge=1, le=10080, strict=True)]


class Row(BaseModel):
    """The steps for one severity, of every unit or of one; see escalation.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Severity
    unit: Annotated[str, Field(min_length=1)] | None = None
    unit_head: Minutes | None = None
    office: Minutes | None = None
    leaders: Minutes | None = None
    clause: str

    @property
    def name(self) -> str:
        """The row as a message names it."""
        return f"“{self.severity.label}”" + (f"（{self.unit}）" if self.unit else "")

    def minutes(self) -> dict[Rung, int]:
        """After how many minutes each step that there is comes, the lowest first."""
        found = {Rung.UNIT_HEAD: self.unit_head, Rung.OFFICE: self.office, Rung.LEADERS: self.leaders}
        return {rung: minutes for rung, minutes in found.items() if minutes is not None}


@dataclass(frozen=True)
class Escalation:
    """The rows in force, by severity and unit (None: every unit that has no row of its own)."""

    rows: Mapping[tuple[Severity, str | None], Row]

    def steps_for(self, severity: Severity, unit: str | None) -> tuple[Step, ...]:
        """The steps that climb, for the clock of an incident that nobody has acknowledged."""
        row = self.rows.get((severity, unit)) or self.rows[severity, None]
        return tuple(
            Step(CLIMBED, timedelta(minutes=minutes), (_TO[rung],), rung=rung)
            for rung, minutes in row.minutes().items()
        )


def escalation(changes: Sequence[Mapping[str, Any]] = (), path: Path = _FILE) -> Escalation:
    """The rules in force, with the settings' changes. Raises BadRules naming the file or setting, the row and the fault."""
    shipped = content_of(path)
    rows = _by_key(_row(row, f"{path.name} 第{number}条") for number, row in enumerate(shipped, 1))
    missing = [severity.label for severity in Severity if (severity, None) not in rows]
    if missing:
        raise BadRules(f"{path.name}：缺少“{missing[0]}”的一条")
    rows |= _changed(rows, changes)
    for row in rows.values():
        _check_order(row)
    for unit in {row.unit for row in rows.values()}:
        _check_severities([rows.get((severity, unit)) or rows[severity, None] for severity in Severity])
    return Escalation(rows)


def _changed(
    shipped: Mapping[tuple[Severity, str | None], Row], changes: Sequence[Mapping[str, Any]]
) -> dict[tuple[Severity, str | None], Row]:
    """The settings' rows; those for every unit come first, since the others begin as they are."""
    general = _by_key(_over(row, shipped, number) for number, row in enumerate(changes, 1) if not row.get("unit"))
    base = {**shipped, **general}
    return general | _by_key(_over(row, base, number) for number, row in enumerate(changes, 1) if row.get("unit"))


def _over(change: Mapping[str, Any], base: Mapping[tuple[Severity, str | None], Row], number: int) -> Row:
    place = f"设置 {_SETTING} 第{number}条"
    if "clause" in change:
        raise BadRules(f"{place}：不能改 clause")
    named = change.get("severity")
    if not isinstance(named, str) or named not in set(Severity):
        raise BadRules(f"{place}：“severity”应为 {'、'.join(Severity)} 之一")
    return _row(base[Severity(named), None].model_dump() | dict(change), place)


def _row(row: Any, place: str) -> Row:
    if not isinstance(row, dict):
        raise BadRules(f"{place}：应为一行规则")
    try:
        return Row.model_validate(row)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise BadRules(
            f"{place}：“{first['loc'][0]}”{_FAULTS.get(first['type'], '应为 1 到 10080 的整数（分钟）')}"
        ) from None


def _by_key(rows: Iterable[Row]) -> dict[tuple[Severity, str | None], Row]:
    found: dict[tuple[Severity, str | None], Row] = {}
    for row in rows:
        if (row.severity, row.unit) in found:
            raise BadRules(f"逐级提醒：{row.name}写了两次，只留一条")
        found[row.severity, row.unit] = row
    return found


def _check_order(row: Row) -> None:
    for (lower, first), (upper, then) in pairwise(row.minutes().items()):
        if then <= first:
            raise BadRules(f"逐级提醒：{row.name}的{upper.label}（{then} 分钟）应晚于{lower.label}（{first} 分钟）")


def _check_severities(rows: Sequence[Row]) -> None:
    for lesser, graver in pairwise(rows):
        for rung, minutes in lesser.minutes().items():
            then = graver.minutes().get(rung)
            if then is None or then > minutes:
                said = "不告知" if then is None else f"{then} 分钟才告知"
                raise BadRules(f"逐级提醒：{lesser.name} {minutes} 分钟告知{rung.label}，更重的{graver.name}却{said}")

"""Reads people who are to have an account from a spreadsheet, row by row: a bad row is reported and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from records.people import Person
from records.shipped_files import content_of
from records.spreadsheets import BadRow, Table, headings_of, is_empty, keyed, plain_text
from records.words import Role

KEYS = ("name", "unit", "role", "username")
_NEEDED = ("name", "role")
_FILE = Path(__file__).with_name("people_columns.yaml")
_ADVICE = "请用“管理”页“账户”里的模板"


@dataclass(frozen=True, slots=True)
class GoodPerson:
    """A row that can be looked at further; a person without a username is given one."""

    number: int
    person: Person


ReadPerson = GoodPerson | BadRow


def template() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings of an empty file, and two rows that show how it is filled in."""
    shown: list[tuple[str, ...]] = [
        ("张三", "", Role.DUTY.label, "zhangsan"),
        ("李四", "区住建局", Role.UNIT.label, ""),
    ]
    return headings_of(_shipped()["columns"], KEYS), shown


def read_people(rows: Table) -> Iterator[ReadPerson]:
    """The people of a table whose first row holds the headings; empty rows are passed over. Raises Unreadable."""
    _, found = keyed(rows, _shipped()["columns"], _NEEDED, _ADVICE)
    roles = {**_shipped()["words"], **{role.label: role.value for role in Role}}
    for number, values in found:
        yield _checked(number, {key: _cell(value) for key, value in values.items()}, roles)


def _checked(number: int, row: Mapping[str, str | None], roles: Mapping[str, str]) -> ReadPerson:
    name, role = row["name"], row["role"]
    if name is None:
        return BadRow(number, "姓名", "没有填写姓名")
    if role is None:
        return BadRow(number, "身份", f"没有填写“{name}”的身份")
    if role not in roles:
        return BadRow(number, "身份", f"身份“{role[:20]}”不认得：可写 {'、'.join(one.label for one in Role)}")
    return GoodPerson(number, Person(row.get("username") or "", name, Role(roles[role]), row.get("unit")))


def _cell(value: object) -> str | None:
    return None if is_empty(value) else plain_text(value)


@cache
def _shipped() -> dict[str, Any]:
    content: dict[str, Any] = content_of(_FILE)
    return content

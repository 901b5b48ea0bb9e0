"""Which role may do which act: reads permissions.yaml; a role or an act that it does not know is an error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from records.actions import Act
from records.shipped_files import content_of
from records.words import Role, Scope

_FILE = Path(__file__).with_name("permissions.yaml")
_KEYS = {"act", "roles", "own_unit", "co_unit", "clause"}


class UnknownRole(ValueError):
    """A role that the desk does not have."""


class UnknownAct(ValueError):
    """An act that stands in no row of permissions.yaml."""


class BadPermissions(ValueError):
    """permissions.yaml cannot be read as rows; the message names the row and the fault."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One act: `roles` may do it anywhere, `own_unit` only for their own unit's incidents and records,
    `co_unit` for incidents with which their own unit helps."""

    act: str
    roles: frozenset[Role]
    own_unit: frozenset[Role]
    co_unit: frozenset[Role]
    clause: str | None


def allowed(role: Role | str, act: str, *, own: bool = True, helping: bool = False) -> bool:
    """Whether `role` may do `act`; `own` says whether the matter is one of the person's own unit, `helping` whether it is
    an incident with which that unit helps.

    Without `own` the answer is "may do it at all"; ask `allowed(role, act, own=...)` (or `everywhere`) before an act on
    one incident. Raises UnknownRole, UnknownAct.
    """
    permission = _permission(act)
    known = _role(role)
    if known in permission.roles or (own and known in permission.own_unit):
        return True
    return helping and known in permission.co_unit


def everywhere(role: Role | str, act: str) -> bool:
    """Whether `role` may do `act` for every unit's matters. Raises UnknownRole, UnknownAct."""
    return allowed(role, act, own=False)


def concerns(unit: str | None, responsible: str | None) -> bool:
    """Whether a matter whose responsible unit is `responsible` is one of a person's own `unit`."""
    return unit is not None and unit == responsible


def may_read_record(role: Role | str, unit: str | None, scope: Scope, responsible: str | None) -> bool:
    """Whether a person may see title and body of a disclosure record of this scope and responsible unit."""
    act = "view_disclosures" if scope is Scope.PUBLIC else "view_party_records"
    return allowed(role, act, own=concerns(unit, responsible))


def permissions() -> tuple[Permission, ...]:
    """Every row, in the file's order."""
    return tuple(_table().values())


def table_from(rows: Any, file: str) -> dict[str, Permission]:
    """Read the rows. Raises BadPermissions naming the file, the row and the fault."""
    if not isinstance(rows, list):
        raise BadPermissions(f"{file}: a list of rows is expected")
    table: dict[str, Permission] = {}
    for number, row in enumerate(rows, 1):
        permission = _read(row, f"{file}: row {number}")
        if permission.act in table:
            raise BadPermissions(f"{file}: row {number}: {permission.act} stands twice")
        table[permission.act] = permission
    missing = set(Act) - table.keys()
    if missing:
        raise BadPermissions(f"{file}: no row for {', '.join(sorted(missing))}")
    return table


def _read(row: Any, place: str) -> Permission:
    if not isinstance(row, dict) or not isinstance(row.get("act"), str) or not isinstance(row.get("roles"), list):
        raise BadPermissions(f"{place}: needs `act` and `roles`")
    unknown = row.keys() - _KEYS
    if unknown:
        raise BadPermissions(f"{place}: unknown key {', '.join(sorted(map(str, unknown)))}")
    try:
        keys = ("roles", "own_unit", "co_unit")
        anywhere, own, helping = (frozenset(Role(name) for name in row.get(key, [])) for key in keys)
    except ValueError as fault:
        raise BadPermissions(f"{place}: {fault}") from None
    return Permission(row["act"], anywhere, own, helping, row.get("clause"))


@cache
def _table() -> dict[str, Permission]:
    return table_from(content_of(_FILE), _FILE.name)


def _permission(act: str) -> Permission:
    try:
        return _table()[act]
    except KeyError:
        raise UnknownAct(f"no row for the act {act!r} in {_FILE.name}") from None


def _role(role: Role | str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise UnknownRole(f"no role {role!r}") from None

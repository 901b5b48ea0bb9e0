"""Why an incident can be dismissed: reads dismissals.yaml; a reason that it does not know is an error."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from records.corrections import Part
from records.shipped_files import content_of

_FILE = Path(__file__).with_name("dismissals.yaml")


class BadDismissals(ValueError):
    """dismissals.yaml cannot be read as rows; the message names the row and the fault."""


class UnknownDismissal(ValueError):
    """A reason that stands in no row of dismissals.yaml. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """One reason: what people read, what of the posts was `wrong`, and the button that corrects it for all of them."""

    name: str
    label: str
    hint: str
    wrong: Part | None
    press: str | None
    clause: str


def dismissals() -> tuple[Dismissal, ...]:
    """Every reason, in the file's order."""
    return tuple(_table().values())


def dismissal(name: str) -> Dismissal:
    """The reason of that name. Raises UnknownDismissal."""
    try:
        return _table()[name]
    except KeyError:
        known = "、".join(f"{one.name}（{one.label}）" for one in dismissals())
        raise UnknownDismissal(f"没有“{name[:30]}”这个排除原因：可用 {known}") from None


def table_from(rows: Any, file: str) -> dict[str, Dismissal]:
    """Read the rows. Raises BadDismissals naming the file, the row and the fault."""
    if not isinstance(rows, list):
        raise BadDismissals(f"{file}: a list of rows is expected")
    table: dict[str, Dismissal] = {}
    for number, row in enumerate(rows, 1):
        one = _read(row, f"{file}: row {number}")
        if one.name in table:
            raise BadDismissals(f"{file}: row {number}: {one.name} stands twice")
        table[one.name] = one
    return table


def _read(row: Any, place: str) -> Dismissal:
    keys = {field.name for field in fields(Dismissal)}
    if not isinstance(row, dict) or row.keys() != keys:
        raise BadDismissals(f"{place}: exactly these keys are expected: {', '.join(sorted(keys))}")
    if any(not isinstance(row[key], str) for key in ("name", "label", "hint", "clause")):
        raise BadDismissals(f"{place}: `name`, `label`, `hint` and `clause` must be text")
    if (row["wrong"] is None) != (row["press"] is None) or row["wrong"] not in (None, *Part):
        raise BadDismissals(f"{place}: `wrong` must be one of {', '.join(Part)} with its `press`, or both null")
    return Dismissal(**{**row, "wrong": row["wrong"] and Part(row["wrong"])})


@cache
def _table() -> dict[str, Dismissal]:
    return table_from(content_of(_FILE), _FILE.name)

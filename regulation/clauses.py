"""Reads clauses.yaml: every clause that the desk carries out, its words, and the room in the code that does it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from records.shipped_files import content_of

_FILE = Path(__file__).with_name("clauses.yaml")
_KEYS = {"id", "text", "room"}
_ID = re.compile(r"(?P<document>H|E)-(?P<number>\d+)(?:\((?P<item>\d+)\))?(?P<sub>\d+)?")
_OTHER_DOCUMENT = re.compile(r"\S+〔\d{4}〕\d+号.*")
_DOCUMENTS = {"H": "惠党办发〔2019〕48号", "E": "鄂政协机党组发〔2022〕50号"}
_DIGITS = "〇一二三四五六七八九"


class BadClauses(ValueError):
    """clauses.yaml cannot be read as rows; the message names the row and the fault."""


class UnknownClause(ValueError):
    """An id that stands in no row of clauses.yaml."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. `room` is the path of the module that carries it out, None while none does."""

    id: str
    text: str
    room: str | None

    @property
    def citation(self) -> str:
        """The clause as people cite it, such as 惠党办发〔2019〕48号第四十二条（三）."""
        found = _ID.fullmatch(self.id)
        assert found is not None
        item = f"（{_chinese(int(found['item']))}）" if found["item"] else ""
        if found["document"] == "H":
            return f"{_DOCUMENTS['H']}第{_chinese(int(found['number']))}条{item}"
        return f"{_DOCUMENTS['E']}{_chinese(int(found['number']))}{item}{found['sub'] or ''}"


def clauses() -> tuple[Clause, ...]:
    """Every clause, in the documents' order."""
    return tuple(_table().values())


def clause(clause_id: str) -> Clause:
    """The clause of that id. Raises UnknownClause."""
    try:
        return _table()[clause_id]
    except KeyError:
        raise UnknownClause(f"no clause {clause_id!r} in {_FILE.name}") from None


def citation(name: str) -> str:
    """A clause as people cite it by its id; the citation of another document as it stands. Raises UnknownClause."""
    if _OTHER_DOCUMENT.fullmatch(name):
        return name
    return clause(name).citation


def clauses_from(rows: Any, file: str) -> dict[str, Clause]:
    """Read the rows. Raises BadClauses naming the file, the row and the fault."""
    if not isinstance(rows, list):
        raise BadClauses(f"{file}: a list of rows is expected")
    table: dict[str, Clause] = {}
    for number, row in enumerate(rows, 1):
        place = f"{file}: row {number}"
        if not isinstance(row, dict) or row.keys() != _KEYS:
            raise BadClauses(f"{place}: exactly these keys are expected: {', '.join(sorted(_KEYS))}")
        if not isinstance(row["id"], str) or _ID.fullmatch(row["id"]) is None:
            raise BadClauses(f"{place}: {row['id']!r} is no clause id")
        if not isinstance(row["text"], str) or not isinstance(row["room"], str | None):
            raise BadClauses(f"{place}: `text` must be text and `room` a path or null")
        if row["id"] in table:
            raise BadClauses(f"{place}: {row['id']} stands twice")
        table[row["id"]] = Clause(row["id"], row["text"], row["room"])
    return table


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


@cache
def _table() -> dict[str, Clause]:
    return clauses_from(content_of(_FILE), _FILE.name)

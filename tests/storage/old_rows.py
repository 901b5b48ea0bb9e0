"""Fills a store of any schema, an old one too: rows for each table, made from its columns as they stand in the database."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from storage.audit import Audit
from tests.storage.making import NOON

Row = dict[str, Any]

FIRST_MOMENT = 1_775_822_400_000_000
"""Noon of 10 April 2026, as the store keeps a time."""

MINUTE = 60_000_000

NOT_OURS = {"alembic_version", "sqlite_sequence"}


def _day(number: int) -> str:
    return (date(2026, 4, 10) + timedelta(days=number)).isoformat()


SAID: dict[str, Any] = {
    # In whichever table has the column: words of the closed vocabularies, days, and JSON as its readers expect it.
    "sentiment": "negative",
    "before_sentiment": "negative",
    "after_sentiment": "neutral",
    "category": "misreading",
    "before_category": "misreading",
    "after_category": "emergency",
    "severity": "general",
    "first_day": _day,
    "last_day": _day,
    # In one table.
    "alert.level": "duty",
    "alert.state": "queued",
    "answer.kind": "incident",
    "answer.state": "draft",
    "answer_entry.noted": "submitted",
    "answer_entry.words": None,
    "assessment.category_scores": {"misreading": 0.5},
    "assessment.grounds": [["disclosure", "规则", ["停水"]]],
    "assessment.why": [["停水", 0.5]],
    "attempt.outcome": "open",
    "catalogue_filing.noted": "filed",
    "catalogue_version.deed": "started",
    "catalogue_version.letter": "A",
    "checklist_entry.noted": "done",
    "claim.way": "visit",
    "contact.level": "duty",
    "deadline.ends": "noted",
    "deadline.state": "open",
    "disclosure.risk": "low",
    "disclosure.scope": "public",
    "former_member.channel": "forum",
    "incident.state": "open",
    "inspection_entry.noted": "found",
    "inspection_sheet.kind": "office",
    "inspection_sheet.rules": {},
    "intake.change": "new",
    "measure.side": "offline",
    "member.channel": "forum",
    "outbox.state": "queued",
    "paper.kind": "special",
    "paper.revision": 1,
    "paper_version.content": {"title": "专报", "sections": []},
    "paper_version.revision": 1,
    "periodic_due.kind": "daily",
    "person.role": "office",
    "post.channel": "forum",
    "proposal_entry.attribute": "open",
    "proposal_entry.form": None,
    "proposal_entry.noted": "filled",
    "proposal_entry.until": _day,
    "publication_look.state": "answers",
    "rectification_entry.did": "opened",
    "release_step.state": "planned",
    "reminder.state": "pending",
    "report.kind": "initial",
    "report_correcting.kind": "initial",
    "report_part.kind": "initial",
    "report_part.part": "public_views",
    "report_part_version.kind": "initial",
    "report_part_version.part": "public_views",
    "risk_assessment.level": "low",
    "risk_note.noted": "seen",
    "source_day.day": _day,
    "suggestion_entry.did": "registered",
    "upward.need": "must",
    "upward.noted": "need",
    "upward.report": "initial",
    "verification.verdict": "open",
}


class Filling:
    """Makes rows that no other row is like; a row that must name another one names the first that none of its kind names."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)
        self._tables: dict[str, Table] = {}
        self._shapes: dict[str, frozenset[str]] = {}
        self._named: dict[tuple[str, str], int] = defaultdict(int)
        self._number = 0

    def fill(self, connection: Connection) -> None:
        """Two rows for every table that has none of ours yet or has other columns than at the last time."""
        for table in self._changed(connection):
            if table.name == "audit":
                Audit(connection).append(NOON, "王芳", "office", "filled", "这一版", True, {"table": 1})
                continue
            self.add(connection, table.name, whole=False)
            self.add(connection, table.name, whole=True)

    def add(self, connection: Connection, name: str, *, whole: bool, **given: Any) -> Row:
        """One row: with every column, or with those alone that must have a value."""
        table = self._tables[name]
        self._number += 1
        values = {
            column.name: given[column.name] if column.name in given else self._value(connection, column, whole)
            for column in table.columns
            if column.name in given or (not _by_itself(connection, column) and (whole or _must(column)))
        }
        values = {column: value for column, value in values.items() if value is not None}
        written = connection.execute(table.insert().values(values).returning(*table.columns)).one()
        self.rows[name].append(dict(written._mapping))
        return self.rows[name][-1]

    def _changed(self, connection: Connection) -> list[Table]:
        shapes = shapes_of(connection)
        changed = {name for name, shape in shapes.items() if self._shapes.get(name) != shape}
        self._shapes = shapes
        read = MetaData()
        read.reflect(connection, only=sorted(changed))
        self._tables.update(read.tables)
        return [table for table in read.sorted_tables if table.name in changed]

    def _value(self, connection: Connection, column: Column[Any], whole: bool) -> Any:
        if column.foreign_keys:
            return self._of_other(connection, column, whole)
        for name in (f"{column.table.name}.{column.name}", column.name):
            if name in SAID:
                said = SAID[name]
                return said(self._number) if callable(said) else said
        return _plain(column, self._number, whole)

    def _of_other(self, connection: Connection, column: Column[Any], whole: bool) -> Any:
        (key,) = column.foreign_keys
        other, field = key.target_fullname.split(".")
        there = self.rows[other]
        mark = (column.table.name, column.name)
        if other == column.table.name:
            return there[-1][field]
        if self._named[mark] >= len(there) and (_alone(column) or not there):
            self.add(connection, other, whole=whole)
        named = there[min(self._named[mark], len(there) - 1)][field]
        self._named[mark] += 1
        return named


def shapes_of(connection: Connection) -> dict[str, frozenset[str]]:
    """The columns of every table."""
    columns = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    if connection.dialect.name == "sqlite":
        columns = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'"
    found: dict[str, set[str]] = defaultdict(set)
    for table, column in connection.exec_driver_sql(columns):
        found[table].add(column)
    return {name: frozenset(found[name]) for name in found.keys() - NOT_OURS}


def _by_itself(connection: Connection, column: Column[Any]) -> bool:
    """Whether the database numbers it."""
    if column.foreign_keys or not column.primary_key:
        return False
    if connection.dialect.name == "postgresql":
        return column.server_default is not None
    return len(column.table.primary_key.columns) == 1 and type(column.type).__name__ == "INTEGER"


def _must(column: Column[Any]) -> bool:
    return not column.nullable and column.server_default is None


def _alone(column: Column[Any]) -> bool:
    """Whether no two rows may name the same one, as far as their other columns do not tell them apart."""
    unique = [set(one.columns.keys()) for one in column.table.constraints if isinstance(one, UniqueConstraint)]
    return column.primary_key or any(column.name in names for names in unique)


def _plain(column: Column[Any], number: int, whole: bool) -> Any:
    match column.type:
        case JSON():
            return []
        case Boolean():
            return whole
        case Float():
            return number / 8
        case BigInteger():
            return FIRST_MOMENT + number * MINUTE
        case Integer():
            return number
        case LargeBinary():
            return bytes([number % 256])
        case String(length=length):
            return f"{column.name} {number}"[-(length or 200) :].ljust(length or 0, "字")
    raise TypeError(f"no value for {column.table.name}.{column.name}: {column.type!r}")

"""Copies every row of one record store into another, part by part, and shows that both hold the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select, text
from sqlalchemy.exc import DataError

from storage.store import Store, Transaction
from storage.tables import metadata

PART = 1_000
"""Rows that are copied in one transaction."""

_NUL = "\x00"

Progress = Callable[[str, int, int], None]
"""Hears the name of a table, how many of its rows are there by now, and how many there will be."""


class CannotMove(RuntimeError):
    """The store cannot be moved there. The message is Chinese and says what is in the way."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: the number of its rows, and a hash of them that does not depend on their order."""

    rows: int
    digest: str


def tables() -> list[Table]:
    """All tables, those that others refer to first."""
    return list(metadata.sorted_tables)


def counts(t: Transaction) -> dict[str, int]:
    """How many rows each table holds."""
    return {table.name: _count(t.connection, table) for table in tables()}


def copy(source: Transaction, target: Store, progress: Progress = lambda table, done, rows: None) -> None:
    """Copy what `target` does not hold yet of each table. `source` must stand still meanwhile, as within a transaction of
    its own; what an interrupted run has copied stays.

    Raises CannotMove for a row that the other database cannot hold, naming it.
    """
    whole = counts(source)
    with target.reading() as t:
        there = counts(t)
    for name, done in there.items():
        if done > whole[name]:
            raise CannotMove(f"目标库的 {name} 比原库多 {done - whole[name]} 行：它不是空库，也不是上次没搬完的")
    for table in tables():
        done = there[table.name]
        for part in _parts(source.connection, table, done):
            with target.transaction() as t:
                _put(t.connection, table, part)
            done += len(part)
            progress(table.name, done, whole[table.name])
    with target.transaction() as t:
        for table in tables():
            _go_on_counting(source.connection, t.connection, table)


def content(t: Transaction) -> dict[str, Content]:
    """What every table holds; equal for two stores that hold the same, whichever database they are on."""
    return {table.name: _content(t.connection, table) for table in tables()}


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _parts(connection: Connection, table: Table, done: int) -> Iterator[Sequence[Row[Any]]]:
    """The rows from the `done`th on, always in the same order."""
    query = select(table).order_by(*table.primary_key.columns).offset(done).execution_options(yield_per=PART)
    yield from connection.execute(query).partitions(PART)


def _put(connection: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    values = [dict(row._mapping) for row in rows]
    for row in values:
        faulty = next((name for name, value in row.items() if isinstance(value, str) and _NUL in value), None)
        if faulty is not None and connection.dialect.name == "postgresql":
            raise CannotMove(
                f"{_named(table, row)} 的 {faulty} 里有空字符（U+0000），PostgreSQL 存不下：请先改正这一行"
            )
    _insert(connection, table, values)


def _insert(connection: Connection, table: Table, values: Sequence[dict[str, Any]]) -> None:
    try:
        with connection.begin_nested():
            connection.execute(insert(table), values)
    except DataError as error:
        if len(values) == 1:
            said = str(error.orig).splitlines()[0]
            raise CannotMove(f"{_named(table, values[0])} 里有目标库存不下的值：{said}") from None
        # Which one it is shows by halves.
        middle = len(values) // 2
        _insert(connection, table, values[:middle])
        _insert(connection, table, values[middle:])


def _named(table: Table, row: Mapping[str, Any]) -> str:
    key = "、".join(str(row[column.name]) for column in table.primary_key.columns)
    return f"{table.name} 的 {key}"


def _go_on_counting(source: Connection, target: Connection, table: Table) -> None:
    """Let the next row get a number that no row has ever had, those that are gone among them."""
    column = table.autoincrement_column
    if column is None:
        return
    highest = source.execute(select(func.max(column))).scalar() or 0
    if source.dialect.name == "sqlite" and table.dialect_options["sqlite"].get("autoincrement"):
        seen = source.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}).scalar()
        highest = max(highest, seen or 0)
    if not highest:
        return
    if target.dialect.name == "postgresql":
        named = {"table": f'"{table.name}"', "column": column.name, "highest": highest}
        # None where the column is numbered by ourselves.
        target.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"), named)
    else:
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        row = {"name": table.name, "highest": highest}
        target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :highest)"), row)


def _content(connection: Connection, table: Table) -> Content:
    rows, total = 0, 0
    for row in connection.execute(select(table).execution_options(yield_per=PART)):
        rows += 1
        total += int.from_bytes(hashlib.sha256(_written(row)).digest())
    return Content(rows, f"{total % (1 << 256):064x}")


def _written(row: Row[Any]) -> bytes:
    """A row as bytes, the same on every database."""
    return json.dumps([_plain(value) for value in row], sort_keys=True, ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    return value

"""Inserts rows beside those that are there already: leaves these alone or adds to them, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert `values`; True if a row was written, False where a unique key already held one."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    key = next(iter(table.primary_key))
    # Values beside the statement, not in it: the statement is built and compiled once, not for every row.
    written = connection.execute(insert(table).on_conflict_do_nothing().returning(key), values)
    return written.first() is not None


def insert_adding(connection: Connection, table: Table, rows: Select[Any], counts: Sequence[str]) -> None:
    """Insert the selected rows, whose columns are named as the table's; where a key is there, add the `counts` to its row.

    The rows must have a WHERE or GROUP BY (else SQLite reads ON CONFLICT as part of a join), and each key once.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = insert(table).from_select([column.name for column in rows.selected_columns], rows)
    more = {name: table.c[name] + adding.excluded[name] for name in counts}
    connection.execute(adding.on_conflict_do_update(index_elements=list(table.primary_key), set_=more))

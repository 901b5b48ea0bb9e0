"""Inserts a row unless its key is there already, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert `values`; True if a row was written, False where a unique key already held one."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    key = next(iter(table.primary_key))
    # Values beside the statement, not in it: the statement is built and compiled once, not for every row.
    written = connection.execute(insert(table).on_conflict_do_nothing().returning(key), values)
    return written.first() is not None

"""Inserts a row unless its key is there already, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert `values`; True if a row was written, False where a unique key already held one."""
    if connection.dialect.name == "postgresql":
        written = connection.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    else:
        written = connection.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    return written.rowcount == 1

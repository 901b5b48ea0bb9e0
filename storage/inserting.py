"""Inserts rows beside those that are there already: leaves these alone or adds to them, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, TypeDecorator, column, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, none of bytes.

    On PostgreSQL they travel as one value: one by one, each takes longer on its way than it takes to be stored.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    columns = [table.c[name] for name in rows[0]]
    own = {each.name: each.type for each in columns if isinstance(each.type, TypeDecorator)}
    written = [
        {
            name: own[name].process_bind_param(value, connection.dialect) if name in own else value
            for name, value in row.items()
        }
        for row in rows
    ]
    given = func.json_populate_recordset(text(f"NULL::{table.name}"), text("CAST(:rows AS json)"))
    wanted: list[Any] = [column(each.name) for each in columns]
    chosen = select(*wanted).select_from(given)
    statement = insert(table).from_select([each.name for each in columns], chosen)
    connection.execute(statement, {"rows": json.dumps(written, ensure_ascii=False)})


def insert_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert `values`; True if a row was written, False where a unique key already held one."""
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    key = next(iter(table.primary_key))
    # Values beside the statement, not in it: the statement is built and compiled once, not for every row.
    written = connection.execute(insert_into(table).on_conflict_do_nothing().returning(key), values)
    return written.first() is not None


def insert_adding(connection: Connection, table: Table, rows: Select[Any], counts: Sequence[str]) -> None:
    """Insert the selected rows, whose columns are named as the table's; where a key is there, add the `counts` to its row.

    The rows must have a WHERE or GROUP BY (else SQLite reads ON CONFLICT as part of a join), and each key once.
    """
    insert_into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = insert_into(table).from_select([column.name for column in rows.selected_columns], rows)
    more = {name: table.c[name] + adding.excluded[name] for name in counts}
    connection.execute(adding.on_conflict_do_update(index_elements=list(table.primary_key), set_=more))

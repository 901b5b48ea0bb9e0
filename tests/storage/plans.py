"""Shows what a question asks of the store and how SQLite goes about it: for tests that none walks through a table or asks
again what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.store import Store, Transaction


@contextmanager
def asked(store: Store) -> Iterator[list[str]]:
    """The statements that are sent to the store in the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(store.engine, "before_cursor_execute", note)


def plan_of(store: Store, ask: Callable[[Transaction], object]) -> list[str]:
    """Each step of every statement of `ask`."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    with store.reading() as t:
        event.listen(t.connection, "before_cursor_execute", note)
        ask(t)
        event.remove(t.connection, "before_cursor_execute", note)
        plans = (t.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values) for one, values in asked)
        return [row.detail for rows in plans for row in rows]

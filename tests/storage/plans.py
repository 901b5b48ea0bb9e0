"""Shows how SQLite goes about a question: for tests that no question walks through a table or the wrong index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from storage.store import Store, Transaction


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

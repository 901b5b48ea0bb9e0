"""Many keys are asked for with one parameter, on each database by its own means."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from storage import tables
from storage.among import among
from storage.store import Store
from tests.storage.making import NOON, post


@pytest.mark.parametrize(
    "ids", [[], ["a"], ["b", "a", "b", "没有", '引"号', "反\\斜", "甲'乙"], [str(n) for n in range(5_000)]]
)
def test_rows_are_found_by_whatever_keys(store: Store, ids: list[str]):
    here = ["a", "b", '引"号', "反\\斜", "甲'乙", "42", "4999", "x"]
    with store.transaction() as t:
        for name in here:
            t.posts.add(post(name), NOON)
    sent: list[int] = []
    with store.reading() as t:
        event.listen(
            t.connection, "before_cursor_execute", lambda c, cursor, statement, given, *_: sent.append(len(given))
        )
        query = select(tables.post.c.id).where(among(t.connection, tables.post.c.id, ids))
        found = set(t.connection.execute(query).scalars())
        numbers = [*t.connection.execute(select(tables.post.c.seq)).scalars()]
        by_number = select(tables.post.c.id).where(among(t.connection, tables.post.c.seq, numbers[:3]))
        assert len([*t.connection.execute(by_number)]) == 3
    assert found == set(here) & set(ids)
    assert max(sent) <= 1


def test_keys_are_looked_up_and_not_searched_for(store: Store):
    with store.reading() as t:
        query = select(tables.post.c.text).where(among(t.connection, tables.post.c.id, ["a", "b"]))
        if t.connection.dialect.name == "sqlite":
            compiled = query.compile(t.connection, compile_kwargs={"literal_binds": True})
            plan = str(t.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").all())
            assert "SCAN post" not in plan

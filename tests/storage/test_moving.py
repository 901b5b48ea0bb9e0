"""A store is copied row for row, goes on where it was interrupted, and holds the same afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, LargeBinary, Table, insert, update

from storage import moving
from storage.moving import PART, CannotMove, content, copy, counts
from storage.store import Store
from storage.tables import UtcTime, metadata
from tests.storage.making import DAY, NOON, post

ROWS = 3


@pytest.fixture
def source(tmp_path: Path, migrated_file: Path) -> Iterator[Store]:
    """An embedded store with some rows in every table."""
    path = tmp_path / "source.db"
    shutil.copy(migrated_file, path)
    store = Store(f"sqlite:///{path}")
    with store.transaction() as t:
        for table in metadata.sorted_tables:
            t.connection.execute(table.delete())
            t.connection.execute(insert(table), [row(table, number) for number in range(1, ROWS + 1)])
    yield store
    store.close()


def row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: value(column, number) for column in table.columns}


def value(column: Column[Any], number: int) -> Any:
    """Something of the column's type, different in each row; what refers to another table finds its row there."""
    for key in column.foreign_keys:
        return value(key.column, number)
    match column.type:
        case UtcTime():
            return NOON + timedelta(microseconds=number)
        case Boolean():
            return number % 2 == 0
        case Integer() | BigInteger():
            return number
        case Float():
            return 0.1 * number
        case JSON():
            return {"键": [number, None, "“引号”\\n"], "b": 1.5}
        case LargeBinary():
            return bytes([0, number, 255])
        case _:
            length = getattr(column.type, "length", None) or 99
            return chr(ord("a") + number) if length < 12 else f"{number}{column.name[:6]}\n😀"


def all_of(store: Store) -> dict[str, moving.Content]:
    with store.reading() as t:
        return content(t)


def test_every_table_arrives_whole(source: Store, store: Store):
    said: list[tuple[str, int, int]] = []
    with source.transaction() as t:
        copy(t, store, lambda *line: said.append(line))
    held = all_of(source)
    assert all_of(store) == held
    assert {name: one.rows for name, one in held.items()} == dict.fromkeys(metadata.tables, ROWS)
    assert [line[0] for line in said] == [table.name for table in metadata.sorted_tables]


def test_a_changed_row_shows(source: Store, store: Store):
    with source.transaction() as t:
        copy(t, store)
    changed = metadata.tables["post"]
    with store.transaction() as t:
        t.connection.execute(update(changed).where(changed.c.seq == 2).values(likes=None))
    assert [name for name, held in all_of(store).items() if held != all_of(source)[name]] == ["post"]


class Stopped(Exception):
    """The machine goes down."""


@pytest.mark.parametrize("after", [1, 5, 20, 60])
def test_an_interrupted_move_goes_on_where_it_was(
    source: Store, store: Store, after: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(moving, "PART", 2)
    steps = iter(range(after))

    def stop_soon(table: str, done: int, rows: int) -> None:
        if next(steps, None) is None:
            raise Stopped

    with pytest.raises(Stopped), source.transaction() as t:
        copy(t, store, stop_soon)
    with store.reading() as t:
        before = sum(counts(t).values())
    assert 0 < before < ROWS * len(metadata.tables)
    with source.transaction() as t:
        copy(t, store)
    assert all_of(store) == all_of(source)


def test_numbers_go_on_after_the_highest_that_was_ever_given(source: Store, store: Store):
    with source.transaction() as t:
        t.posts.add(post("last"), NOON + DAY)
        gone = t.posts.seq("last")
        t.connection.execute(metadata.tables["post"].delete().where(metadata.tables["post"].c.id == "last"))
    assert gone is not None
    with source.transaction() as t:
        copy(t, store)
    with store.transaction() as t:
        t.posts.add(post("next"), NOON + DAY)
        number = t.posts.seq("next")
    assert number is not None
    assert number > gone


def test_a_store_that_holds_something_else_is_refused(source: Store, store: Store):
    with store.transaction() as t:
        for number in range(ROWS + 2):
            t.posts.add(post(f"own{number}"), NOON + DAY)
    with source.transaction() as t, pytest.raises(CannotMove, match=r"目标库的 \w+ 比原库多 2 行"):
        copy(t, store)
    with store.reading() as t:
        assert {name for name, rows in counts(t).items() if rows} <= {"post", "intake"}, "nothing was written"


def test_what_the_other_database_cannot_hold_is_named(source: Store, store: Store):
    with source.transaction() as t:
        t.connection.execute(update(metadata.tables["post"]).values(text="字\x00字"))
    with source.transaction() as t:
        if t.connection.dialect.name == store.engine.dialect.name:
            copy(t, store)
        else:
            with pytest.raises(CannotMove, match=r"post 的 .*text 里有空字符"):
                copy(t, store)


def test_of_many_rows_the_one_that_the_other_database_cannot_hold_is_named(source: Store, store: Store):
    meta = metadata.tables["meta"]
    with source.transaction() as t:
        t.connection.execute(insert(meta), [{"key": f"row{number:03}", "value": number} for number in range(300)])
        t.connection.execute(update(meta).where(meta.c.key == "row123").values(value=float("nan")))
    if store.engine.dialect.name == "postgresql":
        with source.transaction() as t, pytest.raises(CannotMove, match=r"^meta 的 row123 里有目标库存不下的值"):
            copy(t, store)
    else:
        with source.transaction() as t:
            copy(t, store)
        with store.reading() as t:
            assert counts(t)["meta"] == ROWS + 300


def test_more_rows_than_are_copied_at_once_arrive(source: Store, store: Store):
    with source.transaction() as t:
        for number in range(2 * PART + 7):
            t.posts.add(post(f"p{number}"), NOON + DAY)
    with source.transaction() as t:
        copy(t, store)
    assert all_of(store) == all_of(source)

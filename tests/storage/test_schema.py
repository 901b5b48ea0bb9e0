"""An upgrade beside others: it waits for who upgrades already, and not for ever for who has the store in use."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from sqlalchemy import Connection, text

from storage.revisions import newest_schema
from storage.schema import bring, upgrade
from storage.store import Store, StoreHeld
from storage.turns import take_turn
from tests.pipeline.clocks import open_incident
from tests.storage.conftest import DATABASES
from tests.storage.test_migrations import taken_back

BEFORE_NEW_COLUMNS = "0041"
"""The last schema before one that gives columns to the table of incidents."""

SHORT = 0.2
on_postgres = pytest.mark.parametrize("empty_url", DATABASES[1:], indirect=True)


def older_store(url: str) -> Store:
    """With an incident in it."""
    store = Store(url)
    store.migrate()
    open_incident(store)
    taken_back(store, BEFORE_NEW_COLUMNS)
    return store


def impatient(store: Store) -> None:
    """Let the connection that is used next wait as shortly as PostgreSQL is told to."""
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            connection.connection.cursor().execute(f"PRAGMA busy_timeout={SHORT * 1000:.0f}")


def test_what_others_have_in_use_is_not_waited_for_for_ever_and_all_stays_as_it_was(empty_url: str):
    store, other = older_store(empty_url), Store(empty_url)
    impatient(store)
    with other.engine.connect() as connection:  # on SQLite it begins as a writer does
        assert connection.execute(text("SELECT count(*) FROM incident")).scalar_one() == 1
        with pytest.raises(StoreHeld):
            store.migrate(SHORT)
    assert store.schema_version() == BEFORE_NEW_COLUMNS
    store.migrate(SHORT)
    assert store.schema_version() == newest_schema()
    with store.reading() as t:
        assert t.incidents.count() == 1
    other.close()
    store.close()


@on_postgres
def test_who_comes_second_waits_however_long_the_first_takes_and_finds_all_done(empty_url: str):
    first, second = older_store(empty_url), Store(empty_url)
    with first.engine.connect() as connection, ThreadPoolExecutor(1) as pool:
        take_turn(connection, "schema")
        bring(connection)
        waiting = pool.submit(second.migrate, SHORT)
        assert waits_for_its_turn(connection, waiting)
        assert wait([waiting], 3 * SHORT).not_done == {waiting}
        connection.commit()
        assert waiting.result(120) is None
    assert second.schema_version() == newest_schema()
    first.close()
    second.close()


def waits_for_its_turn(connection: Connection, waiting: Future[None]) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    mine = "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    while not waiting.done():
        if connection.execute(text(f"{query} {mine}")).scalar_one():
            return True
    return False


@on_postgres
def test_nor_is_a_first_one_that_hangs_waited_for_for_ever(empty_url: str):
    first, second = older_store(empty_url), Store(empty_url)
    with first.engine.connect() as connection:
        take_turn(connection, "schema")
        with pytest.raises(StoreHeld):
            upgrade(second.engine, SHORT, turn_seconds=SHORT)
    second.migrate(SHORT)
    assert second.schema_version() == newest_schema()
    first.close()
    second.close()

"""However many threads ask the store at once, none waits for a connection that another gives back only after its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.exc import DBAPIError

from storage.store import CONNECTIONS, MORE_CONNECTIONS, Store
from tests.storage.conftest import DATABASES

AT_ONCE = CONNECTIONS + MORE_CONNECTIONS
PATIENCE = 60


def test_as_many_as_there_are_connections_may_each_read_while_they_read(store: Store) -> None:
    with store.transaction() as t:
        t.meta.put("said", "once")
    all_read = Barrier(AT_ONCE, timeout=PATIENCE)

    def reads_twice(_: int) -> str:
        with store.reading():
            all_read.wait()
            with store.reading() as within:
                found: str = within.meta.get("said")
                return found

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(reads_twice, range(AT_ONCE), timeout=120)) == ["once"] * AT_ONCE


def test_more_than_there_are_connections_take_turns(store: Store) -> None:
    def counts(_: int) -> bool:
        with store.transaction() as t:
            t.meta.take_turn("count")
            t.meta.put("count", (t.meta.get("count") or 0) + 1)
        with store.reading(), store.reading() as t:
            return bool(t.meta.get("count"))

    with ThreadPoolExecutor(2 * AT_ONCE) as pool:
        assert sum(pool.map(counts, range(2 * AT_ONCE), timeout=120)) == 2 * AT_ONCE
    with store.reading() as t:
        assert t.meta.get("count") == 2 * AT_ONCE


def test_a_reading_goes_on_after_one_within_it_has_ended(store: Store) -> None:
    with store.reading() as t:
        with pytest.raises(LookupError), store.reading():
            raise LookupError
        assert t.meta.get("nothing") is None
    with store.transaction() as t:
        t.meta.put("said", "after it")
    with store.reading() as t:
        assert t.meta.get("said") == "after it"


def test_beside_a_transaction_that_writes_what_was_there_before_is_read(store: Store) -> None:
    with store.transaction() as t:
        t.meta.put("said", "kept")
        with store.reading() as before, store.reading() as within:
            assert before is within
            assert before.meta.get("said") is None
    with store.reading() as t:
        assert t.meta.get("said") == "kept"


def test_whoever_reads_or_writes_ends_that_before_they_write(store: Store) -> None:
    with store.reading(), pytest.raises(RuntimeError, match="end it"), store.transaction():
        pass
    with store.transaction(), pytest.raises(RuntimeError, match="end it"), store.transaction():
        pass
    with pytest.raises(LookupError), store.transaction():
        raise LookupError
    with store.transaction() as t:
        t.meta.put("said", "at last")
    with store.reading() as t:
        assert t.meta.get("said") == "at last"


def test_a_reading_sees_one_state_however_often_it_asks(store: Store) -> None:
    def writes() -> None:
        with store.transaction() as t:
            t.meta.put("said", "meanwhile")

    with ThreadPoolExecutor(1) as pool, store.reading() as t:
        assert t.meta.get("said") is None
        pool.submit(writes).result(PATIENCE)
        assert t.meta.get("said") is None
    with store.reading() as t:
        assert t.meta.get("said") == "meanwhile"


@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_a_reading_cannot_write_and_leaves_no_mark_on_the_next_transaction(store: Store) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"), store.reading() as t:
        t.meta.put("said", "too much")
    with store.transaction() as t:
        t.meta.put("said", "as it should be")
        assert t.connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_a_server_that_is_out_of_reach_is_not_waited_for_as_long_as_the_system_would(store: Store) -> None:
    with store.reading() as t:
        driver = t.connection.connection.driver_connection
        assert driver is not None
        asked = driver.info.get_parameters()
    assert (asked["connect_timeout"], asked["tcp_user_timeout"], asked["keepalives_idle"]) == ("10", "30000", "20")
    chosen = Store(f"{store.url}?connect_timeout=3")
    with chosen.reading() as t:
        driver = t.connection.connection.driver_connection
        assert driver is not None
        assert driver.info.get_parameters()["connect_timeout"] == "3"
    chosen.close()

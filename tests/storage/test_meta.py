"""A named value that two processes write at the same time is there afterwards, and neither of them has failed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from storage.store import Store
from tests.huiying.waiting import until
from tests.storage.conftest import DATABASES


def test_a_value_is_replaced_and_nothing_is_a_value_too(store: Store) -> None:
    for value in ({"a": 1}, "b", None, [1]):
        with store.transaction() as t:
            t.meta.put("said", value)
        with store.reading() as t:
            assert t.meta.get("said") == value


@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_two_who_write_the_same_name_at_once_wait_for_each_other(store: Store) -> None:
    watching = create_engine(store.url, isolation_level="AUTOCOMMIT")
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    def writes() -> None:
        with store.transaction() as t:
            t.meta.put("said", "second")

    with ThreadPoolExecutor(1) as pool, watching.connect() as connection:
        with store.transaction() as t:
            t.meta.put("said", "first")
            second = pool.submit(writes)
            assert until(lambda: connection.execute(waits).scalar_one() > 0, 60)
        second.result(60)
    watching.dispose()
    with store.reading() as t:
        assert t.meta.get("said") == "second"

"""The chain of the audit log, and every way of breaking it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, literal_column, select, update
from sqlalchemy.exc import DataError

from storage.audit import Audit, Broken, Head
from storage.store import Store
from storage.tables import audit
from tests.storage.making import NOON


def fill(store: Store, rows: int) -> None:
    with store.transaction() as t:
        for number in range(1, rows + 1):
            t.audit.append(NOON, f"人{number}", "duty", "confirm", "20260410-001", True, {"n": number, "话": "原样"})


def verified(store: Store, expected: Head | None = None) -> Broken | None:
    with store.reading() as t:
        return t.audit.verify(expected)


def test_an_untouched_chain_is_whole(store: Store) -> None:
    assert verified(store) is None
    fill(store, 5)
    assert verified(store) is None


def test_rows_are_numbered_without_gaps_even_after_a_rollback(store: Store) -> None:
    fill(store, 2)
    with store.engine.connect() as connection, connection.begin() as broken_off:
        Audit(connection).append(NOON, "甲", None, "confirm", "x", True)
        broken_off.rollback()
    fill(store, 1)
    with store.reading() as t:
        assert [entry.seq for entry in t.audit.newest(10)] == [3, 2, 1]
    assert verified(store) is None


def test_an_entry_comes_back_as_it_was_written(store: Store) -> None:
    with store.transaction() as t:
        t.audit.append(NOON, "李静", None, "close", "20260410-001", False, {"refused": "没有权限"})
    with store.reading() as t:
        (entry,) = t.audit.about("20260410-001")
    assert (entry.actor, entry.role, entry.act, entry.allowed, entry.at) == ("李静", "", "close", False, NOON)
    assert entry.detail == {"refused": "没有权限"}


def _copy(connection: Connection, seq: int) -> dict[str, Any]:
    return dict(connection.execute(select(audit).where(audit.c.seq == seq)).mappings().one())


def _swap(connection: Connection) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        connection.execute(update(audit).where(audit.c.seq == old).values(seq=new))


def _insert_between(connection: Connection) -> None:
    forged = _copy(connection, 3)
    for seq in range(6, 2, -1):
        connection.execute(update(audit).where(audit.c.seq == seq).values(seq=seq + 1))
    connection.execute(insert(audit).values(**forged))


def _edit(**values: Any) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(update(audit).where(audit.c.seq == 3).values(**values))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("tamper", "row"),
    [
        (_edit(actor="别人"), 3),
        (_edit(role="admin"), 3),
        (_edit(act="dismiss"), 3),
        (_edit(subject="20260410-002"), 3),
        (_edit(allowed=False), 3),
        (_edit(detail={"n": 30, "话": "原样"}), 3),
        (_edit(at=NOON.replace(microsecond=1)), 3),
        (_edit(hash="0" * 64), 3),
        (_edit(previous="0" * 64), 3),
        (lambda connection: connection.execute(delete(audit).where(audit.c.seq == 3)), 3),
        (lambda connection: connection.execute(delete(audit).where(audit.c.seq == 1)), 1),
        (_swap, 3),
        (_insert_between, 4),
    ],
    ids=[
        "actor",
        "role",
        "act",
        "subject",
        "allowed",
        "detail",
        "time",
        "hash",
        "previous",
        "removed",
        "first removed",
        "moved",
        "inserted",
    ],
)
def test_a_tampered_row_is_named(store: Store, tamper: Callable[[Connection], None], row: int) -> None:
    fill(store, 6)
    with store.transaction() as t:
        tamper(t.connection)
    broken = verified(store)
    assert broken is not None
    assert broken.seq == row
    assert broken.what


def test_a_detail_that_no_longer_parses_is_named_or_refused_by_the_database(store: Store) -> None:
    fill(store, 3)
    spoiling = update(audit).where(audit.c.seq == 2).values(detail=literal_column("'{broken'"))
    try:
        with store.transaction() as t:
            t.connection.execute(spoiling)
    except DataError:  # PostgreSQL keeps no text that is no JSON
        assert verified(store) is None
        return
    broken = verified(store)
    assert broken is not None
    assert broken.seq == 2


def test_a_cut_tail_shows_only_against_a_head_kept_outside(store: Store) -> None:
    fill(store, 6)
    with store.transaction() as t:
        head = t.audit.head()
        t.connection.execute(delete(audit).where(audit.c.seq > 4))
    assert verified(store) is None
    broken = verified(store, head)
    assert broken is not None
    assert broken.seq == 5
    assert "截断" in broken.what


def test_an_emptied_log_shows_against_a_head(store: Store) -> None:
    fill(store, 2)
    with store.transaction() as t:
        head = t.audit.head()
        t.connection.execute(delete(audit))
    broken = verified(store, head)
    assert broken is not None
    assert broken.seq == 1


def test_a_log_rewritten_as_a_whole_shows_against_a_head(store: Store) -> None:
    fill(store, 4)
    with store.transaction() as t:
        head = t.audit.head()
        t.connection.execute(delete(audit))
        for _ in range(5):
            t.audit.append(NOON, "改写者", "duty", "confirm", "x", True)
    assert verified(store) is None
    broken = verified(store, head)
    assert broken is not None
    assert broken.seq == 4


def test_a_log_that_has_grown_still_fits_an_older_head(store: Store) -> None:
    fill(store, 3)
    with store.reading() as t:
        head = t.audit.head()
    fill(store, 3)
    assert verified(store, head) is None


def test_a_head_is_written_down_and_read_again(store: Store) -> None:
    fill(store, 1)
    with store.reading() as t:
        head = t.audit.head()
    assert head is not None
    assert Head.read(f" {head}\n") == head


@pytest.mark.parametrize("written", ["", "12", "x:" + "a" * 64, "1:" + "z" * 64, "1:" + "a" * 63, "²:" + "a" * 64])
def test_what_is_no_head_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not an audit head"):
        Head.read(written)


@pytest.mark.parametrize("key", ["password", "token", "text", "phone", "email"])
def test_a_detail_that_could_carry_secrets_or_personal_data_is_refused(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match=key), store.transaction() as t:
        t.audit.append(NOON, "李静", "duty", "confirm", "x", True, {key: "…"})


def test_many_writers_at_once_make_one_chain(store: Store) -> None:
    def write(writer: int) -> None:
        for number in range(10):
            with store.transaction() as t:
                t.audit.append(NOON, f"{writer}", "duty", "confirm", f"{number}", True)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4), timeout=120))
    assert verified(store) is None
    with store.reading() as t:
        assert t.audit.count() == 40


def test_the_newest_acts_are_paged_backwards(store: Store) -> None:
    fill(store, 5)
    with store.reading() as t:
        first = t.audit.newest(2)
        assert [entry.seq for entry in first] == [5, 4]
        assert [entry.seq for entry in t.audit.newest(2, before_seq=4)] == [3, 2]

"""A store that cannot be used is told of once, by what ails it, and once when it can be used again."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.outages import IN_A_ROW, place_of, trouble_of
from storage.store import Store


class Refusal(Exception):
    """As the driver of PostgreSQL raises it."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("geheim")
        self.sqlstate = sqlstate


def failed(code: str | None) -> DBAPIError:
    return OperationalError("SELECT 1", {}, Refusal(code))


def of_file(code: int, name: str) -> DBAPIError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode, error.sqlite_errorname = code, name
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (failed(None), "连不上：请确认它已启动，网络是通的"),
        (failed("57P03"), "服务器正在启动或停下"),
        (failed("53100"), "服务器的磁盘已满：请在那台机器上腾出空间"),
        (of_file(13, "SQLITE_FULL"), "磁盘已满：请腾出空间"),
        (of_file(778, "SQLITE_IOERR_WRITE"), "读写不了（磁盘已满、超出配额或有故障）：请检查磁盘，腾出空间"),
        (failed("40P01"), None),
        (of_file(1, "SQLITE_ERROR"), None),
        (IntegrityError("INSERT", {}, Refusal("23505")), None),
    ],
)
def test_what_ails_a_database_is_told_from_a_fault_of_what_was_asked(error: DBAPIError, said: str | None):
    assert trouble_of(error) == said


def test_a_database_is_named_without_who_asks_it():
    assert (
        place_of("postgresql+psycopg://huiying:geheim@db.example:5432/desk?password=geheim") == "db.example:5432/desk"
    )
    assert place_of("sqlite:////var/lib/huiying/huiying.db") == "/var/lib/huiying/huiying.db"


@pytest.fixture
def heard(store: Store) -> list[str | None]:
    told: list[str | None] = []
    store.outages.hears = told.append
    return told


def ask(store: Store, error: DBAPIError | None, *, writing: bool) -> None:
    """Read or write, which may fail."""
    try:
        with store.outages.watched(writing=writing):
            if error is not None:
                raise error
    except DBAPIError:
        pass


def test_many_who_find_it_away_tell_once_and_so_do_those_who_find_it_back(store: Store, heard: list[str | None]):
    for error in (failed(None), None):
        asking = [threading.Thread(target=ask, args=(store, error), kwargs={"writing": True}) for _ in range(8)]
        for one in asking:
            one.start()
        for one in asking:
            one.join(60)
        assert (store.outages.trouble is None) == (error is None)
    away, back = heard
    assert away is not None
    assert away.endswith("连不上：请确认它已启动，网络是通的")
    assert place_of(store.url) in away
    assert back is None


def test_who_fails_late_does_not_tell_of_an_outage_that_is_over(store: Store, heard: list[str | None]):
    ask(store, failed(None), writing=True)
    with suppress(DBAPIError), store.outages.watched(writing=True):
        ask(store, None, writing=False)
        raise failed(None)
    assert store.outages.trouble is None
    assert [one is None for one in heard] == [False, True]


def test_that_it_can_be_read_does_not_tell_that_its_disk_has_room_again(store: Store, heard: list[str | None]):
    ask(store, of_file(13, "SQLITE_FULL"), writing=True)
    for _ in range(2 * IN_A_ROW):
        ask(store, None, writing=False)
    assert store.outages.trouble is not None
    for _ in range(IN_A_ROW):
        ask(store, None, writing=True)
    assert store.outages.trouble is None
    assert [one is None for one in heard] == [False, True]


def test_a_small_write_for_which_there_is_room_does_not_end_the_trouble(store: Store, heard: list[str | None]):
    for _ in range(3 * IN_A_ROW):
        ask(store, of_file(13, "SQLITE_FULL"), writing=True)
        ask(store, None, writing=True)
    assert len(heard) == 1


def test_what_the_database_refuses_for_itself_is_no_outage(store: Store, heard: list[str | None]):
    with pytest.raises(DBAPIError), store.transaction() as t:
        t.connection.exec_driver_sql("SELECT * FROM no_such_table")
    assert (heard, store.outages.trouble) == ([], None)


def test_a_file_that_another_program_holds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("storage.store.BUSY_TIMEOUT_MS", 20)
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.migrate()
    holder = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError), store.transaction():
        pass
    assert store.outages.trouble == f"数据库 {tmp_path / 'a.db'} 一直被别的进程占用：请停下占用它的程序"
    holder.close()
    for _ in range(IN_A_ROW):
        with store.transaction():
            pass
    assert store.outages.trouble is None
    store.close()

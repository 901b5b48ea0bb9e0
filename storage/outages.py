"""Says why the record store cannot be used, once when that begins, and once when it can be used again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

Heard = Callable[[str | None], None]
"""Hears in Chinese what is wrong and what to do, and None when nothing is any more."""

_SQLITE: Mapping[str, str] = {
    "SQLITE_FULL": "磁盘已满：请腾出空间",
    "SQLITE_IOERR": "读写不了（磁盘已满、超出配额或有故障）：请检查磁盘，腾出空间",
    "SQLITE_READONLY": "只读，写不进去：请检查磁盘和目录的权限",
    "SQLITE_CANTOPEN": "打不开：请检查磁盘、目录和权限",
    "SQLITE_BUSY": "一直被别的进程占用：请停下占用它的程序",
}
"""By the beginning of the error's name: there are many kinds of SQLITE_IOERR."""

_POSTGRESQL: Mapping[str, str] = {
    "53100": "服务器的磁盘已满：请在那台机器上腾出空间",
    "53200": "服务器的内存不够：请检查那台机器",
    "53300": "服务器的连接数用满了：请调高 max_connections",
    "57P01": "服务器正在停下",
    "57P02": "服务器中断了",
    "57P03": "服务器正在启动或停下",
    "25006": "服务器现在只读：请检查那台机器",
    "28P01": "服务器不认这个密码：请检查设置",
    "3D000": "服务器上没有这个库：请检查 database.url",
}

_AWAY = "连不上：请确认它已启动，网络是通的"
_WRITERS_ONLY = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_BUSY", "53100", "25006")
"""Faults in spite of which what is stored can be read."""


def code_of(error: BaseException | None) -> str | None:
    """What the database calls its error: the state of PostgreSQL, the name of SQLite; None where it had no answer."""
    if isinstance(error, DBAPIError):
        error = error.orig
    return getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)


def trouble_of_file(error: sqlite3.Error) -> str | None:
    """What keeps an SQLite file from being used and what to do, in Chinese; None where it is another fault."""
    code = code_of(error) or ""
    return next((said for name, said in _SQLITE.items() if code.startswith(name)), None)


def trouble_of(error: DBAPIError) -> str | None:
    """What keeps a database from being used and what to do, in Chinese; None where it is a fault of what was asked."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return trouble_of_file(error.orig)
    code = code_of(error)
    return _POSTGRESQL.get(code) if code is not None else _AWAY


def is_full(error: DBAPIError) -> bool:
    """Whether the disk has no room, as far as the database can tell that from a broken one."""
    return (code_of(error) or "").startswith(("SQLITE_FULL", "SQLITE_IOERR", "53100"))


def place_of(url: str) -> str:
    """Where a database is, without who asks it and by what password."""
    address = make_url(url)
    if address.drivername.startswith("sqlite"):
        return address.database or ""
    port = "" if address.port is None else f":{address.port}"
    return f"{address.host or '本机'}{port}/{address.database or ''}"


IN_A_ROW = 5
"""So many writes in a row show that a disk has room again: on one that is full a small one succeeds now and then."""


class Outages:
    """Whether a store can be used, as those who use it find out; `hears` is told by whichever thread does."""

    def __init__(self, url: str) -> None:
        self._place = place_of(url)
        self._lock = Lock()
        self._reading_tells = False
        self._left = 0
        self._successes = 0
        self.trouble: str | None = None
        """What is wrong now, None where nothing is."""
        self.hears: Heard = lambda _: None

    @contextmanager
    def watched(self, *, writing: bool) -> Iterator[None]:
        """What is asked of the store within the block tells whether it can be used."""
        begun = self._successes
        try:
            yield
        except DBAPIError as error:
            trouble = trouble_of(error)
            if trouble is not None:
                self._failed(trouble, code_of(error) or "", late=self._successes != begun)
            raise
        self._successes += 1
        if self.trouble is not None and (writing or self._reading_tells):
            self._worked()

    def _failed(self, trouble: str, code: str, *, late: bool) -> None:
        writers_only = code.startswith(_WRITERS_ONLY)
        if late and not writers_only:
            return  # Somebody has reached it since: where that was not the end of it, the next who asks will tell.
        with self._lock:
            first = self.trouble is None
            self.trouble = f"数据库 {self._place} {trouble}"
            # Who can still read learns nothing about writing.
            self._reading_tells = not writers_only
            self._left = 1 if self._reading_tells else IN_A_ROW
            if first:
                self.hears(self.trouble)

    def _worked(self) -> None:
        with self._lock:
            self._left -= 1
            if self.trouble is not None and self._left <= 0:
                self.trouble = None
                self.hears(None)

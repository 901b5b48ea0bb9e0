"""Opens the SQLite file of an index, which can always be filled anew: one that is damaged is replaced by an empty one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.outages import trouble_of_file
from storage.search.text_index import SearchDown
from storage.write_ahead import write_ahead


class IndexFile(sqlite3.Connection):
    """A connection that says SearchDown where the file cannot be used now, as on a full disk: it is not damaged for that."""

    place = ""

    def execute(self, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Carry out a statement. Raises SearchDown."""
        with _said_of(self.place):
            return super().execute(statement, parameters)

    def executemany(self, statement: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Carry out a statement several times. Raises SearchDown."""
        with _said_of(self.place):
            return super().executemany(statement, parameters)

    def executescript(self, script: str, /) -> sqlite3.Cursor:
        """Carry out several statements. Raises SearchDown."""
        with _said_of(self.place):
            return super().executescript(script)


def opened(path: Path, schema: str, probe: str) -> sqlite3.Connection:
    """The file with that schema; `probe` is a query that a sound file answers. Raises SearchDown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(path, schema, probe)
    except sqlite3.DatabaseError:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return _opened(path, schema, probe)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A writing transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended it already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _opened(path: Path, schema: str, probe: str) -> sqlite3.Connection:
    with _said_of(str(path)):
        connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False, factory=IndexFile)
    connection.place = str(path)
    try:
        # The index can be rebuilt from the store, so a power cut may cost its last second.
        with _said_of(str(path)):
            write_ahead(connection)
        for pragma in ("synchronous=NORMAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(schema)
        connection.execute(probe).fetchone()
    except (sqlite3.DatabaseError, SearchDown):
        connection.close()
        raise
    return connection


@contextmanager
def _said_of(place: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        trouble = trouble_of_file(error)
        if trouble is None:
            raise
        raise SearchDown(f"检索索引 {place} {trouble}") from error

"""Opens the SQLite file of an index, which can always be filled anew: one that is damaged is replaced by an empty one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def opened(path: Path, schema: str, probe: str) -> sqlite3.Connection:
    """The file with that schema; `probe` is a query that a sound file answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(path, schema, probe)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return _opened(path, schema, probe)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A writing transaction."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _opened(path: Path, schema: str, probe: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        # The index can be rebuilt from the store, so a power cut may cost its last second.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(schema)
        connection.execute(probe).fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection

"""Lets an SQLite file keep a write-ahead log, also where several processes open a new file at the same moment."""

from __future__ import annotations

import sqlite3

_TRIES = 200


def write_ahead(connection: sqlite3.Connection) -> None:
    """Let the file keep a write-ahead log: readers and a writer do not wait for each other then.

    SQLite refuses the change at once while another has the file, whatever the connection's timeout: it holds a
    shared lock by then, and nobody may wait with one. A transaction of its own is waited for, so that is begun
    before trying again. Raises sqlite3.OperationalError where the file stays in use for longer than the timeout.
    """
    for _ in range(_TRIES):
        if _changed(connection):
            return
        connection.cursor().execute("BEGIN EXCLUSIVE")
        connection.cursor().execute("ROLLBACK")
    _change(connection)


def _changed(connection: sqlite3.Connection) -> bool:
    try:
        _change(connection)
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
            raise
        return False
    return True


def _change(connection: sqlite3.Connection) -> None:
    # By a cursor: the connection of an index tells its faults in words of its own.
    connection.cursor().execute("PRAGMA journal_mode=WAL")

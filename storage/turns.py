"""Makes writers of one family of rows take turns where the database itself would let them run side by side."""

from __future__ import annotations

import zlib

from sqlalchemy import Connection, text


def take_turn(connection: Connection, family: str) -> None:
    """Wait until no other transaction holds the turn for `family`, then hold it until this one ends.

    PostgreSQL lets two transactions count the same rows at once, and commits numbered rows out of order. SQLite has
    one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(family.encode())})

"""Gives out ids that count the rows of a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, select

from records.zone import CHINA


def next_of_day(connection: Connection, column: Column[str], at: datetime, prefix: str = "") -> str:
    """The next free id of that day in Asia/Shanghai: `YYYYMMDD-NNN` after `prefix`, counted from 001.

    The caller holds the turn of the family, so that nobody else counts meanwhile.
    """
    day = f"{prefix}{at.astimezone(CHINA):%Y%m%d}"
    known = connection.execute(select(column).where(column.startswith(f"{day}-"))).scalars()
    return f"{day}-{max((int(one.rpartition('-')[2]) for one in known), default=0) + 1:03d}"

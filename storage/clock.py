"""Keeps how far the desk's own clock has got, one row a boot of a machine, and the workers' signs of life."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from records.messages import Heartbeat
from storage.inserting import insert_new
from storage.tables import clock, heartbeat
from storage.turns import take_turn


@dataclass(frozen=True, slots=True)
class Reading:
    """The desk's clock (`logical`) beside the wall clock and the seconds since boot that it was read with."""

    logical: datetime
    wall: datetime
    boot: str
    boottime: float


class ClockRow:
    """The clock row and the workers' heartbeats."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def readings(self) -> list[Reading]:
        """The last reading of every boot, the furthest one first."""
        query = select(clock).order_by(clock.c.logical.desc(), clock.c.id)
        return [Reading(row.logical, row.wall, row.boot, row.boottime) for row in self._connection.execute(query)]

    def take_turn(self) -> None:
        """Make this transaction the only one that moves the clock until it ends."""
        take_turn(self._connection, "clock")

    def put(self, reading: Reading) -> None:
        """Keep the newest reading of its boot."""
        values = {"logical": reading.logical, "wall": reading.wall, "boottime": reading.boottime}
        changed = self._connection.execute(update(clock).where(clock.c.boot == reading.boot).values(**values))
        if changed.rowcount == 0:
            self._connection.execute(insert(clock).values(boot=reading.boot, **values))

    def logical(self) -> datetime | None:
        """How far the desk's clock has got, or None before its first tick."""
        query = select(clock.c.logical).order_by(clock.c.logical.desc()).limit(1)
        return self._connection.execute(query).scalar()

    def beat(self, worker: str, at: datetime, detail: str | None = None) -> None:
        """Note that a worker is alive. Two that bear one name, on two machines, hinder each other no longer than a moment."""
        change = update(heartbeat).where(heartbeat.c.worker == worker).values(at=at, detail=detail)
        if self._connection.execute(change).rowcount == 0:
            insert_new(self._connection, heartbeat, worker=worker, at=at, detail=detail)

    def forget(self, workers: Collection[str]) -> None:
        """Keep no sign of life of these: nobody expects another one."""
        self._connection.execute(delete(heartbeat).where(heartbeat.c.worker.in_(workers)))

    def heartbeats(self) -> list[Heartbeat]:
        """Every worker's last sign of life, by name."""
        query = select(heartbeat).order_by(heartbeat.c.worker)
        return [Heartbeat(row.worker, row.at, row.detail) for row in self._connection.execute(query)]

"""Keeps which archive packages were put away, with their hashes; rows are added and never changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from records.archives import ArchivePackage
from storage.tables import archive_package
from storage.turns import take_turn


class Archives:
    """The packages that were put away."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Let nobody else put a package away until this transaction ends."""
        take_turn(self._connection, "archives")

    def next_number(self, record: str) -> int:
        """The number, from 1, of the record's next package."""
        query = select(func.max(archive_package.c.number)).where(archive_package.c.record == record)
        return int(self._connection.execute(query).scalar() or 0) + 1

    def add(self, package: ArchivePackage) -> None:
        """Keep a package for good."""
        self._connection.execute(insert(archive_package).values(**asdict(package)))

    def of(self, record: str, *, of_incident: bool = False) -> list[ArchivePackage]:
        """The packages of one record, or of one incident, the first made first."""
        table = archive_package
        query = select(table).where(table.c.record == record, table.c.of_incident.is_(of_incident))
        query = query.order_by(table.c.number)
        return [_package(row) for row in self._connection.execute(query)]

    def all(self, year: int | None = None) -> list[ArchivePackage]:
        """Every package (of the records of one year), by year, record and number."""
        table = archive_package
        query = select(table).order_by(table.c.year, table.c.record, table.c.number)
        if year is not None:
            query = query.where(table.c.year == year)
        return [_package(row) for row in self._connection.execute(query)]


def _package(row: Row[Any]) -> ArchivePackage:
    return ArchivePackage(**{key: value for key, value in row._mapping.items() if key != "id"})

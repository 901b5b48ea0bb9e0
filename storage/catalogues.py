"""Keeps the versions of the office's own catalogue, each whole, and what was noted of their filing; append only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from records.catalogues import CatalogueDeed, CatalogueVersion, Filing, FilingNoted
from regulation.catalogue import Item, item_of, row_of
from storage.tables import catalogue_filing as filings
from storage.tables import catalogue_version as versions
from storage.turns import take_turn

_NOTES = [column for column in versions.columns if column.key != "items"]


class Catalogues:
    """Versions of the office's catalogue, and their filings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Hold the catalogue against other writers until the transaction ends."""
        take_turn(self._connection, "catalogue")

    def add(self, version: CatalogueVersion, items: Sequence[Item]) -> None:
        """Write a version for good."""
        rows = [row_of(item) for item in items]
        self._connection.execute(insert(versions).values(**asdict(version), items=rows))

    def newest(self) -> CatalogueVersion | None:
        """The newest version."""
        return self._one(select(*_NOTES).order_by(versions.c.number.desc()).limit(1))

    def version(self, number: int) -> CatalogueVersion | None:
        """The version of that number."""
        return self._one(select(*_NOTES).where(versions.c.number == number))

    def versions(self) -> list[CatalogueVersion]:
        """Every version, the newest first."""
        query = select(*_NOTES).order_by(versions.c.number.desc())
        return [_version(row) for row in self._connection.execute(query)]

    def items(self, number: int) -> tuple[Item, ...]:
        """The items of a version as they stood; none where there is no such version."""
        rows = self._connection.execute(select(versions.c["items"]).where(versions.c.number == number)).scalar()
        return tuple(item_of(row) for row in rows or ())

    def last_number(self, letter: str) -> int:
        """The highest number that an item of that letter ever had; 0 where there was none."""
        query = select(func.max(versions.c.last)).where(versions.c.letter == letter)
        return int(self._connection.execute(query).scalar() or 0)

    def add_filing(self, filing: Filing) -> Filing:
        """Write an entry for good; the same with its number."""
        values = {key: value for key, value in asdict(filing).items() if key != "id"}
        number = self._connection.execute(insert(filings).values(**values).returning(filings.c.id)).scalar_one()
        return replace(filing, id=number)

    def filings(self) -> list[Filing]:
        """Every entry, oldest first."""
        return [_filing(row) for row in self._connection.execute(select(filings).order_by(filings.c.id))]

    def _one(self, query: Select[Any]) -> CatalogueVersion | None:
        row = self._connection.execute(query).first()
        return None if row is None else _version(row)


def _version(row: Row[Any]) -> CatalogueVersion:
    return CatalogueVersion(
        number=row.number,
        letter=row.letter,
        title=row.title,
        deed=CatalogueDeed(row.deed),
        item=row.item,
        reason=row.reason,
        last=row.last,
        at=row.at,
        actor=row.actor,
    )


def _filing(row: Row[Any]) -> Filing:
    return Filing(
        version=row.version,
        noted=FilingNoted(row.noted),
        body=row.body,
        happened_at=row.happened_at,
        proof=row.proof,
        at=row.at,
        actor=row.actor,
        id=row.id,
    )

"""Report drafts part by part, filed reports (never changed again), and published responses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from records.reports import ConfirmedPart, Part, Report, Response
from records.words import ReportKind
from storage.tables import report, report_part, response
from storage.turns import take_turn


class PartChanged(Exception):
    """Somebody else changed the part meanwhile."""


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One part of a report that is being written; confirmed when `confirmed_by` names a person."""

    part: Part
    text: str
    confirmed_by: str | None
    confirmed_at: datetime | None
    revision: int


class Reports:
    """Drafts, filed reports, responses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def parts(self, incident: str, kind: ReportKind) -> dict[Part, DraftPart]:
        """The stored parts of the report of this kind that is being written, in the article's order."""
        rows = self._connection.execute(
            select(report_part).where(report_part.c.incident == incident, report_part.c.kind == kind.value)
        )
        found = {Part(row.part): _draft(row) for row in rows}
        return {part: found[part] for part in Part if part in found}

    def unconfirmed(self, incidents: Collection[str]) -> dict[str, int]:
        """How many written parts of these incidents nobody stands for yet; only of those that have any."""
        query = (
            select(report_part.c.incident, func.count())
            .where(report_part.c.incident.in_(incidents), report_part.c.confirmed_by.is_(None))
            .group_by(report_part.c.incident)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def save_part(
        self, incident: str, kind: ReportKind, part: Part, text: str, expected_revision: int | None = None
    ) -> int:
        """Store a part's text and return its revision (from 1). Another text takes the confirmation away.

        `expected_revision` (0 for a part not stored yet) makes two editors notice each other. Raises PartChanged.
        """
        before = self._part(incident, kind, part)
        _require(before, expected_revision)
        if before is None:
            self._connection.execute(
                insert(report_part).values(
                    incident=incident,
                    kind=kind.value,
                    part=part.value,
                    text=text,
                    confirmed_by=None,
                    confirmed_at=None,
                    revision=1,
                )
            )
            return 1
        if before.text == text:
            return before.revision
        self._change(
            incident, kind, before, text=text, confirmed_by=None, confirmed_at=None, revision=before.revision + 1
        )
        return before.revision + 1

    def confirm_part(
        self,
        incident: str,
        kind: ReportKind,
        part: Part,
        by: str,
        at: datetime,
        expected_revision: int | None = None,
    ) -> None:
        """Note who stands for a stored part. Raises PartChanged, or LookupError where no text is stored."""
        before = self._part(incident, kind, part)
        if before is None:
            raise LookupError(f"no text for {part} of {incident}")
        _require(before, expected_revision)
        self._change(incident, kind, before, confirmed_by=by, confirmed_at=at)

    def clear_parts(self, incident: str, kind: ReportKind) -> None:
        """Forget the draft: its report is filed, the next one of this kind starts anew."""
        self._connection.execute(
            delete(report_part).where(report_part.c.incident == incident, report_part.c.kind == kind.value)
        )

    def add(self, filed: Report) -> None:
        """Store a filed report for good."""
        self._connection.execute(
            insert(report).values(
                incident=filed.incident,
                kind=filed.kind.value,
                number=filed.number,
                serial=filed.serial,
                activation=filed.activation,
                filed_at=filed.filed_at,
                filed_by=filed.filed_by,
                parts=[_written(part) for part in filed.parts],
                file=filed.file,
            )
        )

    def of(self, incident: str) -> list[Report]:
        """The filed reports of an incident, in filing order."""
        query = select(report).where(report.c.incident == incident).order_by(report.c.id)
        return [_report(row) for row in self._connection.execute(query)]

    def newest(self, limit: int) -> list[Report]:
        """The latest filed reports, newest first."""
        return [
            _report(row) for row in self._connection.execute(select(report).order_by(report.c.id.desc()).limit(limit))
        ]

    def next_number(self, incident: str, kind: ReportKind) -> int:
        """The number, from 1, that the next report of this kind gets within the incident."""
        query = select(func.max(report.c.number)).where(report.c.incident == incident, report.c.kind == kind.value)
        return int(self._connection.execute(query).scalar() or 0) + 1

    def filed_in_activation(self, incident: str, kind: ReportKind, activation: int | None) -> Report | None:
        """The first report of this kind filed in one activation of the plan (None: filed without a plan), or None."""
        query = select(report).where(report.c.incident == incident, report.c.kind == kind.value)
        mine = report.c.activation.is_(None) if activation is None else report.c.activation == activation
        row = self._connection.execute(query.where(mine).order_by(report.c.id).limit(1)).first()
        return None if row is None else _report(row)

    def take_turn(self) -> None:
        """Wait until nobody else is filing: numbers and serials have no gaps and no doubles."""
        take_turn(self._connection, "report")

    def filed_between(self, since: datetime, until: datetime) -> int:
        """How many reports were filed from `since` up to, not with, `until`."""
        query = select(func.count()).select_from(report).where(report.c.filed_at >= since, report.c.filed_at < until)
        return int(self._connection.execute(query).scalar_one())

    def filed_in(self, since: datetime, until: datetime) -> list[Report]:
        """These reports, in filing order."""
        query = select(report).where(report.c.filed_at >= since, report.c.filed_at < until).order_by(report.c.id)
        return [_report(row) for row in self._connection.execute(query)]

    def responses_in(self, since: datetime, until: datetime) -> list[Response]:
        """The answers published from `since` up to, not with, `until`, in the order of publication."""
        times = (response.c.published_at >= since, response.c.published_at < until)
        query = select(response).where(*times).order_by(response.c.published_at, response.c.id)
        return [
            Response(row.incident, row.text, row.url, row.published_at, row.published_by)
            for row in self._connection.execute(query)
        ]

    def add_response(self, published: Response) -> None:
        """Store a published answer."""
        self._connection.execute(
            insert(response).values(
                incident=published.incident,
                text=published.text,
                url=published.url,
                published_at=published.published_at,
                published_by=published.published_by,
            )
        )

    def responses(self, incident: str) -> list[Response]:
        """The published answers of an incident, in the order of publication."""
        query = select(response).where(response.c.incident == incident).order_by(response.c.published_at, response.c.id)
        return [
            Response(row.incident, row.text, row.url, row.published_at, row.published_by)
            for row in self._connection.execute(query)
        ]

    def _part(self, incident: str, kind: ReportKind, part: Part) -> DraftPart | None:
        query = select(report_part).where(
            report_part.c.incident == incident, report_part.c.kind == kind.value, report_part.c.part == part.value
        )
        row = self._connection.execute(query).first()
        return None if row is None else _draft(row)

    def _change(self, incident: str, kind: ReportKind, before: DraftPart, **values: object) -> None:
        changed = self._connection.execute(
            update(report_part)
            .where(
                report_part.c.incident == incident,
                report_part.c.kind == kind.value,
                report_part.c.part == before.part.value,
                report_part.c.revision == before.revision,
            )
            .values(**values)
        )
        if changed.rowcount == 0:
            raise PartChanged(f"{before.part} of {incident}")


def _require(before: DraftPart | None, expected_revision: int | None) -> None:
    if expected_revision is not None and expected_revision != (before.revision if before else 0):
        raise PartChanged("the part was changed meanwhile")


def _draft(row: Row[Any]) -> DraftPart:
    return DraftPart(Part(row.part), row.text, row.confirmed_by, row.confirmed_at, row.revision)


def _written(part: ConfirmedPart) -> dict[str, str]:
    return {
        "part": part.part.value,
        "text": part.text,
        "confirmed_by": part.confirmed_by,
        "confirmed_at": part.confirmed_at.isoformat(),
    }


def _report(row: Row[Any]) -> Report:
    return Report(
        incident=row.incident,
        kind=ReportKind(row.kind),
        number=row.number,
        serial=row.serial,
        filed_at=row.filed_at,
        filed_by=row.filed_by,
        parts=tuple(
            ConfirmedPart(
                Part(part["part"]), part["text"], part["confirmed_by"], datetime.fromisoformat(part["confirmed_at"])
            )
            for part in row.parts
        ),
        file=row.file,
        activation=row.activation,
    )

"""Report drafts part by part, filed reports (never changed again), and published responses."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from records.papers import Paragraph
from records.reports import ConfirmedPart, Correcting, Part, PartVersion, PartVersionHead, Report, Response
from records.words import ReportKind
from storage.paper_content import paragraphs_read, paragraphs_written
from storage.tables import report, report_correcting, report_part, report_part_version, response
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
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote a version of a part when, and what its sentences rest on."""

    at: datetime
    by: str
    paragraphs: tuple[Paragraph, ...] = ()


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
        self,
        incident: str,
        kind: ReportKind,
        part: Part,
        text: str,
        written: Written,
        expected_revision: int | None = None,
    ) -> int:
        """Store a part's text and return its revision (from 1). Another text takes the confirmation away; every text is kept.

        `expected_revision` (0 for a part not stored yet) makes two editors notice each other. Raises PartChanged.
        """
        before = self._part(incident, kind, part)
        _require(before, expected_revision)
        if before is not None and before.text == text:
            return before.revision
        revision = 1 if before is None else before.revision + 1
        values = {"text": text, "revision": revision, "paragraphs": paragraphs_written(written.paragraphs)}
        if before is None:
            key = {"incident": incident, "kind": kind.value, "part": part.value}
            self._connection.execute(insert(report_part).values(**key, **values))
        else:
            self._change(incident, kind, before, confirmed_by=None, confirmed_at=None, **values)
        self._add_version(incident, kind, part, text, written)
        return revision

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

    def versions(self, incident: str, kind: ReportKind, number: int) -> list[PartVersion]:
        """Every version of the parts of the report of that number, filed or in writing, in the order of writing."""
        kept = report_part_version.c
        query = select(report_part_version).where(
            kept.incident == incident, kept.kind == kind.value, kept.number == number
        )
        found = [
            PartVersion(row.number, Part(row.part), row.revision, row.text, row.written_at, row.written_by)
            for row in self._connection.execute(query)
        ]
        return sorted(found, key=_in_order_of_writing)

    def version_heads(self, incident: str) -> dict[tuple[ReportKind, int], list[PartVersionHead]]:
        """The versions of every report of the incident without their texts, by kind and number, in the order of writing."""
        kept = report_part_version.c
        columns = (kept.kind, kept.number, kept.part, kept.revision, kept.written_at, kept.written_by)
        found: dict[tuple[ReportKind, int], list[PartVersionHead]] = {}
        for row in self._connection.execute(select(*columns).where(kept.incident == incident)):
            head = PartVersionHead(row.number, Part(row.part), row.revision, row.written_at, row.written_by)
            found.setdefault((ReportKind(row.kind), row.number), []).append(head)
        return {which: sorted(heads, key=_in_order_of_writing) for which, heads in found.items()}

    def version_text(self, incident: str, kind: ReportKind, head: PartVersionHead) -> str | None:
        """The text of one version."""
        kept = report_part_version.c
        of_report = (kept.incident == incident, kept.kind == kind.value, kept.number == head.number)
        of_version = (kept.part == head.part.value, kept.revision == head.revision)
        return self._connection.execute(select(kept.text).where(*of_report, *of_version)).scalar()

    def redact_versions(self, incident: str, holds: Callable[[str], bool], instead: str) -> None:
        """Put `instead` in the place of every kept version of this incident's reports whose text `holds` what must go."""
        kept = report_part_version
        for row in self._connection.execute(select(kept).where(kept.c.incident == incident)).all():
            if holds(row.text):
                same = [column == getattr(row, column.name) for column in kept.primary_key]
                self._connection.execute(update(kept).where(*same).values(text=instead))

    def correcting(self, incident: str, kind: ReportKind) -> Correcting | None:
        """Whether the report in writing takes the place of a filed one."""
        row = self._connection.execute(
            select(report_correcting).where(
                report_correcting.c.incident == incident, report_correcting.c.kind == kind.value
            )
        ).one_or_none()
        return None if row is None else Correcting(row.serial, row.reason, row.begun_at, row.begun_by)

    def correct(self, incident: str, kind: ReportKind, correcting: Correcting | None) -> None:
        """Note that the report in writing takes the place of a filed one; with None that it does not."""
        self._connection.execute(
            delete(report_correcting).where(
                report_correcting.c.incident == incident, report_correcting.c.kind == kind.value
            )
        )
        if correcting is not None:
            self._connection.execute(
                insert(report_correcting).values(
                    incident=incident,
                    kind=kind.value,
                    serial=correcting.serial,
                    reason=correcting.reason,
                    begun_at=correcting.begun_at,
                    begun_by=correcting.begun_by,
                )
            )

    def clear_parts(self, incident: str, kind: ReportKind) -> None:
        """Forget the draft: its report is filed, or given up; the next one of this kind starts anew. Its versions stay."""
        self._connection.execute(
            delete(report_part).where(report_part.c.incident == incident, report_part.c.kind == kind.value)
        )

    def add(self, filed: Report) -> None:
        """Store a filed report for good; the one that it takes the place of names it from now on."""
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
                supersedes=filed.supersedes,
                reason=filed.reason,
            )
        )
        if filed.supersedes is not None:
            earlier = (report.c.incident == filed.incident) & (report.c.serial == filed.supersedes)
            self._connection.execute(update(report).where(earlier).values(superseded_by=filed.serial))

    def of(self, incident: str) -> list[Report]:
        """The filed reports of an incident, in filing order."""
        query = select(report).where(report.c.incident == incident).order_by(report.c.id)
        return [_report(row) for row in self._connection.execute(query)]

    def of_file(self, file: str) -> Report | None:
        """The filed report whose file this is."""
        row = self._connection.execute(select(report).where(report.c.file == file)).first()
        return None if row is None else _report(row)

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

    def _add_version(self, incident: str, kind: ReportKind, part: Part, text: str, written: Written) -> None:
        # A report that was given up has left versions of the same number behind: these go on counting.
        kept = report_part_version.c
        key = {
            "incident": incident,
            "kind": kind.value,
            "number": self.next_number(incident, kind),
            "part": part.value,
        }
        last = select(func.max(kept.revision)).where(*(kept[name] == value for name, value in key.items()))
        self._connection.execute(
            insert(report_part_version).values(
                **key,
                revision=int(self._connection.execute(last).scalar() or 0) + 1,
                text=text,
                written_at=written.at,
                written_by=written.by,
            )
        )

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


def _in_order_of_writing(one: PartVersion | PartVersionHead) -> tuple[datetime, int, int]:
    return one.written_at, list(Part).index(one.part), one.revision


def _require(before: DraftPart | None, expected_revision: int | None) -> None:
    if expected_revision is not None and expected_revision != (before.revision if before else 0):
        raise PartChanged("the part was changed meanwhile")


def _draft(row: Row[Any]) -> DraftPart:
    return DraftPart(
        Part(row.part),
        row.text,
        row.confirmed_by,
        row.confirmed_at,
        row.revision,
        paragraphs_read(row.paragraphs),
    )


def _written(part: ConfirmedPart) -> dict[str, Any]:
    return {
        "part": part.part.value,
        "text": part.text,
        "confirmed_by": part.confirmed_by,
        "confirmed_at": part.confirmed_at.isoformat(),
        "paragraphs": paragraphs_written(part.paragraphs),
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
                Part(part["part"]),
                part["text"],
                part["confirmed_by"],
                datetime.fromisoformat(part["confirmed_at"]),
                paragraphs_read(part.get("paragraphs")),
            )
            for part in row.parts
        ),
        file=row.file,
        activation=row.activation,
        supersedes=row.supersedes,
        reason=row.reason,
        superseded_by=row.superseded_by,
    )

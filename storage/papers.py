"""Keeps the office's papers: drafts in versions that are only added, signed ones for good."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from records.papers import (
    About,
    Block,
    Content,
    OfficePaper,
    PaperHead,
    PaperKind,
    PaperSection,
    PaperVersion,
    PaperVersionHead,
    Paragraph,
    Statement,
)
from storage import paper_content
from storage.tables import incident, paper, paper_version
from storage.turns import take_turn


class PaperChanged(Exception):
    """Somebody else wrote a version of the paper, or signed it, meanwhile."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs when, and the number that the paper gets: the `number`-th of its `series` in that `year`."""

    at: datetime
    by: str
    series: str
    year: int
    number: int
    serial: str
    file: str


class Papers:
    """The office's papers and their versions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        kind: PaperKind,
        about: About,
        content: Content,
        at: datetime,
        by: str,
        supersedes: int | None = None,
        reason: str | None = None,
    ) -> int:
        """Keep a new draft and return its number."""
        number = self._connection.execute(
            insert(paper)
            .values(
                kind=kind.value,
                incident=about.incident,
                first_day=_written(about.first),
                last_day=_written(about.last),
                unit=about.unit,
                revision=1,
                drafted_at=at,
                supersedes=supersedes,
                reason=reason,
            )
            .returning(paper.c.id)
        ).scalar_one()
        self._add_version(number, 1, content, at, by)
        return int(number)

    def write(self, paper_id: int, expected_revision: int, content: Content, at: datetime, by: str) -> int:
        """Keep a new version of a draft and return its revision. Raises PaperChanged, also where it is signed."""
        changed = self._connection.execute(
            update(paper)
            .where(paper.c.id == paper_id, paper.c.revision == expected_revision, paper.c.signed_at.is_(None))
            .values(revision=expected_revision + 1)
        )
        if changed.rowcount == 0:
            raise PaperChanged(str(paper_id))
        self._add_version(paper_id, expected_revision + 1, content, at, by)
        return expected_revision + 1

    def sign(self, paper_id: int, expected_revision: int, signing: Signing) -> None:
        """Sign a draft as it stands; what it supersedes names it from now on. Raises PaperChanged."""
        changed = self._connection.execute(
            update(paper)
            .where(paper.c.id == paper_id, paper.c.revision == expected_revision, paper.c.signed_at.is_(None))
            .values(
                signed_at=signing.at,
                signed_by=signing.by,
                series=signing.series,
                year=signing.year,
                number=signing.number,
                serial=signing.serial,
                file=signing.file,
            )
        )
        if changed.rowcount == 0:
            raise PaperChanged(str(paper_id))
        earlier = select(paper.c.supersedes).where(paper.c.id == paper_id).scalar_subquery()
        self._connection.execute(update(paper).where(paper.c.id == earlier).values(superseded_by=paper_id))

    def drop_draft(self, paper_id: int) -> None:
        """Forget a draft that nobody signed. Raises PaperChanged where it is signed."""
        self.take_turn()
        draft = select(paper.c.id).where(paper.c.id == paper_id, paper.c.signed_at.is_(None))
        if self._connection.execute(draft).first() is None:
            raise PaperChanged(str(paper_id))
        self._connection.execute(paper_version.delete().where(paper_version.c.paper == paper_id))
        self._connection.execute(paper.delete().where(paper.c.id == paper_id))

    def get(self, paper_id: int) -> OfficePaper | None:
        """The paper of that number as it stands, with its newest words."""
        row = self._connection.execute(_newest().where(paper.c.id == paper_id)).one_or_none()
        return None if row is None else _paper(row)

    def of_file(self, file: str) -> OfficePaper | None:
        """The signed paper whose file this is."""
        row = self._connection.execute(_newest().where(paper.c.file == file)).one_or_none()
        return None if row is None else _paper(row)

    def draft_of(self, kind: PaperKind, about: About) -> OfficePaper | None:
        """The draft of this kind about exactly this that is not signed yet."""
        return self._first(kind, about, paper.c.signed_at.is_(None))

    def valid_of(self, kind: PaperKind, about: About) -> OfficePaper | None:
        """The signed paper of this kind about exactly this that nothing has superseded."""
        return self._first(kind, about, paper.c.signed_at.is_not(None), paper.c.superseded_by.is_(None))

    def signed_times(self, kind: PaperKind, firsts: Collection[date] | None = None) -> dict[About, datetime]:
        """When the papers of this kind were signed that nothing has superseded, by what they are about; with `firsts` of
        those alone that begin on these days."""
        valid = [paper.c.kind == kind.value, paper.c.signed_at.is_not(None), paper.c.superseded_by.is_(None)]
        if firsts is not None:
            valid.append(paper.c.first_day.in_([one.isoformat() for one in firsts]))
        columns = (paper.c.incident, paper.c.first_day, paper.c.last_day, paper.c.unit, paper.c.signed_at)
        return {
            About(row.incident, _day(row.first_day), _day(row.last_day), row.unit): row.signed_at
            for row in self._connection.execute(select(*columns).where(*valid))
        }

    def of_incident(self, incident: str, kind: PaperKind | None = None) -> list[OfficePaper]:
        """The papers about an incident, oldest first."""
        query = _newest().where(paper.c.incident == incident)
        query = query if kind is None else query.where(paper.c.kind == kind.value)
        return [_paper(row) for row in self._connection.execute(query.order_by(paper.c.id))]

    def listed(
        self, kinds: Collection[PaperKind], limit: int, offset: int = 0, *, unit: str | None = None
    ) -> list[OfficePaper]:
        """Papers of these kinds, the newest first; with `unit` those about that unit only."""
        query = _newest().where(paper.c.kind.in_([one.value for one in kinds]))
        query = query if unit is None else query.where(paper.c.unit == unit)
        query = query.order_by(paper.c.id.desc()).limit(limit).offset(offset)
        return [_paper(row) for row in self._connection.execute(query)]

    def heads(self, kinds: Collection[PaperKind]) -> list[PaperHead]:
        """The heads of the papers of these kinds, the newest first; of one about an incident the unit that answers for it."""
        unit = func.coalesce(paper.c.unit, incident.c.unit).label("concerns")
        query = (
            select(paper, unit)
            .outerjoin(incident, incident.c.id == paper.c.incident)
            .where(paper.c.kind.in_([one.value for one in kinds]))
            .order_by(paper.c.id.desc())
        )
        return [
            PaperHead(row.id, PaperKind(row.kind), _about(row), row.signed_at is not None, row.concerns)
            for row in self._connection.execute(query)
        ]

    def many(self, paper_ids: Sequence[int]) -> list[OfficePaper]:
        """These papers, in this order; those that are not here are left out."""
        rows = self._connection.execute(_newest().where(paper.c.id.in_(paper_ids)))
        found = {row.id: _paper(row) for row in rows}
        return [found[one] for one in paper_ids if one in found]

    def versions(self, paper_id: int) -> list[PaperVersion]:
        """Every version of a paper, the first one first."""
        query = select(paper_version).where(paper_version.c.paper == paper_id).order_by(paper_version.c.revision)
        return [
            PaperVersion(row.revision, paper_content.read(row.content), row.written_at, row.written_by)
            for row in self._connection.execute(query)
        ]

    def version_heads(self, paper_id: int) -> list[PaperVersionHead]:
        """Every version of a paper without its words, the first one first."""
        kept = paper_version.c
        query = select(kept.revision, kept.written_at, kept.written_by).where(kept.paper == paper_id)
        return [
            PaperVersionHead(row.revision, row.written_at, row.written_by)
            for row in self._connection.execute(query.order_by(kept.revision))
        ]

    def words_of(self, paper_id: int, revision: int) -> Content | None:
        """What one version of a paper says."""
        kept = paper_version.c
        query = select(kept.content).where(kept.paper == paper_id, kept.revision == revision)
        found = self._connection.execute(query).scalar()
        return None if found is None else paper_content.read(found)

    def redact(self, incident: str, holds: Callable[[str], bool], instead: str) -> list[OfficePaper]:
        """Put `instead` in the place of every sentence about this incident that `holds` what must go, in every version but
        the signed ones. Returns the papers that hold such a sentence, signed ones among them, as they were."""
        found = []
        for one in self.of_incident(incident):
            versions = [each for each in self.versions(one.id) if _holds(each.content, holds)]
            if versions:
                found.append(one)
            for each in versions:
                if one.signed and each.revision == one.revision:
                    continue
                same = (paper_version.c.paper == one.id) & (paper_version.c.revision == each.revision)
                without = paper_content.written(_without(each.content, holds, instead))
                self._connection.execute(update(paper_version).where(same).values(content=without))
        return found

    def take_turn(self) -> None:
        """Wait until nobody else begins, drops or signs a paper: numbers have no gaps and no doubles, nothing is drafted twice.

        Reports on incidents take the same turn.
        """
        take_turn(self._connection, "report")

    def last_number(self, series: str, year: int) -> int:
        """How far a series has counted in that year; 0 before the first."""
        query = select(func.max(paper.c.number)).where(paper.c.series == series, paper.c.year == year)
        return int(self._connection.execute(query).scalar() or 0)

    def signed_in(self, series: str, year: int) -> int:
        """How many papers of a series are signed in that year."""
        query = select(func.count()).select_from(paper).where(paper.c.series == series, paper.c.year == year)
        return int(self._connection.execute(query).scalar_one())

    def _first(self, kind: PaperKind, about: About, *those: ColumnElement[bool]) -> OfficePaper | None:
        query = _newest().where(paper.c.kind == kind.value, *_is_about(about), *those)
        row = self._connection.execute(query.order_by(paper.c.id.desc()).limit(1)).first()
        return None if row is None else _paper(row)

    def _add_version(self, paper_id: int, revision: int, content: Content, at: datetime, by: str) -> None:
        self._connection.execute(
            insert(paper_version).values(
                paper=paper_id,
                revision=revision,
                content=paper_content.written(content),
                written_at=at,
                written_by=by,
            )
        )


def _holds(content: Content, holds: Callable[[str], bool]) -> bool:
    return _without(content, holds, "") != content


def _without(content: Content, holds: Callable[[str], bool], instead: str) -> Content:
    def block(one: Block) -> Block:
        if not isinstance(one, Paragraph):
            return one
        return Paragraph(tuple(Statement(instead) if holds(said.text) else said for said in one.statements))

    sections = (PaperSection(one.heading, tuple(map(block, one.blocks))) for one in content.sections)
    return Content(content.title, tuple(sections))


def _newest() -> Select[Any]:
    return select(paper, paper_version.c.content, paper_version.c.written_at, paper_version.c.written_by).join(
        paper_version, (paper_version.c.paper == paper.c.id) & (paper_version.c.revision == paper.c.revision)
    )


def _is_about(about: About) -> list[ColumnElement[bool]]:
    wanted = (
        (paper.c.incident, about.incident),
        (paper.c.first_day, _written(about.first)),
        (paper.c.last_day, _written(about.last)),
        (paper.c.unit, about.unit),
    )
    return [column.is_(None) if value is None else column == value for column, value in wanted]


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _about(row: Row[Any]) -> About:
    return About(row.incident, _day(row.first_day), _day(row.last_day), row.unit)


def _paper(row: Row[Any]) -> OfficePaper:
    return OfficePaper(
        id=row.id,
        kind=PaperKind(row.kind),
        about=_about(row),
        content=paper_content.read(row.content),
        revision=row.revision,
        drafted_at=row.drafted_at,
        changed_at=row.written_at,
        changed_by=row.written_by,
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        serial=row.serial,
        file=row.file,
        supersedes=row.supersedes,
        superseded_by=row.superseded_by,
        reason=row.reason,
    )
